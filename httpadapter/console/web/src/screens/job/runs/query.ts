/** What the tab of runs shows: the job's runs, and between them the ticks that made none. */

import { infiniteQueryOptions } from '@tanstack/preact-query';

import { answered, api, type Schemas } from '../../../api/client';

export type Run = Schemas['JobRun'];
export type Tick = Schemas['Tick'];

export type RunsSearch = {
  status: '' | 'failed' | 'timeout' | 'succeeded' | 'cancelled';
  trigger: string;
  ticks: boolean;
};

export function parseSearch(text: string): RunsSearch {
  const s = new URLSearchParams(text);
  const status = s.get('status') ?? '';
  return {
    status: (['failed', 'timeout', 'succeeded', 'cancelled'].includes(status) ? status : '') as RunsSearch['status'],
    trigger: s.get('trigger') ?? '',
    ticks: s.get('ticks') !== 'no',
  };
}

export function searchText(s: RunsSearch): string {
  const text = new URLSearchParams();
  if (s.status) text.set('status', s.status);
  if (s.trigger) text.set('trigger', s.trigger);
  if (!s.ticks) text.set('ticks', 'no');
  return text.toString();
}

const pageSize = 50;

type Filter = { status?: Schemas['RunStatus'][]; trigger?: Schemas['Trigger'] };

export const runsQuery = (jobId: string, filter: Filter = {}) =>
  infiniteQueryOptions({
    queryKey: ['job', jobId, 'runs', filter],
    queryFn: ({ pageParam, signal }) =>
      answered(
        api.GET('/workloads/jobs/{job}/runs', {
          params: { path: { job: jobId }, query: { limit: pageSize, ...filter, ...(pageParam && { marker: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.marker ?? undefined,
  });

export const ticksQuery = (jobId: string) =>
  infiniteQueryOptions({
    queryKey: ['job', jobId, 'ticks'],
    queryFn: ({ pageParam, signal }) =>
      answered(
        api.GET('/workloads/jobs/{job}/ticks', {
          params: { path: { job: jobId }, query: { limit: 100, ...(pageParam && { marker: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.marker ?? undefined,
  });

/**
 * A row is a run, perhaps an earlier attempt of the one above it, or a tick without a run.
 * A run that ended because its tick made none stands in one row with the tick.
 */
export type Row = { kind: 'run'; run: Run; first: Run; again: boolean; tick: Tick | undefined; at: number } | { kind: 'tick'; tick: Tick; at: number };

/** rowsOf puts runs, newest first with attempts of one tick together, and ticks without a run in one order. */
export function rowsOf(runs: Run[], ticks: Tick[], oldest: number): Row[] {
  const rows: Row[] = [];
  const byId = new Map(runs.map((run) => [run.id, run]));
  const without = new Map(ticks.filter((tick) => tick.verdict !== 'fired').map((tick) => [Date.parse(tick.nominalAt), tick]));
  const followed = new Set(runs.filter((run) => run.attempt > 1 && run.retryOf).map((run) => run.retryOf));
  for (const run of runs) {
    if (followed.has(run.id)) continue;
    const chain = attemptsOf(run, byId);
    const first = chain.at(-1) ?? run;
    const at = Date.parse(first.nominalAt ?? first.createdAt);
    const tick = run.nominalAt && !run.dispatchedAt ? without.get(at) : undefined;
    if (tick) without.delete(at);
    chain.forEach((one, i) => rows.push({ kind: 'run', run: one, first, again: i > 0, tick, at }));
  }
  for (const [at, tick] of without) {
    if (at >= oldest) rows.push({ kind: 'tick', tick, at });
  }
  return rows.map((row, i) => [row, i] as const).sort(([a, i], [b, j]) => b.at - a.at || i - j).map(([row]) => row);
}

/** attemptsOf is a run and the attempts before it, the last first. */
export function attemptsOf(run: Run, byId: Map<string, Run>): Run[] {
  const chain = [run];
  for (let old = before(run, byId); old; old = before(old, byId)) chain.push(old);
  return chain;
}

const before = (run: Run, byId: Map<string, Run>) => (run.attempt > 1 && run.retryOf ? byId.get(run.retryOf) : undefined);
