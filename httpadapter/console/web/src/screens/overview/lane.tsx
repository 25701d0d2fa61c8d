import { Link } from 'wouter-preact';

import type { ListedJob } from '../../api/queries';
import { type Fate, fateOfRun, wordOf } from '../../ui/fate';
import { Glyph } from '../../ui/glyph';
import { glyphs } from '../../ui/glyphs';
import { lengthOf } from '../../ui/strip';
import { fateOf, type JournalEvent } from '../why/query';
import { bucket, type Fires } from './query';
import type { Scale } from './scale';

const marks: Partial<Record<Fate, string>> = { ok: 'm-ok', fail: 'm-fail', timeout: 'm-timeout', run: 'm-run', cancel: 'm-cancel', wait: 'm-wait' };

type LaneProps = { listed: ListedJob; events: JournalEvent[]; fires: Fires; scale: Scale };

/** Lane is one job's runs, its ticks that made no run, and its coming fires. */
export function Lane({ listed: { job, recentRuns }, events, fires, scale: { from, until, x, share, hours, now } }: LaneProps) {
  const ticks = events.filter((event) => event.kind.startsWith('tick.')).flatMap(spread).filter((tick) => tick.at > from);
  const runs = recentRuns.filter((run) => !run.finishedAt || Date.parse(run.finishedAt) > from);
  const coming = job.status === 'paused' ? [] : comingOf(job.id, fires, now).filter((at) => at < until);
  const latest = recentRuns[0];
  const newest = ticks[0];
  const fate: Fate =
    job.status === 'paused' ? 'pause' : newest && newest.fate !== 'pause' && (!latest || newest.at > Date.parse(latest.createdAt)) ? newest.fate : latest ? fateOfRun(latest.status) : 'plan';
  const said = [`${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`, ...counted(ticks), coming.length > 0 && `${coming.length} coming`].filter(Boolean).join(', ');
  return (
    <>
      <Link class="lane-name" href={`/jobs/${job.id}`}>
        <Glyph name={fate} fate />
        {job.jobKey}
      </Link>
      <div class="lane">
        <svg class="chart" role="img" aria-label={`${job.jobKey}: ${said}`}>
          <rect class="future" x={x(now)} y="0" width={share(until - now)} height="28" />
          {hours.map((h) => (
            <line key={h.at} class={h.day ? 'grid strong' : 'grid'} x1={x(h.at)} x2={x(h.at)} y1="0" y2="28" />
          ))}
          <line class="grid strong" x1="0" x2="100%" y1="18.5" y2="18.5" />
          {runs.map((run) => {
            const end = run.finishedAt ? Date.parse(run.finishedAt) : now;
            const begin = Math.max(from, Math.min(Date.parse(run.createdAt), end - lengthOf(run)));
            const of = fateOfRun(run.status);
            return (
              <g key={run.id}>
                <rect class={marks[of] ?? 'm-run'} x={x(begin)} y="10" width={share(Math.max(end - begin, (until - from) / 400))} height="8" />
                {(of === 'fail' || of === 'timeout') && <rect class="m-fail" x={x(begin)} y="20" width="4" height="4" />}
              </g>
            );
          })}
          {ticks.map((tick) => (
            <svg key={`${tick.at} ${tick.fate}`} class={`g ${tick.fate}`} x={x(tick.at)} y="8" width="12" height="12" viewBox="0 0 16 16" overflow="visible">
              <g transform="translate(-8 0)">{glyphs[tick.fate]}</g>
            </svg>
          ))}
          {coming.length > dense ? (
            <rect class="m-plan" x={x(coming[0] ?? now)} y="11" width={share((coming.at(-1) ?? now) - (coming[0] ?? now))} height="6" />
          ) : (
            coming.map((at) => <circle key={at} class="m-plan" cx={x(at)} cy="14" r="3" />)
          )}
          <line class="nowline" x1={x(now)} x2={x(now)} y1="0" y2="28" />
        </svg>
      </div>
    </>
  );
}

/** More coming fires than these are one bar. */
const dense = 72;

/** How many marks one event gets at most, of the ticks that it counts. */
const mostMarks = 48;

type Tick = { at: number; fate: Fate };

/** spread is each tick that an event counts, at even distances between its first and its last. */
function spread(event: JournalEvent): Tick[] {
  const first = Date.parse(event.nominalAt ?? event.at);
  const last = Date.parse(event.until ?? event.nominalAt ?? event.at);
  const n = Math.min(Math.max(1, event.count ?? 1), mostMarks);
  return Array.from({ length: n }, (_, i) => ({ at: n === 1 ? first : first + ((last - first) * i) / (n - 1), fate: fateOf(event) }));
}

function counted(ticks: Tick[]): string[] {
  const counts = new Map<Fate, number>();
  for (const { fate } of ticks) counts.set(fate, (counts.get(fate) ?? 0) + 1);
  return [...counts].map(([fate, n]) => `${n} ${wordOf(fate).toLowerCase()}`);
}

/** comingOf are a job's fires of the coming buckets, at even distances in each: a bucket does not say when in it. */
function comingOf(jobId: string, fires: Fires, now: number): number[] {
  return fires.items.flatMap((item) => {
    const from = Date.parse(item.from);
    const n = from + bucket * 1000 > now ? (item.jobs.find((job) => job.jobId === jobId)?.count ?? 0) : 0;
    return Array.from({ length: n }, (_, i) => from + (bucket * 1000 * i) / n).filter((at) => at > now);
  });
}
