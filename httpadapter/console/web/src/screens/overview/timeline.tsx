import { type ComponentChildren } from 'preact';

import { Legend } from '../../ui/legend';
import { timeText, zoneName } from '../../ui/time';
import type { JournalEvent } from '../why/query';
import { bucket, byVerdict, type Fires } from './query';
import type { Scale } from './scale';

type TimelineProps = {
  fires: Fires;
  total: number | null | undefined;
  day: JournalEvent[];
  scale: Scale;
  /** The choice of lanes, and the lanes. */
  choice: ComponentChildren;
  children: ComponentChildren;
};

const above: Record<string, string> = { succeeded: 'm-ok', fired: 'm-ok', running: 'm-run', waiting: 'm-wait', due: 'm-wait', coming: 'm-plan' };
const below: Record<string, string> = { failed: 'm-fail', timeout: 'm-fail', cancelled: 'm-cancel', skipped: 'm-skip', missed: 'm-miss', coalesced: 'm-miss', superseded: 'm-miss', paused: 'm-quiet' };

const base = 66;
const room = 50;

type Item = Fires['items'][number];

/** Timeline is the last and the next 24 hours of all jobs; lanes of single jobs stand under it. */
export function Timeline({ fires: given, total, day, scale, choice, children }: TimelineProps) {
  const { until, x, share, hours, now, zone } = scale;
  const items = given.items.map((item) => ({ ...item, counts: byVerdict(item.counts) }));
  const most = Math.max(1, ...items.map((item) => sum(item.counts, above)), ...items.map((item) => sum(item.counts, below)));
  const top = (list: Item[]) => list.toSorted((a, b) => sum(b.counts, above) - sum(a.counts, above))[0];
  const coming = top(items.filter((item) => Date.parse(item.from) > now));
  const clock = (at: string | number) => timeText(new Date(at), zone, 'clock');
  const peaks = [top(items.filter((item) => Date.parse(item.until) <= now)), coming].filter((item) => !!item && Math.abs(Date.parse(item.from) - now) > 5_400_000) as Item[];
  const jobs = total ? (total === 1 ? 'The one job' : `All ${total.toLocaleString('en')} jobs`) : 'All jobs';
  return (
    <section class="section" aria-labelledby="h-timeline">
      <div class="section-head">
        <h2 id="h-timeline">Last and next 24 hours</h2>
        <span class="s q">{zone}</span>
        {given.truncated && <span class="s q">Only a part of the jobs is counted: there are too many.</span>}
        <span class="end">{choice}</span>
      </div>
      <div class="lanes">
        <div class="lane-all axis-label">
          <b>{jobs}</b>
          <br /> <span class="s q">starts in 30 minutes; below the line what failed, was skipped or paused</span>
        </div>
        <div class="axis">
          <svg class="chart" height="116" role="img" aria-label={`Starts of ${jobs.toLowerCase()} in buckets of 30 minutes, from 24 hours ago to 24 hours ahead.${coming ? ` The coming peak is ${sum(coming.counts, above)} starts at ${clock(coming.from)}.` : ''}`}>
            <rect class="future" x={x(now)} y="0" width={share(until - now)} height="116" />
            {hours.map((h) => (
              <line key={h.at} class={h.day ? 'grid strong' : 'grid'} x1={x(h.at)} x2={x(h.at)} y1="16" y2="116" />
            ))}
            {items.map((item) => (
              <Column key={item.from} item={item} scale={scale} most={most} />
            ))}
            <line class="grid strong" x1="0" x2="100%" y1={base + 0.5} y2={base + 0.5} pointer-events="none" />
            {peaks.map((item) => (
              <text key={item.from} class="mid" x={x(Date.parse(item.from) + bucket * 500)} y="10" text-anchor="middle">
                {sum(item.counts, above)} at {clock(item.from)}
              </text>
            ))}
            {holdsOf(day).map((hold) => (
              <text key={hold.from} x={x(hold.from)} y="110">
                held {clock(hold.from)} {hold.until ? `to ${clock(hold.until)}` : 'until now'}
              </text>
            ))}
            <line class="nowline" x1={x(now)} x2={x(now)} y1="0" y2="116" />
            <text class="strong" x={x(now)} dx="4" y="10">
              now {clock(now)}
            </text>
          </svg>
        </div>
        {children}
        <div class="mid" />
        <div class="lane-axis">
          <svg class="chart" height="18" aria-hidden="true">
            {hours.map((h, i) => (
              <text key={h.at} class={h.day ? 'strong' : i % 2 ? 'mid' : ''} x={x(h.at)} y="12" text-anchor="middle">
                {h.day ? timeText(new Date(h.at), zone, 'day') : clock(h.at)}
              </text>
            ))}
          </svg>
        </div>
      </div>
      <Legend fates={['ok', 'fail', 'timeout', 'run', 'skip-f', 'miss', 'pause', 'plan']} />
    </section>
  );
}

/** holdsOf are the holds that the events of the day tell of. */
function holdsOf(day: JournalEvent[]): { from: number; until?: number }[] {
  const holds: { from: number; until?: number }[] = [];
  let until: number | undefined;
  for (const event of day) {
    if (event.kind === 'hold.lifted') until = Date.parse(event.at);
    if (event.kind === 'hold.set') {
      holds.push({ from: Date.parse(event.at), ...(until && { until }) });
      until = undefined;
    }
  }
  return holds;
}

const sum = (counts: Record<string, number>, of: Record<string, string>) => Object.entries(counts).reduce((n, [fate, c]) => n + (of[fate] ? c : 0), 0);

function Column({ item, scale: { x, share, zone }, most }: { item: Item; scale: Scale; most: number }) {
  const at = Date.parse(item.from);
  const width = '0.78%';
  const marks: { cls: string; y: number; h: number }[] = [];
  let up = base;
  let down = base + 1;
  for (const [fate, cls] of Object.entries(above)) {
    const n = item.counts[fate] ?? 0;
    if (!n) continue;
    const h = Math.max(2, (n / most) * room);
    up -= h;
    marks.push({ cls, y: up, h });
  }
  for (const [fate, cls] of Object.entries(below)) {
    const n = item.counts[fate] ?? 0;
    if (!n) continue;
    const h = Math.max(3, (n / most) * room);
    marks.push({ cls, y: down, h });
    down += h;
  }
  return (
    <g data-tip={said(item, zone)}>
      <rect x={x(at)} y="16" width={share(bucket * 1000)} height="100" fill="none" pointer-events="all" />
      {marks.map((m) => (
        <rect key={m.cls + m.y} class={m.cls} x={x(at + (bucket * 1000) / 12)} y={m.y.toFixed(1)} width={width} height={m.h.toFixed(1)} />
      ))}
    </g>
  );
}

/** said is a bucket in words: what became of its ticks, and when it was. */
function said(item: Item, zone: string): string {
  const counts = Object.entries(item.counts).map(([fate, n]) => `${n} ${fate === 'timeout' ? 'timed out' : fate}`);
  const [from, until] = [new Date(item.from), new Date(item.until)];
  return `${counts.join(', ')}\n${timeText(from, zone)} to ${timeText(until, zone, 'clock')} ${zoneName(from, zone)}`;
}
