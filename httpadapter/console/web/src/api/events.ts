/** The journal, page by page from its newest event back. */

import { infiniteQueryOptions } from '@tanstack/preact-query';

import { answered, api, type Schemas } from './client';

export type JournalEvent = Schemas['Event'] & { count?: number | null };
export type EventKind = Schemas['EventKind'];

const pageSize = 100;

/** journalQuery reads the events of all jobs that the viewer sees, or of one. */
export const journalQuery = (about: { jobId?: string; kinds?: EventKind[] }) =>
  infiniteQueryOptions({
    queryKey: about.jobId ? ['job', about.jobId, 'events', about.kinds] : ['events', about.kinds],
    queryFn: async ({ pageParam, signal }) => {
      const query = { limit: pageSize, ...(about.kinds && { kind: about.kinds }), ...(pageParam && { before: pageParam }) };
      const page = await answered(
        about.jobId
          ? api.GET('/workloads/jobs/{job}/events', { params: { path: { job: about.jobId }, query }, signal })
          : api.GET('/me/events', { params: { query }, signal }),
      );
      return page as Schemas['EventList']; // the stream has its own reader
    },
    initialPageParam: 0,
    getNextPageParam: (page) => page.before ?? undefined,
  });
