import type { JournalEvent } from './query';

/** A group is what happened to one job in the same way, one after the other. */
export type Group = { events: JournalEvent[]; count: number; first: number; last: number };

const whenOf = (event: JournalEvent) => Date.parse(event.nominalAt ?? event.at);
const sameCause = (a: JournalEvent, b: JournalEvent) => a.jobId === b.jobId && a.kind === b.kind && a.reason === b.reason;

/** How far back a group is looked for: what other jobs did in between does not part it. */
const reach = 12;

/** gathered puts neighbours with one cause together; events come newest first. */
export function gathered(events: JournalEvent[]): Group[] {
  const groups: Group[] = [];
  for (const event of events) {
    const at = whenOf(event);
    const count = Math.max(1, event.count ?? 1);
    const like = groups.slice(-reach).findLast((group) => group.events[0] && sameCause(group.events[0], event));
    if (like && event.jobId) {
      like.events.push(event);
      like.count += count;
      like.first = Math.min(like.first, at);
    } else {
      groups.push({ events: [event], count, first: at, last: at });
    }
  }
  return groups;
}
