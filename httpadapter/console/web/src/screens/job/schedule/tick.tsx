import { Link } from 'wouter-preact';

import type { Job } from '../../../api/queries';
import { FateMark } from '../../../ui/fate';
import { reasonOfTick, sentence, waitInWords } from '../../../ui/reason';
import { timeWithZone } from '../../../ui/time';
import type { Fired } from './query';

type TickDetailProps = {
  job: Job;
  fired: Fired;
  onBackfill: ((range: { from: string; until: string }) => void) | undefined;
};

const after = (at: string) => new Date(Date.parse(at) + 1000).toISOString();

/** TickDetail says of the chosen tick what became of it, and what can be done. */
export function TickDetail({ job, fired, onBackfill }: TickDetailProps) {
  const zone = job.cronTimezone;
  const several = fired.count > 1;
  return (
    <div class="tick" id="tick">
      <p>
        <b>
          {timeWithZone(new Date(fired.at), zone)}
          {several && ` to ${timeWithZone(new Date(fired.until), zone)}`}
        </b>{' '}
        <FateMark fate={fired.fate} />
        {several && ` ×${fired.count}`}
      </p>
      <p>{textOf(fired, job)}</p>
      <p class="actions">
        {!fired.run && fired.fate !== 'plan' && onBackfill && (
          <button class="btn" type="button" onClick={() => onBackfill({ from: fired.at, until: after(fired.until) })}>
            {several ? 'Backfill these ticks…' : 'Backfill this tick…'}
          </button>
        )}
        {fired.run && <Link href={`/jobs/${job.id}/runs/${fired.run.id}`}>Run {fired.run.number}</Link>}
      </p>
    </div>
  );
}

function textOf(fired: Fired, job: Job): string {
  const shifted = fired.shifted ? ' The clock change took its time away, so it stands behind the gap.' : '';
  if (fired.fate === 'plan') return `It is still to come.${shifted}`;
  if (fired.run) {
    const attempt = fired.run.attempt > 1 ? `Attempt ${fired.run.attempt}. ` : '';
    return attempt + (waitInWords(fired.run.waitingFor) || sentence(fired.run.statusMessage ?? '')) + shifted;
  }
  const reason = fired.tick ? reasonOfTick(fired.tick, job) : '';
  const next = ['skip-f', 'miss', 'pause'].includes(fired.fate) ? ' It is not tried again; a backfill can make it up.' : '';
  return reason + next + shifted;
}
