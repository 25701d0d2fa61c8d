/** Reasons as sentences: what happened and why, and what happens next. */

import { sentenceDuration } from './duration';

type TickFacts = { verdict: string; reason: string | null; count?: number };

type JobFacts = { maxConcurrentRuns: number; dependsOn: { jobKey: string }[]; missedSchedulePolicy: string };

/** reasonOfTick says why a tick made no run, as far as its row tells. */
export function reasonOfTick(tick: TickFacts, job?: JobFacts): string {
  const limit = job && job.maxConcurrentRuns > 1 ? `${job.maxConcurrentRuns} runs were going, and ${job.maxConcurrentRuns} are allowed at once.` : '';
  switch (`${tick.verdict} ${tick.reason ?? ''}`.trim()) {
    case 'skipped overlap':
      return 'A run of the job was still going, and one at a time is allowed.';
    case 'skipped cap':
      return limit || 'As many runs were going as are allowed at once.';
    case 'skipped dependency':
      return `${job?.dependsOn.length === 1 ? job.dependsOn[0]?.jobKey : 'A job that it depends on'} had not succeeded.`;
    case 'missed policy':
      return 'No scheduler ran then, and the job does not make up for missed ticks.';
    case 'missed window':
      return 'No scheduler ran then, and it was too long ago to be made up for.';
    case 'missed zone':
      return 'Its expression or time zone could not be read by this server.';
    case 'coalesced policy':
      return 'No scheduler ran then; a newer tick stands for it.';
    case 'superseded replace':
      return 'It had not begun when a newer tick came, and a newer tick replaces an older one.';
    case 'superseded waiting':
      return 'It waited for other jobs when a newer tick came and took its place.';
    case 'paused hold':
      return 'All schedules were held.';
    case 'paused':
      return 'The job was paused.';
    default:
      return tick.reason ?? '';
  }
}

/** A length of time as Go writes it: 1h30m0s. */
const goDuration = /\b(?:(\d+)h)?(?:(\d+)m)?(\d+)(?:\.\d+)?s\b/g;

const inWords = (text: string, h = '0', m = '0', s = '0') =>
  text.length < 3 ? text : sentenceDuration(((Number(h) * 60 + Number(m)) * 60 + Number(s)) * 1000);

/** sentence makes an engine's message read as one: a capital first where it begins with a plain word, a full stop last. */
export function sentence(text: string): string {
  const t = text.trim().replace(goDuration, inWords);
  if (!t) return '';
  return (/^[a-z]+[ ,:;]/.test(t) ? t.charAt(0).toUpperCase() + t.slice(1) : t) + (/[.!?…)]$/.test(t) ? '' : '.');
}

const waits: Record<string, string> = {
  release: 'Waits for someone to release it.',
  time: 'Waits for its time.',
  dependencies: 'Waits for the jobs that it depends on.',
  predecessor: 'Waits for a run before it.',
  engine: 'Waits for room on the engine.',
};

export const waitInWords = (waitingFor: string | null): string => (waitingFor ? (waits[waitingFor] ?? '') : '');
