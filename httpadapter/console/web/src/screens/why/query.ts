/** What did not run: the journal's ticks without a run and its failed runs, over all jobs that the viewer sees. */

import { queryOptions } from '@tanstack/preact-query';

import { answered, api } from '../../api/client';
import { type EventKind, type JournalEvent, journalQuery } from '../../api/events';
import type { Job, RecentRun } from '../../api/queries';
import { type Fate, fateOfTick } from '../../ui/fate';

export type { JournalEvent };

const kindsOf: Record<string, EventKind[]> = {
  failed: ['run.failed', 'run.timeout'],
  skipped: ['tick.skipped', 'tick.superseded'],
  missed: ['tick.missed', 'tick.coalesced'],
  paused: ['tick.paused', 'hold.set', 'hold.lifted'],
};

export type WhyFilter = 'all' | 'failed' | 'skipped' | 'missed' | 'paused';

export const parseSearch = (text: string): { fate: WhyFilter; q: string } => {
  const s = new URLSearchParams(text);
  const fate = s.get('fate') ?? '';
  return { fate: fate in kindsOf ? (fate as WhyFilter) : 'all', q: s.get('q') ?? '' };
};

export const searchText = (s: { fate: WhyFilter; q: string }): string =>
  new URLSearchParams({ ...(s.fate !== 'all' && { fate: s.fate }), ...(s.q && { q: s.q }) }).toString();

/** whyQuery reads the journal of all jobs, or of one. */
export const whyQuery = (fate: WhyFilter, jobId?: string) => journalQuery({ ...(jobId && { jobId }), kinds: fate === 'all' ? Object.values(kindsOf).flat() : (kindsOf[fate] ?? []) });

export const fateOf = (event: JournalEvent): Fate => {
  switch (event.kind) {
    case 'run.failed':
      return 'fail';
    case 'run.timeout':
      return 'timeout';
    case 'run.cancelled':
      return 'cancel';
    case 'hold.set':
    case 'hold.lifted':
      return 'pause';
    default:
      return fateOfTick(event.kind.replace('tick.', ''));
  }
};

/** goingQuery is the run that was going when a tick was skipped for it. */
export const goingQuery = (event: JournalEvent | undefined) =>
  queryOptions({
    queryKey: ['job', event?.jobId, 'going', event?.nominalAt],
    queryFn: async ({ signal }) => {
      const at = event?.nominalAt ?? event?.at ?? '';
      const query = { createdUntil: at, limit: 10 };
      const list = await answered(api.GET('/workloads/jobs/{job}/runs', { params: { path: { job: event?.jobId ?? '' }, query }, signal }));
      // A run that waited and was given up is not what stood in the way.
      return list.items.find((run) => run.dispatchedAt && run.id !== event?.runId && (!run.finishedAt || run.finishedAt > at)) ?? null;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });

export type NamedJob = { job: Job; last: RecentRun | undefined };

/** namedQuery finds the one job that a text names, if it is one. */
export const namedQuery = (text: string) =>
  queryOptions({
    queryKey: ['jobs', 'named', text],
    queryFn: async ({ signal }): Promise<NamedJob | null> => {
      const list = await answered(api.GET('/me/jobs', { params: { query: { keyPrefix: text, limit: 2, include: ['recentRuns' as const] } }, signal }));
      const jobs = list.included.jobs;
      const job = jobs.find((j) => j.jobKey === text) ?? (jobs.length === 1 ? jobs[0] : undefined);
      const runs = list.items.find((item) => item.jobId === job?.id)?.recentRuns ?? [];
      return job ? { job, last: runs[0] } : null;
    },
  });
