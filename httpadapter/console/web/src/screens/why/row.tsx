import { useQuery } from '@tanstack/preact-query';
import { Link } from 'wouter-preact';

import { sentenceDuration } from '../../ui/duration';
import { FateMark, wordOf } from '../../ui/fate';
import { ownZone, Time, timeText, zoneName } from '../../ui/time';
import { byJob, dayOf, type Group } from './gather';
import { fateOf, goingQuery, type JournalEvent } from './query';
import { holdInWords, sentenceOf } from './words';

/** GroupRow says when, what, to which job, why, and where the cause is. */
export function GroupRow({ group }: { group: Group }) {
  const { head, hold } = group;
  const fate = fateOf(head);
  const went = useQuery({ ...goingQuery(head), enabled: !hold && head.kind === 'tick.skipped' && head.reason === 'overlap' });
  return (
    <tr role="row">
      <td role="cell">
        <When group={group} />
      </td>
      <td role="cell">
        <FateMark fate={fate} word={hold && !group.count ? 'Held' : wordOf(fate)} />
        {group.count > 1 && <span class="times"> ×{group.count.toLocaleString('en')}</span>}
      </td>
      <td role="cell">
        {hold || !head.jobId ? (
          <b class="nowrap">all jobs</b>
        ) : (
          <Link class="key" href={`/jobs/${head.jobId}`}>
            {head.jobKey}
          </Link>
        )}
      </td>
      <td role="cell">
        {hold ? holdInWords(hold) : went.data ? stillGoing(went.data, head) : sentenceOf(group)}
        {hold && group.count > 0 && <TicksByJob group={group} />}
      </td>
      <td role="cell">
        {went.data ? (
          <Link href={`/jobs/${head.jobId}/runs/${went.data.id}`}>Run {went.data.number}</Link>
        ) : head.runId && head.kind.startsWith('run.') ? (
          <Link href={`/jobs/${head.jobId}/runs/${head.runId}`}>{group.count > 1 ? 'The last run' : 'The run'}</Link>
        ) : (
          !hold && head.jobId && <Link href={`/jobs/${head.jobId}/schedule`}>Its schedule</Link>
        )}
      </td>
    </tr>
  );
}

/** When is the time of a group: of its first and of its last, with the day where that is another. */
function When({ group: { first, last, hold } }: { group: Group }) {
  const end = <Time at={new Date(last).toISOString()} shape="clock" />;
  if (hold && !hold.lifted) return <span class="nowrap">since {end}</span>;
  if (first === last) return <span class="nowrap">{end}</span>;
  return (
    <>
      {dayOf(first) !== dayOf(last) && `${dayOf(first)} `}
      <span class="nowrap">
        {timeText(new Date(first), ownZone, 'clock')} to {end}
      </span>
    </>
  );
}

type Going = { number: number; nominalAt: string | null; createdAt: string; dispatchedAt: string | null; finishedAt: string | null; createdBy: string; trigger: string };

function stillGoing(run: Going, event: JournalEvent): string {
  const at = new Date(run.nominalAt ?? run.dispatchedAt ?? run.createdAt);
  const day = dayOf(at.getTime()) === dayOf(Date.parse(event.nominalAt ?? event.at)) ? 'clock' : 'moment';
  const when = `${timeText(at, ownZone, day)} ${zoneName(at, ownZone)}`;
  const which = run.nominalAt ? `The run of ${when}` : run.trigger === 'manual' ? `Run ${run.number}, which ${run.createdBy} started by hand at ${when},` : `Run ${run.number}, made at ${when},`;
  const took = run.finishedAt ? `it took ${sentenceDuration(Date.parse(run.finishedAt) - Date.parse(run.dispatchedAt ?? run.createdAt))}` : 'it is going yet';
  return `${which} was still going: ${took}, and one at a time is allowed.`;
}

function TicksByJob({ group }: { group: Group }) {
  return (
    <details>
      <summary>
        {group.count === 1 ? '1 tick' : `${group.count.toLocaleString('en')} ticks`} by job
      </summary>
      <ul class="by">
        {byJob(group).map((job) => (
          <li key={job.jobId}>
            <Link href={`/jobs/${job.jobId}/schedule`}>{job.jobKey}</Link> <span class="num">{job.count}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
