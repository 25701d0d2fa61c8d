import { Glyph } from '../../ui/glyph';
import type { Fate } from '../../ui/fate';
import { fateOf, type JournalEvent } from './query';

const bars: Partial<Record<Fate, string>> = {
  fail: 'm-fail',
  timeout: 'm-fail',
  'skip-f': 'm-skip',
  miss: 'm-miss',
  coal: 'm-miss',
  sup: 'm-miss',
  pause: 'm-quiet',
};

const words: Record<string, string> = {
  'run.failed': 'The work itself failed',
  'run.timeout': 'Longer than its timeout',
  'tick.skipped overlap': 'A run was still going',
  'tick.skipped cap': 'As many were going as may',
  'tick.skipped dependency': 'Another job had failed',
  'tick.missed policy': 'No scheduler ran',
  'tick.missed window': 'No scheduler ran, for too long',
  'tick.missed zone': 'Its time zone could not be read',
  'tick.coalesced policy': 'A newer tick stood for it',
  'tick.superseded replace': 'A newer tick replaced it',
  'tick.superseded waiting': 'A newer tick took its place',
  'tick.paused hold': 'All schedules were held',
  'tick.paused': 'The job was paused',
};

type Reason = { text: string; fate: Fate; count: number };

/** Reasons counts what the last 24 hours' events were for. */
export function Reasons({ events }: { events: JournalEvent[] }) {
  const since = Date.now() - 86_400_000;
  const counts = new Map<string, Reason>();
  for (const event of events) {
    if (Date.parse(event.at) < since) continue;
    const key = event.kind.startsWith('run.') ? event.kind : `${event.kind} ${event.reason ?? ''}`.trim();
    const text = words[key];
    if (!text) continue;
    const reason = counts.get(key) ?? { text, fate: fateOf(event), count: 0 };
    reason.count += Math.max(1, event.count ?? 1);
    counts.set(key, reason);
  }
  const list = [...counts.values()].sort((a, b) => b.count - a.count);
  if (!list.length) return null;
  const most = list[0]?.count ?? 1;
  return (
    <aside aria-labelledby="h-reasons">
      <div class="section-head">
        <h2 id="h-reasons">Reasons</h2>
        <span class="s q">last 24 hours</span>
      </div>
      <dl class="rs">
        {list.map((reason) => (
          <div key={reason.text}>
            <dt>
              <Glyph name={reason.fate} fate />
              {reason.text}
            </dt>
            <dd class="rb">
              <svg class="bar" width="100%" aria-hidden="true">
                <rect class={bars[reason.fate] ?? 'm-quiet'} width={`${((reason.count / most) * 100).toFixed(1)}%`} height="8" />
              </svg>
            </dd>
            <dd class="num">{reason.count.toLocaleString('en')}</dd>
          </div>
        ))}
      </dl>
    </aside>
  );
}
