/** The filters of the list of jobs, as they stand in the page's URL. */

import type { JobFilter } from '../../api/queries';

export const pageSize = 50;

export type JobsSearch = {
  q: string;
  status: '' | 'active' | 'paused';
  outcome: '' | 'succeeded' | 'failed' | 'cancelled';
  label: string;
  team: string;
  page: number;
};

const oneOf = <T extends string>(value: string | null, all: readonly T[]): T | '' =>
  all.includes(value as T) ? (value as T) : '';

export function parseSearch(text: string): JobsSearch {
  const s = new URLSearchParams(text);
  return {
    q: s.get('q') ?? '',
    status: oneOf(s.get('status'), ['active', 'paused'] as const),
    outcome: oneOf(s.get('outcome'), ['succeeded', 'failed', 'cancelled'] as const),
    label: s.get('label') ?? '',
    team: s.get('team') ?? '',
    page: Math.max(1, Number.parseInt(s.get('page') ?? '1', 10) || 1),
  };
}

export function searchText(s: JobsSearch): string {
  const text = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...s, page: s.page > 1 ? String(s.page) : '' })) {
    if (value) text.set(name, value);
  }
  return text.toString();
}

export function filterOf(s: JobsSearch): JobFilter {
  // The API orders by key only where that is cheap.
  const byKey = !s.label && !s.outcome;
  return {
    keyPrefix: s.q || undefined,
    status: s.status || undefined,
    outcome: s.outcome || undefined,
    label: s.label || undefined,
    team: s.team || undefined,
    sortBy: byKey ? 'jobKey' : undefined,
    page: s.page,
    limit: pageSize,
  };
}
