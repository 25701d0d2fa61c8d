import { useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { Link } from 'wouter-preact';

import { untilWords } from '../../ui/duration';
import { Table } from '../../ui/table';
import { Time } from '../../ui/time';
import { nextQuery } from './query';

const most = 8;

/** Next lists the jobs that fire next, each once. */
export function Next({ zone }: { zone: string }) {
  const [now] = useState(Date.now);
  const fires = useQuery(nextQuery(now)).data;
  const seen = new Set<string>();
  const rows: { at: string; jobId: string; jobKey: string }[] = [];
  for (const item of fires?.items ?? []) {
    if (!item.counts.coming) continue;
    for (const job of item.jobs) {
      if (seen.has(job.jobId) || rows.length >= most) continue;
      seen.add(job.jobId);
      rows.push({ at: new Date(Math.ceil(Date.parse(item.from) / 60_000) * 60_000).toISOString(), jobId: job.jobId, jobKey: job.jobKey });
    }
  }
  return (
    <section class="section" aria-labelledby="h-next">
      <div class="section-head">
        <h2 id="h-next">Next</h2>
        <span class="s q">{rows.length || !fires ? 'in the next 3 hours' : 'nothing fires in the next 3 hours'}</span>
      </div>
      {rows.length > 0 && (
        <Table label="Next" columns={['Job', { name: 'Fires at', class: 'num' }, { name: 'In', class: 'num' }]}>
          {rows.map((row) => (
            <tr role="row" key={row.jobId}>
              <td role="cell">
                <Link class="key" href={`/jobs/${row.jobId}/schedule`}>
                  {row.jobKey}
                </Link>
              </td>
              <td role="cell" class="num push">
                <Time at={row.at} zone={zone} shape="clock" />
              </td>
              <td role="cell" class="num">
                {untilWords(Date.parse(row.at) - Date.now())}
              </td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}
