import { reasonOfTick, sentence } from '../../ui/reason';
import type { Group } from './gather';
import type { JournalEvent } from './query';

/** sentenceOf says what happened and why. */
export function sentenceOf(event: JournalEvent, group: Group): string {
  switch (event.kind) {
    case 'hold.set':
      return `${event.memberId} held all schedules: “${event.reason ?? ''}”.`;
    case 'hold.lifted':
      return `${event.memberId} ended the hold.`;
    case 'run.failed':
    case 'run.timeout': {
      const what = sentence(event.reason || 'It said no reason');
      const attempt = event.attempt && event.attempt > 1 ? `Attempt ${event.attempt}: ` : '';
      const next = event.final === false ? ' It is tried again.' : group.count > 1 ? ` ${group.count} runs in a row.` : '';
      return attempt + what + next;
    }
    default:
      return reasonOfTick({ verdict: event.kind.replace('tick.', ''), reason: event.reason });
  }
}

export function causeOf(event: JournalEvent): { href: string; text: string } | null {
  if (!event.jobId) return null;
  if (event.runId) return { href: `/jobs/${event.jobId}/runs/${event.runId}`, text: 'The run' };
  return { href: `/jobs/${event.jobId}/schedule`, text: 'Its schedule' };
}
