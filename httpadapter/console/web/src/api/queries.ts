/** What the screens ask for. A query's key begins with what it is about: "job" and its ID, or a list. */

import { queryOptions } from '@tanstack/preact-query';

import { answered, api, type Schemas, withResponse } from './client';

export type Job = Schemas['Job'];
export type JobRun = Schemas['JobRun'];
export type Action = NonNullable<Job['permissions']>[number];

/** may says whether the viewer may do something with a job. */
export const may = (job: Job, action: Action): boolean => job.permissions?.includes(action) ?? false;
export type RecentRun = Schemas['RecentRun'];

/** A job of a list, with what stands beside it in the answer. */
export type ListedJob = { job: Job; teamIds: string[]; recentRuns: RecentRun[] };
export type Team = Pick<Schemas['Team'], 'id' | 'name'>;
export type JobPage = { total: number | null; jobs: ListedJob[]; teams: Team[] };

export type JobFilter = {
  keyPrefix?: string | undefined;
  status?: 'active' | 'paused' | undefined;
  label?: string | undefined;
  team?: string | undefined;
  outcome?: 'succeeded' | 'failed' | 'cancelled' | undefined;
  sortBy?: 'jobKey' | 'createdAt' | undefined;
  sortDirection?: 'asc' | 'desc' | undefined;
  limit?: number;
  page?: number;
};

function joined(list: Schemas['JobList']): JobPage {
  const jobs = new Map(list.included.jobs.map((job) => [job.id, job]));
  return {
    total: list.total,
    teams: list.included.teams,
    jobs: list.items.flatMap((item) => {
      const job = jobs.get(item.jobId);
      return job ? [{ job, teamIds: item.teamIds, recentRuns: item.recentRuns ?? [] }] : [];
    }),
  };
}

export const meQuery = () => queryOptions({ queryKey: ['me'], queryFn: () => answered(api.GET('/me')), staleTime: 60_000 });

export const holdQuery = () => queryOptions({ queryKey: ['hold'], queryFn: () => answered(api.GET('/workloads/hold')) });

export const jobsQuery = (filter: JobFilter) =>
  queryOptions({
    queryKey: ['jobs', filter],
    queryFn: async ({ signal }) => {
      const { team, ...rest } = filter;
      const query = { ...rest, include: ['recentRuns' as const] };
      return joined(
        await answered(
          team ? api.GET('/workloads/teams/{team}/jobs', { params: { path: { team }, query }, signal }) : api.GET('/me/jobs', { params: { query }, signal }),
        ),
      );
    },
  });

/** needsLookQuery are the jobs whose last run failed. */
export const needsLookQuery = () => jobsQuery({ outcome: 'failed', limit: 20 });

export type DescribedJob = ListedJob & { etag: string };

export const jobQuery = (jobId: string) =>
  queryOptions({
    queryKey: ['job', jobId],
    queryFn: async ({ signal }): Promise<DescribedJob> => {
      const { data, response } = await withResponse(api.GET('/workloads/jobs/{job}', { params: { path: { job: jobId }, query: { include: ['recentRuns'] } }, signal }));
      const job = data.included.jobs[0];
      if (!job) throw new Error('The API described no job.');
      return { job, teamIds: data.item.teamIds, recentRuns: data.item.recentRuns ?? [], etag: response.headers.get('ETag') ?? '' };
    },
  });


export type Graph = Schemas['Graph'];

export const graphQuery = (query: { root?: string; depth?: number }) =>
  queryOptions({
    queryKey: ['graph', query],
    queryFn: ({ signal }) => answered(api.GET('/workloads/graph', { params: { query }, signal })),
  });

export type Fires = Schemas['FireList'];

/** firesQuery are past and coming fires of all jobs, in buckets of so many seconds. */
export const firesQuery = (from: string, until: string, bucket: number) =>
  queryOptions({
    queryKey: ['fires', from, until, bucket],
    queryFn: ({ signal }) => answered(api.GET('/workloads/fires', { params: { query: { from, until, bucket } }, signal })),
  });
