import { useInfiniteQuery } from '@tanstack/preact-query';
import { Link } from 'wouter-preact';

import type { ListedJob } from '../../api/queries';
import { whyQuery } from '../why/query';
import { FateMark, fateOfRun } from '../../ui/fate';
import { sentence } from '../../ui/reason';
import { Strip } from '../../ui/strip';
import { Time } from '../../ui/time';

/** Look lists the jobs whose last run failed, those that have failed for longest first. */
export function Look({ jobs, total }: { jobs: ListedJob[]; total: number }) {
  const events = useInfiniteQuery({ ...whyQuery('failed'), enabled: jobs.length > 0 }).data?.pages.flatMap((page) => page.items) ?? [];
  const saidBy = new Map(events.map((event) => [event.runId, event.reason]));
  if (!jobs.length) return null;
  const rows = jobs.map((listed) => ({ listed, ...troubleOf(listed) })).sort((a, b) => b.inARow - a.inARow);
  return (
    <section aria-labelledby="h-look">
      <div class="section-head">
        <h2 id="h-look">Needs a look</h2>
        <span class="s q">
          {total} {total === 1 ? 'job' : 'jobs, the worst first'}
        </span>
      </div>
      <table class="table flow look" role="table" aria-label="Jobs that need a look">
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col" class="c-g">
              <span class="vh">State</span>
            </th>
            <th role="columnheader" scope="col">
              Job
            </th>
            <th role="columnheader" scope="col">
              What happened
            </th>
            <th role="columnheader" scope="col" class="mid">
              Last 20 runs
            </th>
            <th role="columnheader" scope="col" class="wide">
              Last success
            </th>
            <th role="columnheader" scope="col" class="mid">
              Look at
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map(({ listed: { job, recentRuns }, inARow, last, success, firstBad }) => (
            <tr role="row" key={job.id}>
              <td role="cell" class="c-g">
                <FateMark fate={fateOfRun(last?.status ?? 'failed')} quiet />
              </td>
              <td role="cell">
                <Link class="key" href={`/jobs/${job.id}`}>
                  {job.jobKey}
                </Link>
              </td>
              <td role="cell" class="full">
                {last?.status === 'timeout' ? 'Took longer than it may' : 'Failed'}
                {inARow > 1 ? ` ${inARow} times in a row.` : ' once.'}
                {last && saidBy.get(last.id) && <span class="q"> {sentence(saidBy.get(last.id) ?? '')}</span>}
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
                ) : (
                  last && <Link href={`/jobs/${job.id}/runs/${last.id}`}>The last run</Link>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** troubleOf is how often a job has failed since its last success. */
export function troubleOf({ recentRuns }: ListedJob) {
  const over = recentRuns.filter((run) => run.finishedAt);
  const at = over.findIndex((run) => run.status === 'succeeded');
  const bad = over.slice(0, at < 0 ? undefined : at).filter((run) => run.status === 'failed' || run.status === 'timeout');
  return { inARow: bad.length, last: bad[0], firstBad: bad.at(-1), success: at < 0 ? undefined : over[at] };
}
