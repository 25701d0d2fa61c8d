import { useState } from 'preact/hooks';
import { Link, useLocation } from 'wouter-preact';

import { cancelRun, deleteRun, releaseRun, retryRun, useAction } from '../../api/actions';
import { type Action, type Job, may as mayOn } from '../../api/queries';
import { toast } from '../../app/toasts';
import { Dialog } from '../../ui/dialog';
import { sentenceDuration } from '../../ui/duration';
import { FateMark, fateOfRun } from '../../ui/fate';
import { Menu } from '../../ui/menu';
import { waitInWords } from '../../ui/reason';
import { lengthOf } from '../../ui/strip';
import { Time } from '../../ui/time';
import { startedBy } from '../job/runs/row';
import type { Run } from './query';

/** Head says what run it is, how it ended, and offers what may be done with it. */
export function Head({ job, run }: { job: Job; run: Run }) {
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
            run.attempt > 1 ? 'A retry. ' : `Started ${startedBy(run)}. `
          )}
          {over && lengthOf(run) > 0 && `Took ${sentenceDuration(lengthOf(run))}`}
          {over && lengthOf(run) > 0 && (late(run) ? `, and ended ${late(run)} after its tick. ` : '. ')}
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

/** late is how long after its tick a run ended, when that is much longer than it took. */
function late(run: Run): string {
  const ms = run.nominalAt && run.finishedAt ? Date.parse(run.finishedAt) - Date.parse(run.nominalAt) : 0;
  return ms - lengthOf(run) > 60_000 ? sentenceDuration(ms) : '';
}
