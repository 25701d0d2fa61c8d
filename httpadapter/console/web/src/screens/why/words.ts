import { sentenceDuration } from '../../ui/duration';
import { reasonOfTick, sentence } from '../../ui/reason';
import { ownZone, timeText, zoneName } from '../../ui/time';
import { dayOf, type Group } from './gather';
import type { JournalEvent } from './query';

/** sentenceOf says what happened to a job and why, and what happens next where the journal tells. */
export function sentenceOf({ head: event, events }: Group): string {
  if (!event.kind.startsWith('run.')) return tickInWords(event);
  const what = sentence(event.reason || 'It said no reason');
  const attempts = events.map((e) => e.attempt ?? 1);
  const most = Math.max(...attempts);
  if (event.final === false) return `${most > 1 ? `Attempt ${most}: ` : ''}${what} It was tried again.`;
  if (most > 1) return `${what} That was attempt ${most}, the last.`;
  return what;
}

/** holdInWords says who held all schedules, and why. */
export function holdInWords({ set, lifted }: NonNullable<Group['hold']>): string {
  const reason = set?.reason ?? lifted?.reason;
  const quoted = reason ? `: “${reason}”` : '';
  const by = set?.memberId;
  const end = lifted && lifted.memberId !== by ? ` ${lifted.memberId} ended it.` : '';
  return `${by ? `${by} held all schedules` : 'All schedules were held'}${quoted}.${lifted ? end : ' The hold goes on.'}`;
}

/** tickInWords says why a tick made no run. */
export const tickInWords = (event: JournalEvent): string => reasonOfTick({ verdict: event.kind.replace('tick.', ''), reason: event.reason });

type Going = { number: number; nominalAt: string | null; createdAt: string; dispatchedAt: string | null; finishedAt: string | null; createdBy: string; trigger: string };

/** stillGoing says which run stood in the way of a tick, and how long it took. */
export function stillGoing(run: Going, event: JournalEvent): string {
  const at = new Date(run.nominalAt ?? run.dispatchedAt ?? run.createdAt);
  const day = dayOf(at.getTime()) === dayOf(Date.parse(event.nominalAt ?? event.at)) ? 'clock' : 'moment';
  const when = `${timeText(at, ownZone, day)} ${zoneName(at, ownZone)}`;
  const which = run.nominalAt ? `The run of ${when}` : run.trigger === 'manual' ? `Run ${run.number}, which ${run.createdBy} started by hand at ${when},` : `Run ${run.number}, made at ${when},`;
  const took = run.finishedAt ? `it took ${sentenceDuration(Date.parse(run.finishedAt) - Date.parse(run.dispatchedAt ?? run.createdAt))}` : 'it is going yet';
  return `${which} was still going: ${took}, and one at a time is allowed.`;
}
