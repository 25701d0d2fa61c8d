import { useQuery } from '@tanstack/preact-query';
import { Link } from 'wouter-preact';

import { roughly } from '../../ui/duration';
import { FateMark, fateOfRun } from '../../ui/fate';
import { sentence } from '../../ui/reason';
import { lengthOf, Strip } from '../../ui/strip';
import { type Column, Table } from '../../ui/table';
import { Time } from '../../ui/time';
import { goingQuery, fateOf, type JournalEvent } from '../why/query';
import { stillGoing, tickInWords } from '../why/words';
import { type Trouble, usualOf } from './trouble';

type LookProps = { troubles: Trouble[]; total: number; day: JournalEvent[] };

const columns: Column[] = [
  { name: 'State', class: 'c-g', hidden: true },
  { name: 'Job' },
  { name: 'What happened' },
  { name: 'Last 20 runs', class: 'mid' },
  { name: 'Last success', class: 'wide' },
  { name: 'Look at', class: 'mid' },
];

/** Look lists the jobs that fail, those that have failed for longest first, then those whose ticks made no run. */
export function Look({ troubles, total, day }: LookProps) {
  if (!troubles.length) return null;
  const saidBy = new Map(day.map((event) => [event.runId, event.reason]));
  return (
    <section aria-labelledby="h-look">
      <div class="section-head">
        <h2 id="h-look">Needs a look</h2>
        <span class="s q">
          {total} {total === 1 ? 'job' : 'jobs, the worst first'}
        </span>
      </div>
      <Table label="Jobs that need a look" class="look" columns={columns}>
        {troubles.map((trouble) => (
          <Row key={trouble.listed.job.id} trouble={trouble} said={saidBy.get(trouble.last?.id ?? '') ?? ''} />
        ))}
      </Table>
      {total > troubles.length && (
        <div class="pager">
          <Link href="/jobs?outcome=failed">All {total}</Link>
        </div>
      )}
    </section>
  );
}

function Row({ trouble, said }: { trouble: Trouble; said: string }) {
  const { listed, last, success, firstBad, tick } = trouble;
  const { job, recentRuns } = listed;
  const skips = !last && tick ? tick : undefined;
  const went = useQuery({ ...goingQuery(skips), enabled: skips?.kind === 'tick.skipped' && skips.reason === 'overlap' }).data;
  return (
    <tr role="row">
      <td role="cell" class="c-g">
        <FateMark fate={skips ? fateOf(skips) : fateOfRun(last?.status ?? 'failed')} quiet />
      </td>
      <td role="cell">
        <Link class="key" href={`/jobs/${job.id}`}>
          {job.jobKey}
        </Link>
      </td>
      <td role="cell" class="full">
        {skips ? (
          <>
            {`${skips.kind === 'tick.missed' ? 'Missed' : 'Skipped'} ${trouble.ticks === 1 ? '1 tick' : `${trouble.ticks} ticks`}. `}
            <span class="q">{went ? stillGoing(went, skips) : tickInWords(skips)}</span>
          </>
        ) : (
          <>
            {failedInWords(trouble)} <span class="q">{last?.status === 'timeout' ? usually(trouble) : sentence(said)}</span>
          </>
        )}
      </td>
      <td role="cell" class="mid">
        <Strip runs={recentRuns} label={`${job.jobKey}, last ${recentRuns.length} runs`} />
      </td>
      <td role="cell" class="wide">
        {success ? <Time at={success.finishedAt ?? success.createdAt} zone={job.cronTimezone} /> : <span class="q">not in the last {recentRuns.length} runs</span>}
      </td>
      <td role="cell" class="mid">
        {firstBad && success && firstBad.jobVersion !== success.jobVersion ? (
          <Link href={`/jobs/${job.id}/versions`}>
            Compare versions {success.jobVersion} and {firstBad.jobVersion}
          </Link>
        ) : last ? (
          <Link href={`/jobs/${job.id}/runs/${last.id}`}>The last run</Link>
        ) : went ? (
          <Link href={`/jobs/${job.id}/runs/${went.id}`}>Run {went.number}</Link>
        ) : (
          <Link href={`/jobs/${job.id}/schedule`}>Its schedule</Link>
        )}
      </td>
    </tr>
  );
}

/** failedInWords is how often a job failed, and since which version when it is that version's doing. */
function failedInWords({ listed, inARow, last, firstBad, success }: Trouble): string {
  const version = last?.jobVersion;
  const always = success && firstBad && firstBad.jobVersion === version && success.jobVersion !== version && inARow > 1;
  const what = last?.status === 'timeout' ? (inARow > 1 ? `The last ${inARow} runs took too long or failed` : 'The last run took longer than it may') : inARow > 1 ? `Failed ${inARow} times in a row` : 'Failed once';
  const all = inARow >= listed.recentRuns.length && inARow > 1 ? ', each time that is known' : '';
  return `${what}${always ? `, in every run of version ${version}` : all}.`;
}

function usually({ listed: { recentRuns } }: Trouble): string {
  const usual = usualOf(recentRuns, lengthOf);
  return usual ? `Usual are ${roughly(usual)}.` : '';
}
