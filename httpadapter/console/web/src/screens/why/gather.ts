import { ownZone, timeText } from '../../ui/time';
import type { JournalEvent } from './query';

/** A group is what happened to one job in the same way on one day, or one hold with the ticks that it held. */
export type Group = {
  /** The newest of them. */
  head: JournalEvent;
  events: JournalEvent[];
  count: number;
  first: number;
  last: number;
  hold?: { set?: JournalEvent; lifted?: JournalEvent };
};

const begins = (event: JournalEvent) => Date.parse(event.nominalAt ?? event.at);
const ends = (event: JournalEvent) => Date.parse(event.until ?? event.nominalAt ?? event.at);
export const countOf = (event: JournalEvent) => Math.max(1, event.count ?? 1);
export const dayOf = (at: number) => timeText(new Date(at), ownZone, 'day');

const ofHold = (event: JournalEvent) => event.kind.startsWith('hold.') || (event.kind === 'tick.paused' && event.reason === 'hold');

/** gathered puts together what has one cause; events come newest first. What other jobs did in between does not part it. */
export function gathered(events: JournalEvent[]): Group[] {
  const groups: Group[] = [];
  const like = new Map<string, Group>();
  let hold: Group | undefined;
  for (const event of events) {
    if (ofHold(event)) {
      // A tick may be settled after its hold was lifted, so it can begin the group.
      if (!hold || (event.kind === 'hold.lifted' && hold.hold?.lifted)) hold = begun(groups, event, {});
      if (event.kind === 'hold.lifted') hold.hold = { ...hold.hold, lifted: event };
      if (event.kind === 'hold.set') hold.hold = { ...hold.hold, set: event };
      if (event.kind === 'tick.paused') joined(hold, event);
      if (event.kind === 'hold.set') hold = undefined;
      continue;
    }
    const key = [event.jobId, event.kind, event.reason, dayOf(ends(event))].join('\n');
    const group = like.get(key) ?? begun(groups, event);
    like.set(key, group);
    joined(group, event);
  }
  return groups.map(bounded).sort((a, b) => b.last - a.last);
}

function begun(groups: Group[], head: JournalEvent, hold?: Group['hold']): Group {
  const group: Group = { head, events: [], count: 0, first: begins(head), last: ends(head), ...(hold && { hold }) };
  groups.push(group);
  return group;
}

function joined(group: Group, event: JournalEvent) {
  group.events.push(event);
  group.count += countOf(event);
  group.first = Math.min(group.first, begins(event));
  group.last = Math.max(group.last, ends(event));
}

/** bounded lets a hold last from when it was set until it was lifted. One that only its ticks tell of is a job's. */
function bounded(group: Group): Group {
  const { hold, ...rest } = group;
  if (!hold) return group;
  if (!hold.set && !hold.lifted) return rest;
  const { set, lifted } = hold;
  return { ...group, first: set ? Date.parse(set.at) : group.first, last: lifted ? Date.parse(lifted.at) : Math.max(group.last, set ? Date.parse(set.at) : 0) };
}

/** byJob counts a group's ticks for each job, those with most first. */
export function byJob(group: Group): { jobId: string; jobKey: string; count: number }[] {
  const jobs = new Map<string, { jobId: string; jobKey: string; count: number }>();
  for (const event of group.events) {
    if (!event.jobId) continue;
    const job = jobs.get(event.jobId) ?? { jobId: event.jobId, jobKey: event.jobKey ?? event.jobId, count: 0 };
    job.count += countOf(event);
    jobs.set(event.jobId, job);
  }
  return [...jobs.values()].sort((a, b) => b.count - a.count || a.jobKey.localeCompare(b.jobKey));
}
