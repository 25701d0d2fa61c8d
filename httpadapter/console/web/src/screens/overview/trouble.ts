/** Which jobs need a look, from what the lists and the journal tell. */

import { useInfiniteQuery, useQueries } from '@tanstack/preact-query';

import { jobQuery, type ListedJob, type RecentRun } from '../../api/queries';
import { type JournalEvent, whyQuery } from '../why/query';
import { half } from './query';

/** Trouble is a job, how it has failed since its last success, and the ticks that made no run since then. */
export type Trouble = {
  listed: ListedJob;
  inARow: number;
  last: RecentRun | undefined;
  firstBad: RecentRun | undefined;
  success: RecentRun | undefined;
  /** The newest of the ticks without a run, and how many there are. */
  tick: JournalEvent | undefined;
  ticks: number;
};

/** How many jobs are described for the sake of what the journal tells of them. */
const most = 8;

const noRun = ['tick.skipped', 'tick.missed'];
const whenOf = (event: JournalEvent) => event.until ?? event.nominalAt ?? event.at;

/** useDay are the events of the last 24 hours that are trouble, newest first. */
export function useDay(enabled: boolean): { day: JournalEvent[]; came: boolean } {
  const query = useInfiniteQuery({ ...whyQuery('all'), enabled });
  const events = query.data?.pages[0]?.items ?? [];
  const since = new Date(Date.now() - half).toISOString();
  return { day: events.filter((event) => whenOf(event) > since), came: query.isSuccess || query.isError };
}

/** useTroubled are the jobs, beyond those that fail, that had a failed run or a tick without a run in the last 24 hours. */
export function useTroubled(day: JournalEvent[], failing: ListedJob[]): { troubled: ListedJob[]; described: boolean } {
  const about = day.filter((event) => event.jobId && (noRun.includes(event.kind) || event.kind.startsWith('run.')));
  const ids = [...new Set(about.map((event) => event.jobId as string))].filter((id) => failing.every(({ job }) => job.id !== id)).slice(0, most);
  const queries = useQueries({ queries: ids.map((id) => jobQuery(id)) });
  return { troubled: queries.flatMap(({ data }) => (data ? [data] : [])), described: queries.every((query) => !query.isPending) };
}

/** troubleOf is how often a job has failed since its last success, and which of its ticks made no run. */
export function troubleOf(listed: ListedJob, day: JournalEvent[]): Trouble {
  const over = listed.recentRuns.filter((run) => run.finishedAt);
  const at = over.findIndex((run) => run.status === 'succeeded');
  const success = at < 0 ? undefined : over[at];
  const bad = over.slice(0, at < 0 ? undefined : at).filter((run) => run.status === 'failed' || run.status === 'timeout');
  const ticks = day.filter((event) => event.jobId === listed.job.id && noRun.includes(event.kind) && (!success?.finishedAt || whenOf(event) > success.finishedAt));
  return {
    listed,
    inARow: bad.length,
    last: bad[0],
    firstBad: bad.at(-1),
    success,
    tick: ticks[0],
    ticks: ticks.reduce((n, event) => n + Math.max(1, event.count ?? 1), 0),
  };
}

/** usualOf is how long a job's runs usually take: the median of those of the last 20 that succeeded. */
export function usualOf(runs: RecentRun[], lengthOf: (run: RecentRun) => number): number {
  const lengths = runs.filter((run) => run.status === 'succeeded').map(lengthOf).sort((a, b) => a - b);
  return lengths[Math.floor(lengths.length / 2)] ?? 0;
}
