import { queryOptions } from '@tanstack/preact-query';

import { answered, api, type Schemas } from '../../api/client';

export type Run = Schemas['JobRun'];

const read = (jobId: string, runId: string, signal: AbortSignal) =>
  answered(api.GET('/workloads/jobs/{job}/runs/{jobRun}', { params: { path: { job: jobId, jobRun: runId } }, signal }));

export const runQuery = (jobId: string, runId: string) =>
  queryOptions({ queryKey: ['job', jobId, 'run', runId], queryFn: ({ signal }) => read(jobId, runId, signal) });

/** How many earlier attempts are read: a chain may be long. */
const most = 10;

/** attemptsQuery are the attempts up to a run, the first of them first. */
export const attemptsQuery = (jobId: string, run: Run | undefined) =>
  queryOptions({
    queryKey: ['job', jobId, 'attempts', run?.id, run?.status],
    queryFn: async ({ signal }) => {
      const chain = run ? [run] : [];
      for (let first = run; first && first.attempt > 1 && first.retryOf && chain.length < most; ) {
        first = await read(jobId, first.retryOf, signal);
        chain.unshift(first);
      }
      return chain;
    },
  });

/** How soon after a success the run that follows it is made. */
const soon = 600_000;

/** followedQuery is the first run of a dependent that was made when a run had ended. */
export const followedQuery = (jobId: string, endedAt: string) =>
  queryOptions({
    queryKey: ['job', jobId, 'followed', endedAt],
    queryFn: async ({ signal }): Promise<Run | null> => {
      const query = { trigger: 'dependency' as const, createdFrom: endedAt, createdUntil: new Date(Date.parse(endedAt) + soon).toISOString(), limit: 10 };
      const list = await answered(api.GET('/workloads/jobs/{job}/runs', { params: { path: { job: jobId }, query }, signal }));
      return list.items.at(-1) ?? null;
    },
  });
