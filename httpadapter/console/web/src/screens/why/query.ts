/** What did not run: the journal's ticks without a run and its failed runs, over all jobs that the viewer sees. */

import { type EventKind, type JournalEvent, journalQuery } from '../../api/events';
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

export const whyQuery = (fate: WhyFilter) => journalQuery({ kinds: fate === 'all' ? Object.values(kindsOf).flat() : (kindsOf[fate] ?? []) });

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
