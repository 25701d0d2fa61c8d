import { infiniteQueryOptions, queryOptions } from '@tanstack/preact-query';

import { answered, api, type Schemas } from '../../../api/client';
import { parseExact } from '../../../api/exact';

export type Version = Schemas['Version'];
export type ListedVersion = Schemas['VersionList']['items'][number];
export type Diff = Schemas['VersionDiff'];

const pageSize = 50;

export const versionsQuery = (jobId: string) =>
  infiniteQueryOptions({
    queryKey: ['job', jobId, 'versions'],
    queryFn: ({ pageParam, signal }) =>
      answered(api.GET('/workloads/jobs/{job}/versions', { params: { path: { job: jobId }, query: { limit: pageSize, page: pageParam } }, signal })),
    initialPageParam: 1,
    getNextPageParam: (last, pages) => (pages.length * pageSize < last.total ? pages.length + 1 : undefined),
  });

/** diffQuery compares two versions; `draft` is the draft, against the active one. */
export const diffQuery = (jobId: string, from: number | 'draft', to: number | 'draft') =>
  queryOptions({
    queryKey: ['job', jobId, 'diff', from, to],
    queryFn: async ({ signal }): Promise<Diff> => {
      const text =
        from === 'draft' || to === 'draft'
          ? await answered(api.GET('/workloads/jobs/{job}/draft/diff', { params: { path: { job: jobId } }, parseAs: 'text', signal }))
          : await answered(
              api.GET('/workloads/jobs/{job}/versions/{jobVersionNumber}/diff/{otherVersionNumber}', {
                params: { path: { job: jobId, jobVersionNumber: from, otherVersionNumber: to } },
                parseAs: 'text',
                signal,
              }),
            );
      // The values are the embedder's: no digit of a number is lost.
      const { changes } = parseExact(text) as Pick<Diff, 'changes'>;
      return { ...(JSON.parse(text) as Diff), changes };
    },
  });
