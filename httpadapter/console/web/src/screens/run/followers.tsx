import { useQuery } from '@tanstack/preact-query';
import { Link } from 'wouter-preact';

import { graphQuery, type Job } from '../../api/queries';
import { FateMark, fateOfRun } from '../../ui/fate';
import type { Run } from './query';

/** Followers are the jobs that depend on this one, and how their last run ended. */
export function Followers({ job, run }: { job: Job; run: Run }) {
  const graph = useQuery(graphQuery({ root: job.id, depth: 1 })).data;
  const followers = graph?.edges.filter((edge) => edge.from === job.id) ?? [];
  if (!followers.length) return null;
  const nodes = new Map(graph?.nodes.map((node) => [node.jobId, node]));
  return (
    <section class="section" aria-labelledby="h-after">
      <div class="section-head">
        <h2 id="h-after">What goes by it</h2>
        <span class="s q">{run.status === 'succeeded' ? 'jobs that depend on this one' : 'jobs that wait until this one succeeds'}</span>
      </div>
      <table class="table flow" role="table" aria-label="Jobs that depend on this one">
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">
              Job
            </th>
            <th role="columnheader" scope="col">
              Now
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {followers.map((edge) => {
            const node = nodes.get(edge.to);
            return (
              <tr role="row" key={edge.to}>
                <td role="cell">
                  <Link class="key" href={`/jobs/${edge.to}`}>
                    {node?.jobKey ?? edge.to}
                  </Link>
                </td>
                <td role="cell" class="push">
                  {edge.waiting ? (
                    <FateMark fate="wait" word="Waits for this job" />
                  ) : node?.lastOutcome ? (
                    <FateMark fate={fateOfRun(node.lastOutcome)} />
                  ) : (
                    <span class="q">no run yet</span>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
