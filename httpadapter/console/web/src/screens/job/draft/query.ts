import { queryOptions } from '@tanstack/preact-query';

import { answered, api, type Schemas, withResponse } from '../../../api/client';
import { type Exact, parseExact } from '../../../api/exact';

/** A draft as it is shown, and with every number as it was written. */
export type DraftWithTag = { version: Schemas['Version']; exact: Exact; etag: string };

export const draftQuery = (jobId: string) =>
  queryOptions({
    queryKey: ['job', jobId, 'draft'],
    queryFn: async ({ signal }): Promise<DraftWithTag> => {
      const { data, response } = await withResponse(
        api.GET('/workloads/jobs/{job}/draft', { params: { path: { job: jobId } }, parseAs: 'text', signal }),
      );
      return { version: JSON.parse(data) as Schemas['Version'], exact: parseExact(data) as Exact, etag: response.headers.get('ETag') ?? '' };
    },
  });

/** versionQuery is a published version with every number as it was written. It never changes. */
export const versionQuery = (jobId: string, version: number) =>
  queryOptions({
    queryKey: ['job', jobId, 'version', version],
    queryFn: async ({ signal }) => {
      const text = await answered(
        api.GET('/workloads/jobs/{job}/versions/{jobVersionNumber}', {
          params: { path: { job: jobId, jobVersionNumber: version } },
          parseAs: 'text',
          signal,
        }),
      );
      const described = parseExact(text) as { included: { jobs: Exact[] } };
      return described.included.jobs[0] ?? {};
    },
    staleTime: 'static',
  });
