import { reasonOfTick, sentence } from '../../ui/reason';
import type { Group } from './gather';

/** sentenceOf says what happened to a job and why, and what happens next where the journal tells. */
export function sentenceOf({ head: event, events, count }: Group): string {
  if (!event.kind.startsWith('run.')) return reasonOfTick({ verdict: event.kind.replace('tick.', ''), reason: event.reason, count });
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
