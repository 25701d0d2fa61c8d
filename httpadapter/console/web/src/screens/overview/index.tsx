import { useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';

import { holdQuery, meQuery, needsLookQuery } from '../../api/queries';
import { Loading } from '../../app/screens';
import { Failed } from '../../ui/empty';
import { Seg } from '../../ui/seg';
import { ownZone, zoneName } from '../../ui/time';
import { useTitle } from '../../ui/title';
import { Going } from './going';
import { HoldDialog } from './hold';
import { Look } from './look';
import { Next } from './next';
import { PausedJobs } from './paused';
import { around, byVerdict, dayQuery, type Fires } from './query';
import { Timeline } from './timeline';

/** Overview says what fails, what runs and what is next. */
export function Overview() {
  useTitle('Overview');
  const [zone, setZone] = useState(ownZone);
  const [asks, setAsks] = useState(false);
  const [now] = useState(Date.now);
  const { from, until } = around(now);
  const look = useQuery(needsLookQuery());
  const day = useQuery(dayQuery(from, until));
  const upper = day.isSuccess || day.isError; // the rest is asked for after it
  const hold = useQuery({ ...holdQuery(), enabled: upper }).data;
  const me = useQuery(meQuery()).data;
  const failed = [look, day].find((q) => q.isError && !q.data);
  if (failed) return <Failed error={failed.error} again={() => void failed.refetch()} />;
  const jobs = look.data?.jobs ?? [];
  const total = look.data?.total ?? 0;
  return (
    <div class="s-overview">
      <div class="head">
        <div>
          <h1>{!look.data ? 'Overview' : total === 0 ? 'No job fails' : `${total} ${total === 1 ? 'job fails' : 'jobs fail'}`}</h1>
          <p class="lede">{day.data ? <Counts fires={day.data} now={now} /> : '\u00a0'}</p>
        </div>
        <div class="actions">
          {ownZone !== 'UTC' && (
            <Seg label="Zone of times" value={zone} options={{ [ownZone]: `Your zone, ${zoneName(new Date(), ownZone)}`, UTC: 'UTC' }} onChange={setZone} />
          )}
          {me?.allTeams && hold && !hold.since && (
            <button class="btn" type="button" onClick={() => setAsks(true)}>
              Hold all schedules…
            </button>
          )}
        </div>
      </div>
      {look.data ? <Look jobs={jobs} total={total} /> : <Loading what="what fails" />}
      {day.data ? <Timeline fires={day.data} jobs={jobs} from={from} until={until} zone={zone} /> : <Loading what="the last and next 24 hours" />}
      {upper && (
        <div class="cols c3">
          <Going />
          <Next zone={zone} />
          <PausedJobs held={!!hold?.since} />
        </div>
      )}
      {asks && <HoldDialog onClose={() => setAsks(false)} />}
    </div>
  );
}

const order = ['succeeded', 'failed', 'timeout', 'cancelled', 'skipped', 'missed', 'coalesced', 'superseded', 'paused', 'running', 'waiting'];

/** Counts says what became of the last 24 hours' ticks. */
function Counts({ fires, now }: { fires: Fires; now: number }) {
  const sums = new Map<string, number>();
  for (const item of fires.items) {
    if (Date.parse(item.from) > now) continue;
    for (const [fate, n] of Object.entries(byVerdict(item.counts))) if (fate !== 'coming' && fate !== 'due') sums.set(fate, (sums.get(fate) ?? 0) + n);
  }
  const all = [...sums.values()].reduce((a, b) => a + b, 0);
  if (!all) return <>No tick was due in the last 24 hours.</>;
  const parts = order.filter((fate) => sums.has(fate)).concat([...sums.keys()].filter((fate) => !order.includes(fate)));
  return (
    <>
      In the last 24 hours, {all.toLocaleString('en')} {all === 1 ? 'tick' : 'ticks'}:{' '}
      {parts.map((fate, i) => (
        <>
          {i > 0 && ', '}
          <b>{sums.get(fate)?.toLocaleString('en')}</b> {fate === 'timeout' ? 'timed out' : fate.replaceAll('_', ' ')}
        </>
      ))}
      .
    </>
  );
}
