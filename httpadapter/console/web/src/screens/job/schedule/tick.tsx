import type { Job } from '../../../api/queries';
import { roughly } from '../../../ui/duration';
import { FateMark } from '../../../ui/fate';
import { reasonOfTick, sentence, waitInWords } from '../../../ui/reason';
import { lengthOf } from '../../../ui/strip';
import { timeText, timeWithZone } from '../../../ui/time';
import { Cause } from './cause';
import type { Fired, Run } from './query';

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
  const without = !fired.run && fired.fate !== 'plan';
  return (
    <div class="tick" id="tick" aria-live="polite">
      <p>
        <b>
          {timeWithZone(new Date(fired.at), zone)}
          {several && ` to ${timeWithZone(new Date(fired.until), zone)}`}
        </b>{' '}
        <FateMark fate={fired.fate} />
        {several && ` ×${fired.count.toLocaleString('en')}`}
      </p>
      <p>{whyOf(fired, job)}</p>
      <p class="actions">
        {without && onBackfill && (
          <button class="btn" type="button" onClick={() => onBackfill({ from: fired.at, until: after(fired.until) })}>
            {several ? 'Backfill these ticks…' : 'Backfill this tick…'}
          </button>
        )}
        <Cause job={job} fired={fired} />
      </p>
    </div>
  );
}

/** whyOf says in sentences what became of a tick. */
function whyOf(fired: Fired, job: Job): string {
  const shifted = fired.shifted ? ' The time that the expression names does not exist on that day: clocks go forward, so it fires after the gap.' : '';
  const it = fired.count > 1 ? 'They are' : 'It is';
  const madeUp = fired.run ? '' : `; a backfill can make ${fired.count > 1 ? 'them' : 'it'} up`;
  const next = ['skip-f', 'miss', 'pause'].includes(fired.fate) && job.cronExpression ? ` ${it} not tried again${madeUp}.` : '';
  return (textOf(fired, job) + next + shifted).trim();
}

function stillGoing(run: Run, job: Job): string {
  const which = run.nominalAt ? `The run of ${timeText(new Date(run.nominalAt), job.cronTimezone, 'clock')}` : `Run ${run.number}, which ${run.createdBy} started by hand,`;
  return `${which} was still going${run.finishedAt ? `: it took ${roughly(lengthOf(run))}` : ''}${job.maxConcurrentRuns > 1 ? '' : ', and one at a time is allowed'}.`;
}

/** textOf is the reason in a sentence. */
export function textOf(fired: Fired, job: Job): string {
  if (fired.fate === 'plan') return 'It is still to come.';
  if (fired.inTheWay) return stillGoing(fired.inTheWay, job);
  if (fired.tick && fired.tick.verdict !== 'fired') return reasonOfTick(fired.tick, job);
  if (!fired.run) return '';
  const { run } = fired;
  const attempt = run.attempt > 1 ? `It took ${run.attempt} attempts. ` : '';
  if (run.waitingFor) return attempt + waitInWords(run.waitingFor);
  const said = sentence(run.statusMessage ?? '');
  return attempt + said + (!said && run.dispatchedAt && run.finishedAt ? `It took ${roughly(lengthOf(run))}.` : '');
}
