import { useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { Link, useLocation, useParams } from 'wouter-preact';

import { cancelRun, deleteRun, releaseRun, retryRun, useAction } from '../../api/actions';
import { type Action, jobQuery, type Job, may as mayOn } from '../../api/queries';
import { Loading } from '../../app/screens';
import { toast } from '../../app/toasts';
import { Dialog } from '../../ui/dialog';
import { sentenceDuration } from '../../ui/duration';
import { Failed } from '../../ui/empty';
import { FateMark, fateOfRun } from '../../ui/fate';
import { Menu } from '../../ui/menu';
import { waitInWords } from '../../ui/reason';
import { lengthOf } from '../../ui/strip';
import { Time } from '../../ui/time';
import { useTitle } from '../../ui/title';
import { startedBy } from '../job/runs/row';
import { attemptsQuery, runQuery, type Run as RunOfJob } from './query';
import { Facts } from './facts';
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
          <Facts job={job.data.job} run={run.data} />
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

function Head({ job, run }: { job: Job; run: RunOfJob }) {
  const [, go] = useLocation();
  const [open, setOpen] = useState<'again' | 'delete' | null>(null);
  const close = () => setOpen(null);
  const over = !!run.finishedAt;
  const fate = fateOfRun(run.status);
  const may = (action: Action) => mayOn(job, action);
  const cancel = useAction(() => cancelRun(job.id, run.id), () => toast({ glyph: 'cancel', text: `Run ${run.number} was asked to stop.` }));
  const release = useAction(() => releaseRun(job.id, run.id), () => toast({ glyph: 'wait', text: `Run ${run.number} is released.` }));
  const again = useAction(
    () => retryRun(job.id, run.id),
    (made) => {
      toast({ glyph: 'wait', text: `Run ${made.number} is made.`, action: { label: 'Cancel it', run: () => void cancelRun(job.id, made.id) } });
      close();
      go(`/jobs/${job.id}/runs/${made.id}`);
    },
  );
  const remove = useAction(
    () => deleteRun(job.id, run.id),
    () => {
      toast({ glyph: 'ok', text: `Run ${run.number} is deleted.` });
      go(`/jobs/${job.id}/runs`);
    },
  );
  return (
    <div class="head">
      <div>
        <div class="title">
          <h1>Run {run.number}</h1>
          <FateMark fate={fate} word={run.cancelRequestedAt && !over ? 'Asked to stop' : undefined} />
          {(run.attempt > 1 || job.retry) && (
            <span class="badge">
              Attempt {run.attempt}
              {job.retry && ` of ${job.retry.maxAttempts}`}
            </span>
          )}
          <Link class="badge" href={`/jobs/${job.id}/versions`}>
            Version {run.jobVersion}
          </Link>
        </div>
        <p class="lede">
          {run.nominalAt ? (
            <>
              For the tick of{' '}
              <b>
                <Time at={run.nominalAt} zone={job.cronTimezone} />
              </b>
              .{' '}
            </>
          ) : (
            `Started ${startedBy(run)}. `
          )}
          {over && lengthOf(run) > 0 && `Took ${sentenceDuration(lengthOf(run))}. `}
          {!over && waitInWords(run.waitingFor)}
        </p>
      </div>
      <div class="actions">
        {may('operate') && run.waitingFor === 'release' && (
          <button class="btn primary" type="button" disabled={release.isPending} onClick={() => release.mutate(undefined)}>
            Release
          </button>
        )}
        {may('operate') && !over && (
          <button class="btn" type="button" disabled={cancel.isPending || !!run.cancelRequestedAt} onClick={() => cancel.mutate(undefined)}>
            Cancel
          </button>
        )}
        {may('operate') && over && (
          <button class="btn" type="button" onClick={() => setOpen('again')}>
            Run again…
          </button>
        )}
        {may('delete') && over && <Menu label="More actions" items={[{ label: 'Delete…', run: () => setOpen('delete') }]} />}
      </div>
      {open === 'again' && (
        <Dialog
          title={`Run ${run.number} again?`}
          onClose={close}
          onSubmit={() => again.mutate(undefined)}
          actions={
            <>
              <button class="btn" type="button" onClick={close}>
                Close
              </button>
              <button class="btn primary" type="submit" disabled={again.isPending}>
                Run again
              </button>
            </>
          }
        >
          <p>A new run of version {run.jobVersion}, with the same parameters{run.nominalAt && ', for the same tick'}.</p>
          {again.error && <p class="err-line">{again.error.message}</p>}
        </Dialog>
      )}
      {open === 'delete' && (
        <Dialog
          title={`Delete run ${run.number}?`}
          onClose={close}
          onSubmit={() => remove.mutate(undefined)}
          actions={
            <>
              <button class="btn" type="button" onClick={close}>
                Keep it
              </button>
              <button class="btn danger" type="submit" disabled={remove.isPending}>
                Delete the run
              </button>
            </>
          }
        >
          <p>Its message and its results go with it. The tick keeps its row. This cannot be undone.</p>
          {remove.error && <p class="err-line">{remove.error.message}</p>}
        </Dialog>
      )}
    </div>
  );
}
