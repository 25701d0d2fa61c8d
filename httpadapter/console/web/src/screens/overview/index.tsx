import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';

import { holdQuery, jobsQuery, meQuery, needsLookQuery } from '../../api/queries';
import { Loading } from '../../app/screens';
import { Failed } from '../../ui/empty';
import { Seg } from '../../ui/seg';
import { ownZone, zoneName } from '../../ui/time';
import { useTitle } from '../../ui/title';
import { Going } from './going';
import { HoldDialog } from './hold';
import { Lane } from './lane';
import { Look } from './look';
import { Next } from './next';
import { PausedJobs } from './paused';
import { around, byVerdict, dayQuery, type Fires } from './query';
import { scaleOf } from './scale';
import { Timeline } from './timeline';
import { troubleOf, useDay, useTroubled } from './trouble';

/** Overview says what fails, what runs and what is next. */
export function Overview() {
  useTitle('Overview');
  const [zone, setZone] = useState(ownZone);
  const [asks, setAsks] = useState(false);
  const [lanes, setLanes] = useState<'trouble' | 'all'>('trouble');
  const [now] = useState(Date.now);
  const { from, until } = around(now);
  const look = useQuery(needsLookQuery());
  const fires = useQuery(dayQuery(from, until));
  const upper = fires.isSuccess || fires.isError; // the rest is asked for after it
  const hold = useQuery({ ...holdQuery(), enabled: upper }).data;
  const me = useQuery(meQuery()).data;
  const { day, came } = useDay(upper);
  const failing = look.data?.jobs ?? [];
  const { troubled, described } = useTroubled(day, failing);
  const some = useQuery({ ...jobsQuery({ sortBy: 'jobKey', limit: lanes === 'all' ? 50 : 1 }), enabled: upper, placeholderData: keepPreviousData });
  const failed = [look, fires].find((q) => q.isError && !q.data);
  if (failed) return <Failed error={failed.error} again={() => void failed.refetch()} />;
  const fails = look.data?.total ?? 0;
  const skipping = troubled.map((listed) => troubleOf(listed, day)).filter((trouble) => trouble.ticks > 0 && trouble.inARow === 0);
  const troubles = [...failing.map((listed) => troubleOf(listed, day)).sort((a, b) => b.inARow - a.inARow), ...skipping];
  const shown = lanes === 'all' ? (some.data?.jobs ?? []) : [...troubles.map(({ listed }) => listed), ...troubled.filter((listed) => !skipping.some((t) => t.listed === listed))];
  const scale = scaleOf(from, until, zone);
  const total = some.data?.total;
  return (
    <div class="s-overview">
      <div class="head">
        <div>
          <h1>{look.data ? headline(fails, total) : 'Overview'}</h1>
          <p class="lede">
            {skipping.length > 0 && `${skipping.length} ${skipping.length === 1 ? 'makes' : 'make'} no run of some ticks. `}
            {fires.data ? <Counts fires={fires.data} now={now} /> : '\u00a0'}
          </p>
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
      {look.data ? <Look troubles={troubles} total={fails + skipping.length} day={day} /> : <Loading what="what fails" />}
      {fires.data && look.data ? (
        <Timeline
          fires={fires.data}
          total={total}
          day={day}
          scale={scale}
          choice={
            <Seg
              label="Lanes"
              value={lanes}
              options={{ trouble: 'With trouble', all: total && total > 50 ? 'First 50' : `All ${total ?? ''}` }}
              onChange={setLanes}
            />
          }
        >
          {shown.map((listed) => (
            <Lane key={listed.job.id} listed={listed} events={day.filter((event) => event.jobId === listed.job.id)} fires={fires.data} scale={scale} />
          ))}
        </Timeline>
      ) : (
        <Loading what="the last and next 24 hours" />
      )}
      {came && described && (
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

function headline(fails: number, total: number | null | undefined): string {
  if (fails === 0) return 'No job fails';
  const of = total && total > 1 ? `${fails.toLocaleString('en')} of ${total.toLocaleString('en')} jobs` : fails === 1 ? '1 job' : `${fails.toLocaleString('en')} jobs`;
  return `${of} ${fails === 1 ? 'fails' : 'fail'}`;
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
