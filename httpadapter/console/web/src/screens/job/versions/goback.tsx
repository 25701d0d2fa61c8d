import { useQuery } from '@tanstack/preact-query';

import { activateVersion, useAction, useUndo } from '../../../api/actions';
import type { Job } from '../../../api/queries';
import { Loading } from '../../../app/screens';
import { toast } from '../../../app/toasts';
import { Dialog } from '../../../ui/dialog';
import { Changes } from './compare';
import { FiresDiff } from './fires';
import { diffQuery } from './query';

/** GoBack makes a version active again, and first shows what that changes. */
export function GoBack({ job, n, onClose }: { job: Job; n: number; onClose: () => void }) {
  const diff = useQuery(diffQuery(job, job.currentVersion, n));
  const undo = useUndo();
  const forward = n > job.currentVersion;
  const back = useAction(
    () => activateVersion(job.id, n),
    () => {
      const before = job.currentVersion;
      toast({ glyph: 'ok', text: `Version ${n} is active.`, action: undo(`Go back to ${before}`, () => activateVersion(job.id, before)) });
      onClose();
    },
  );
  return (
    <Dialog
      wide
      title={`${forward ? 'Go' : 'Go back'} to version ${n} of ${job.jobKey}?`}
      onClose={onClose}
      onSubmit={() => back.mutate(undefined)}
      actions={
        <>
          <button class="btn" type="button" onClick={onClose}>
            Stay at {job.currentVersion}
          </button>
          <button class="btn primary" type="submit" disabled={back.isPending}>
            Make {n} active
          </button>
        </>
      }
    >
      <p class="q">Ticks and runs from now on are of version {n}. What runs already ends as it began. No version is lost.</p>
      <div class="s-versions s-draft in-dialog">
        {diff.isError ? (
          <p class="err-line">{diff.error.message}</p>
        ) : !diff.data ? (
          <Loading what="what changes" />
        ) : (
          <>
            {!diff.data.changes.length && <p>The two versions say the same.</p>}
            <Changes diff={diff.data} from={`Version ${job.currentVersion}, active`} to={`Version ${n}`} oneColumn />
            <FiresDiff fires={diff.data.fires} zone={job.cronTimezone} />
          </>
        )}
      </div>
      {back.error && <p class="err-line">{back.error.message}</p>}
    </Dialog>
  );
}
