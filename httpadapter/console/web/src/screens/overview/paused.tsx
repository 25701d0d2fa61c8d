import { useQuery } from '@tanstack/preact-query';
import { Link } from 'wouter-preact';

import { jobsQuery } from '../../api/queries';
import { Table } from '../../ui/table';
import { Time } from '../../ui/time';

const some = 8;

/** PausedJobs lists the jobs that are paused, and until when. */
export function PausedJobs({ held }: { held: boolean }) {
  const list = useQuery(jobsQuery({ status: 'paused', limit: some })).data;
  const total = list?.total ?? 0;
  return (
    <section class="section" aria-labelledby="h-paused">
      <div class="section-head">
        <h2 id="h-paused">Paused</h2>
        {list && (
          <span class="s q">
            {total === 0 ? 'no job' : total === 1 ? '1 job' : `${total} jobs`}; {held ? 'all schedules are held' : 'no hold is on'}
          </span>
        )}
      </div>
      {total > 0 && (
        <Table label="Paused" class="top" columns={['Job', 'Until']}>
          {list?.jobs.map(({ job }) => (
            <tr role="row" key={job.id}>
              <td role="cell">
                <Link class="key" href={`/jobs/${job.id}/schedule`}>
                  {job.jobKey}
                </Link>
              </td>
              <td role="cell" class="full">
                {job.pausedUntil ? <Time at={job.pausedUntil} zone={job.cronTimezone} /> : 'someone resumes it'}
              </td>
            </tr>
          ))}
        </Table>
      )}
      {total > some && (
        <div class="pager">
          <Link href="/jobs?status=paused">All {total}</Link>
        </div>
      )}
    </section>
  );
}
