import { Link } from 'wouter-preact';

import type { Job } from '../../../api/queries';
import { tableDuration } from '../../../ui/duration';
import { FateMark, fateOfRun, fateOfTick, type Fate } from '../../../ui/fate';
import { reasonOfTick, sentence, waitInWords } from '../../../ui/reason';
import { lengthOf } from '../../../ui/strip';
import { Time } from '../../../ui/time';
import type { Row, Run, Tick } from './query';

type RunRowProps = { job: Job; row: Extract<Row, { kind: 'run' }>; longest: number };

export function RunRow({ job, row: { run, first, again, tick }, longest }: RunRowProps) {
  const fate = tick ? fateOfTick(tick.verdict) : fateOfRun(run.status);
  const started = run.runnerStartedAt ?? run.dispatchedAt;
  const attempts = (run.attempt > 1 || again) && `attempt ${run.attempt}${job.retry ? ` of ${job.retry.maxAttempts}` : ''}`;
  return (
    <tr role="row" class={again ? 'again' : undefined}>
      <td role="cell">
        <Link class="key" href={`/jobs/${job.id}/runs/${run.id}`}>
          {run.number}
        </Link>
      </td>
      <td role="cell">
        {again ? (
          <span class="q">{attempts}</span>
        ) : (
          <>
            {first.nominalAt ? <Time at={first.nominalAt} zone={job.cronTimezone} /> : <span class="q">{startedBy(first)}</span>}
            {attempts && <span class="q s mid"> {attempts}</span>}
          </>
        )}
      </td>
      <td role="cell">
        <FateMark fate={fate} />
      </td>
      <td role="cell">{tick ? <span class="q">{reasonOfTick(tick, job)}</span> : why(run, fate)}</td>
      <td role="cell">{started && <Time at={started} zone={job.cronTimezone} shape="clock" />}</td>
      <td role="cell">{run.finishedAt && started && <Took run={run} fate={fate} longest={longest} />}</td>
      <td role="cell" class="num">
        {run.jobVersion}
      </td>
    </tr>
  );
}

function why(run: Run, fate: Fate) {
  if (fate === 'wait') return <span class="q">{waitInWords(run.waitingFor)}</span>;
  if (fate === 'ok' || fate === 'run' || !run.statusMessage) return null;
  return <span class="q">{sentence(run.statusMessage)}</span>;
}

/** startedBy says what made a run that is for no tick. */
export function startedBy(run: Run): string {
  switch (run.trigger) {
    case 'manual':
      return `by hand, ${run.createdBy}`;
    case 'retry':
      return run.attempt > 1 ? 'retry' : `run again by ${run.createdBy}`;
    case 'dependency':
      return 'by other jobs';
    case 'backfill':
      return `backfill, ${run.createdBy}`;
    default:
      return 'by its schedule';
  }
}

const bars: Partial<Record<Fate, string>> = { ok: 'm-ok', fail: 'm-fail', timeout: 'm-timeout', cancel: 'm-cancel' };

function Took({ run, fate, longest }: { run: Run; fate: Fate; longest: number }) {
  const ms = lengthOf(run);
  const share = Math.min(1, (ms * 1000) / longest);
  return (
    <div class="took">
      <svg class="bar" width="100%" aria-hidden="true">
        <rect class={bars[fate] ?? 'm-run'} x="0" y="0" width={`${(share * 98 + 1).toFixed(1)}%`} height="8" />
      </svg>
      <span>{tableDuration(ms)}</span>
    </div>
  );
}

export function TickRow({ job, tick }: { job: Job; tick: Tick }) {
  return (
    <tr role="row" class="norun">
      <td role="cell">
        <span class="qq">no run</span>
      </td>
      <td role="cell">
        <Time at={tick.nominalAt} zone={job.cronTimezone} />
        {tick.count > 1 && tick.until && (
          <span class="q">
            {' '}
            to <Time at={tick.until} zone={job.cronTimezone} />
          </span>
        )}
      </td>
      <td role="cell">
        <FateMark fate={fateOfTick(tick.verdict)} />
        {tick.count > 1 && <span class="q"> ×{tick.count.toLocaleString('en')}</span>}
      </td>
      <td role="cell">
        <span class="q">{reasonOfTick(tick, job)}</span>
      </td>
      <td role="cell" />
      <td role="cell" />
      <td role="cell" class="num" />
    </tr>
  );
}
