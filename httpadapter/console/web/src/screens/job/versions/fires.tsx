import { useState } from 'preact/hooks';

import { Time, timeText } from '../../../ui/time';
import { FiresChart } from './fireschart';
import type { Diff } from './query';

const some = 6;

export type Fire = { at: string; kind: 'gained' | 'lost' | 'stays' };

type FiresDiffProps = { fires: Diff['fires']; zone: string; coming?: string[] | undefined };

/** FiresDiff says which fires come and go in the next 30 days; where the coming ones are known, also which stay. */
export function FiresDiff({ fires, zone, coming = [] }: FiresDiffProps) {
  const [all, setAll] = useState(false);
  if (!fires) return <p class="q after">This server cannot read one of the schedules, so it says nothing of their fires.</p>;
  const end = Date.parse(fires.horizon);
  const [gained, lost] = [fires.gained.length, fires.lost.length];
  if (!gained && !lost) return <p class="q after">No fire of the next 30 days comes or goes.</p>;
  const gone = new Set(fires.lost.map((at) => Date.parse(at)));
  // A list that stops before the 30 days are over knows nothing of what stays after it.
  const whole = coming.length < 100 || Date.parse(coming.at(-1) ?? '') > end;
  const stay = whole ? coming.filter((at) => !gone.has(Date.parse(at)) && Date.parse(at) <= end) : [];
  const changes: Fire[] = [...fires.gained.map((at) => ({ at, kind: 'gained' as const })), ...fires.lost.map((at) => ({ at, kind: 'lost' as const }))].sort(byTime);
  return (
    <>
      <div class="section-head">
        <h2>Fires until {timeText(new Date(end), zone, 'day')}</h2>
        <span class="s q">30 days, {zone}</span>
      </div>
      <p class="stat">
        <Count n={gained} more={fires.truncated} word="gained" />
        <Count n={lost} more={fires.truncated} word="lost" />
        {whole && coming.length > 0 && <Count n={stay.length} word="stay" quiet />}
      </p>
      <FiresChart fires={[...changes, ...stay.map((at) => ({ at, kind: 'stays' as const }))].sort(byTime)} zone={zone} />
      <ul class="firel s">
        {changes.slice(0, all ? undefined : some).map((fire) => (
          <li key={fire.at + fire.kind}>
            <span class={`sg ${fire.kind === 'gained' ? 'add' : 'del'}`} aria-hidden="true">
              {fire.kind === 'gained' ? '+' : '−'}
            </span>
            <span class="vh">{fire.kind}</span>
            <Time at={fire.at} zone={zone} />
          </li>
        ))}
      </ul>
      {changes.length > some && !all && (
        <p class="s after">
          <button class="btn plain link" type="button" onClick={() => setAll(true)}>
            All {changes.length}
          </button>
        </p>
      )}
    </>
  );
}

const byTime = (a: Fire, b: Fire) => Date.parse(a.at) - Date.parse(b.at);

function Count({ n, word, more, quiet }: { n: number; word: string; more?: boolean; quiet?: boolean }) {
  return (
    <span class={quiet ? 'q' : undefined}>
      <b>{more && n >= 100 ? '100 or more' : n}</b>
      {word}
    </span>
  );
}
