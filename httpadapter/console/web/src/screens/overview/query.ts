/** What the overview asks for. What stands lower on the page is asked for after what stands above. */

import { queryOptions } from '@tanstack/preact-query';

import { answered, api, type Schemas } from '../../api/client';

export type Fires = Schemas['FireList'];

/** verdictOf is a fate without its reason: skipped, of skipped.overlap. */
export const verdictOf = (fate: string): string => fate.split('.')[0] ?? fate;

/** byVerdict adds up what differs in its reason alone. */
export function byVerdict(counts: Record<string, number>): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [fate, n] of Object.entries(counts)) sums[verdictOf(fate)] = (sums[verdictOf(fate)] ?? 0) + n;
  return sums;
}

const hour = 3_600_000;
export const half = 24 * hour;
export const bucket = 1800;

/** around is the last and the next 24 hours, from one half hour to another, so that one question serves for a while. */
export function around(now: number): { from: number; until: number } {
  const edge = Math.floor(now / (bucket * 1000)) * bucket * 1000;
  return { from: edge - half, until: edge + bucket * 1000 + half };
}

const at = (ms: number) => new Date(ms).toISOString();

export const dayQuery = (from: number, until: number) =>
  queryOptions({
    queryKey: ['fires', from, until],
    queryFn: ({ signal }) => answered(api.GET('/workloads/fires', { params: { query: { from: at(from), until: at(until), bucket } }, signal })),
  });

/** nextQuery are the fires of the next hours, minute by minute: a schedule fires on a minute. */
export const nextQuery = (now: number) =>
  queryOptions({
    queryKey: ['fires', 'next', Math.floor(now / 60_000)],
    queryFn: ({ signal }) =>
      answered(api.GET('/workloads/fires', { params: { query: { from: at(now), until: at(now + 3 * hour), bucket: 60 } }, signal })),
  });

/** runningQuery are the runs that go or wait, the newest first. */
export const runningQuery = () =>
  queryOptions({
    queryKey: ['runs', 'going'],
    queryFn: ({ signal }) =>
      answered(
        api.GET('/me/jobs/runs', {
          params: { query: { status: ['pending', 'ready', 'starting', 'creating_sail', 'waiting_for_sail', 'creating_runner', 'running'], limit: 20 } },
          signal,
        }),
      ),
  });
