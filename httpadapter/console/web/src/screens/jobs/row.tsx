import { useEffect, useRef } from 'preact/hooks';
import { Link } from 'wouter-preact';

import type { ListedJob } from '../../api/queries';
import { agoWords, tableDuration } from '../../ui/duration';
import { FateMark, fateOfRun } from '../../ui/fate';
import { lengthOf, Strip } from '../../ui/strip';
import { Time, timeWithZone } from '../../ui/time';

type JobRowProps = { listed: ListedJob; isCursor: boolean; onLabel: (label: string) => void };

export function JobRow({ listed: { job, recentRuns }, isCursor, onLabel }: JobRowProps) {
  const row = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (isCursor) row.current?.scrollIntoView({ block: 'nearest' });
  }, [isCursor]);
  const latest = recentRuns[0];
  const going = latest && !latest.finishedAt && fateOfRun(latest.status) === 'run';
  const ended = recentRuns.find((run) => run.finishedAt);
  const labels = Object.entries(job.labels);
  return (
    <tr role="row" ref={row} class={isCursor ? 'cursor' : undefined} aria-current={isCursor ? 'true' : undefined}>
      <td role="cell">
        {job.status === 'paused' ? (
          <FateMark fate="pause" quiet />
        ) : (
          <FateMark fate={latest ? fateOfRun(latest.status) : 'plan'} word={latest ? undefined : 'No run yet'} quiet />
        )}
      </td>
      <td role="cell">
        <Link class="key" href={`/jobs/${job.id}`}>
          {job.jobKey}
        </Link>
      </td>
      <td role="cell" class="wide mid">
        {labels.length ? (
          labels.map(([name, value]) => (
            <button key={name} class="label btn plain" type="button" onClick={() => onLabel(`${name}=${value}`)}>
              {value ? `${name}=${value}` : name}
            </button>
          ))
        ) : (
          <span class="vh">none</span>
        )}
      </td>
      <td role="cell">{scheduleWords(job)}</td>
      <td role="cell">
        <NextFire job={job} />
      </td>
      <td role="cell">
        <Link href={`/jobs/${job.id}/runs`} aria-label={`Runs of ${job.jobKey}`}>
          <Strip runs={recentRuns} label={`${job.jobKey}, last ${recentRuns.length} runs`} />
        </Link>
      </td>
      <td role="cell" class="num mid">
        {going ? (
          <>
            <span class="q">so far</span> {tableDuration(Date.now() - Date.parse(latest.createdAt))}
          </>
        ) : (
          ended && tableDuration(lengthOf(ended))
        )}
      </td>
      <td role="cell" class="num wide mid">
        {latest && (
          <span class="q nowrap" tabIndex={0} data-tip={timeWithZone(new Date(latest.createdAt), job.cronTimezone)}>
            {agoWords(Date.now() - Date.parse(latest.createdAt))}
          </span>
        )}
      </td>
      <td role="cell">
        <span class="vv">
          <span class="vnum">{job.currentVersion}</span>
          {job.draftVersion !== null && (
            <Link class="badge draft" title={`Version ${job.draftVersion} is being written`} href={`/jobs/${job.id}/draft`}>
              Draft
            </Link>
          )}
        </span>
      </td>
    </tr>
  );
}

type JobOfRow = ListedJob['job'];

/** scheduleWords says when a job runs, without its zone: that stands beside the next fire. */
export function scheduleWords(job: JobOfRow): string {
  if (job.scheduleText) return job.scheduleText.replace(`, ${job.cronTimezone}`, '');
  if (job.dependsOn.length) return `after ${listed(job.dependsOn.map((d) => d.jobKey))}`;
  return 'by hand';
}

export function listed(names: string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function NextFire({ job }: { job: JobOfRow }) {
  if (job.status === 'paused') {
    return (
      <span class="q">
        paused until {job.pausedUntil ? <Time at={job.pausedUntil} zone={job.cronTimezone} /> : 'someone resumes it'}
      </span>
    );
  }
  if (job.nextRunAt) return <Time at={job.nextRunAt} zone={job.cronTimezone} today />;
  if (job.dependsOn.length && !job.cronExpression) return <span class="q">when {listed(job.dependsOn.map((d) => d.jobKey))} succeeds</span>;
  return <span class="q">no schedule</span>;
}
