import { Link } from 'wouter-preact';

import type { Job } from '../../api/queries';
import { sentenceDuration } from '../../ui/duration';
import { startedBy } from '../job/runs/row';
import { lengthOf } from '../../ui/strip';
import type { Run } from './query';

export function Facts({ job, run, attempts }: { job: Job; run: Run; attempts: Run[] }) {
  const earlier = attempts.find((r) => r.id === run.retryOf);
  const parameters = Object.entries(run.parameters);
  return (
    <>
      <div class="section-head">
        <h2 id="h-facts">Facts</h2>
      </div>
      <dl class="kv">
        <dt>Started by</dt>
        <dd>
          {run.retryOf ? (
            <>
              {run.attempt > 1 ? 'retry of' : `${run.createdBy}, again after`} <Link href={`/jobs/${job.id}/runs/${run.retryOf}`}>{earlier ? `run ${earlier.number}` : 'an earlier run'}</Link>
            </>
          ) : (
            startedBy(run)
          )}
        </dd>
        <dt>Parameters</dt>
        <dd>
          {parameters.length
            ? parameters.map(([name, value]) => (
                <div key={name}>
                  <code>
                    {name} = {value}
                  </code>
                </div>
              ))
            : 'none'}
        </dd>
        <dt>Results</dt>
        <dd>{run.results ? <code>{JSON.stringify(run.results)}</code> : 'none'}</dd>
        <dt>Cluster</dt>
        <dd>{job.clusterId}</dd>
        <dt>Timeout</dt>
        <dd>{job.timeoutSeconds ? `${sentenceDuration(job.timeoutSeconds * 1000)}${shareOf(run, job.timeoutSeconds * 1000)}` : 'none'}</dd>
        <dt>Run ID</dt>
        <dd>
          <code>{run.id}</code>
        </dd>
      </dl>
    </>
  );
}

/** shareOf says how much of its timeout a run took. */
function shareOf(run: Run, timeout: number): string {
  const share = Math.round((lengthOf(run) / timeout) * 100);
  return run.finishedAt && share > 0 && share <= 100 ? `; it took ${share} % of that` : '';
}
