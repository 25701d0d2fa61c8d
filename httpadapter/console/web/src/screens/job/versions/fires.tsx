import { useState } from 'preact/hooks';

import { Time } from '../../../ui/time';
import type { Diff } from './query';

const some = 6;

/** FiresDiff says which fires come and go in the next 30 days. */
export function FiresDiff({ fires, zone }: { fires: Diff['fires']; zone: string }) {
  const [all, setAll] = useState(false);
  if (!fires) return null;
  const list = [
    ...fires.gained.map((fire) => ({ at: fire, gained: true })),
    ...fires.lost.map((fire) => ({ at: fire, gained: false })),
  ].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  if (!list.length) return <p class="q">No fire of the next 30 days comes or goes.</p>;
  return (
    <>
      <div class="section-head">
        <h2>Fires of the next 30 days</h2>
      </div>
      <p class="stat">
        <span>
          <b>{atMost(fires.gained.length)}</b>gained
        </span>{' '}
        <span>
          <b>{atMost(fires.lost.length)}</b>lost
        </span>
      </p>
      <ul class="firel s">
        {list.slice(0, all ? undefined : some).map((fire) => (
          <li key={fire.at + fire.gained}>
            <span class={`sg ${fire.gained ? 'add' : 'del'}`} aria-hidden="true">
              {fire.gained ? '+' : '−'}
            </span>
            <span class="vh">{fire.gained ? 'gained' : 'lost'}</span>
            <Time at={fire.at} zone={zone} />
          </li>
        ))}
      </ul>
      {list.length > some && !all && (
        <button class="btn plain" type="button" onClick={() => setAll(true)}>
          All {list.length}
        </button>
      )}
    </>
  );
}

const atMost = (n: number) => (n >= 100 ? '100 or more ' : `${n} `);
