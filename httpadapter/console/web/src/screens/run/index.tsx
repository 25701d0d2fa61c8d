import { useQuery } from '@tanstack/preact-query';
import { Link, useParams } from 'wouter-preact';

import { jobQuery } from '../../api/queries';
import { Loading } from '../../app/screens';
import { Failed } from '../../ui/empty';
import { useTitle } from '../../ui/title';
import { attemptsQuery, runQuery, type Run as RunOfJob } from './query';
import { Facts } from './facts';
import { Head } from './head';
import { Followers } from './followers';
import { Spans } from './spans';
import { States } from './states';

/** Run shows where a run's time went, what it waits for, and what followed from it. */
export function Run() {
  const { jobId = '', runId = '' } = useParams<{ jobId: string; runId: string }>();
  const job = useQuery(jobQuery(jobId));
  const run = useQuery(runQuery(jobId, runId));
  const chain = useQuery({ ...attemptsQuery(jobId, run.data), enabled: !!run.data });
  useTitle(run.data && job.data ? `Run ${run.data.number} of ${job.data.job.jobKey}` : 'Run');
  const failed = [job, run].find((q) => q.isError && !q.data);
  if (failed) return <Failed error={failed.error} again={() => void failed.refetch()} />;
  if (!job.data || !run.data) return <Loading what="the run" />;
  const attempts = chain.data ?? [run.data];
  const reasons = attempts.filter((r) => r.statusMessage && r.status !== 'succeeded');
  return (
    <div class="s-run">
      <nav class="crumbs" aria-label="Breadcrumb">
        <Link href="/jobs">Jobs</Link> <span aria-hidden="true">/</span> <Link href={`/jobs/${jobId}`}>{job.data.job.jobKey}</Link>{' '}
        <span aria-hidden="true">/</span> <span>Run {run.data.number}</span>
      </nav>
      <Head job={job.data.job} run={run.data} />
      <Spans job={job.data.job} attempts={attempts} shown={run.data} />
      <div class="cols r2">
        <States job={job.data.job} attempts={attempts} />
        <section class="section" aria-labelledby="h-facts">
          <Facts job={job.data.job} run={run.data} attempts={attempts} />
          {reasons.map((r) => (
            <div key={r.id}>
              <div class="section-head sub-head">
                <h2>{attempts.length > 1 ? `Why attempt ${r.attempt} ${ended(r)}` : `Why it ${ended(r)}`}</h2>
              </div>
              <pre class="code" tabIndex={0}>
                {r.statusMessage}
              </pre>
            </div>
          ))}
        </section>
      </div>
      <Followers job={job.data.job} run={run.data} />
    </div>
  );
}

const ended = (run: RunOfJob) =>
  ({ failed: 'failed', timeout: 'was ended', cancelled: 'was cancelled' })[run.status as string] ?? 'says this';
