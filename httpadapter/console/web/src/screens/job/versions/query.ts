import { infiniteQueryOptions, queryOptions } from '@tanstack/preact-query';

import { answered, api, type Schemas } from '../../../api/client';
import { parseExact } from '../../../api/exact';

export type Version = Schemas['Version'];
export type ListedVersion = Schemas['VersionList']['items'][number];
export type Diff = Schemas['VersionDiff'];

const pageSize = 50;

const pageOf = (jobId: string, page: number, signal: AbortSignal) =>
  answered(api.GET('/workloads/jobs/{job}/versions', { params: { path: { job: jobId }, query: { limit: pageSize, page } }, signal }));

/** versionsQuery reads the ledger from its end: the API counts its pages from the first version. */
export const versionsQuery = (jobId: string, latest: number) =>
  infiniteQueryOptions({
    queryKey: ['job', jobId, 'versions'],
    queryFn: ({ pageParam, signal }) => pageOf(jobId, pageParam, signal),
    initialPageParam: Math.ceil(latest / pageSize),
    getNextPageParam: (_last, _pages, page) => (page > 1 ? page - 1 : undefined),
    getPreviousPageParam: (first, _pages, page) => (page * pageSize < first.total ? page + 1 : undefined),
  });

type Numbers = { id: string; draftVersion: number | null; currentVersion: number };

/** diffQuery compares two versions. The draft is compared with the active one by the API, with others by what they are. */
export const diffQuery = (job: Numbers, from: number, to: number) =>
  queryOptions({
    queryKey: ['job', job.id, 'diff', from, to],
    queryFn: async ({ signal }): Promise<Diff> => {
      const draft = from === job.draftVersion || to === job.draftVersion;
      const text = draft
        ? await answered(api.GET('/workloads/jobs/{job}/draft/diff', { params: { path: { job: job.id } }, parseAs: 'text', signal }))
        : await answered(
            api.GET('/workloads/jobs/{job}/versions/{jobVersionNumber}/diff/{otherVersionNumber}', {
              params: { path: { job: job.id, jobVersionNumber: from, otherVersionNumber: to } },
              parseAs: 'text',
              signal,
            }),
          );
      // The values are the embedder's: no digit of a number is lost.
      const { changes } = parseExact(text) as Pick<Diff, 'changes'>;
      return { ...(JSON.parse(text) as Diff), changes };
    },
    // Published versions never change.
    ...(from !== job.draftVersion && to !== job.draftVersion && { staleTime: 'static' as const }),
  });
