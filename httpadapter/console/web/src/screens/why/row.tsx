import { useQuery } from '@tanstack/preact-query';
import { Link } from 'wouter-preact';

import { FateMark, wordOf } from '../../ui/fate';
import { ownZone, Time, timeText } from '../../ui/time';
import { byJob, dayOf, type Group } from './gather';
import { fateOf, goingQuery } from './query';
import { holdInWords, sentenceOf, stillGoing } from './words';

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
