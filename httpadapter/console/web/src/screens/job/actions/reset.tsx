import { resetSchedule, useAction } from '../../../api/actions';
import { toast } from '../../../app/toasts';
import { Dialog } from '../../../ui/dialog';
import type { ActionProps } from './run';

/** ResetDialog makes the schedule count from now. */
export function ResetDialog({ described, onClose }: ActionProps) {
  const reset = useAction(
    () => resetSchedule(described),
    () => {
      toast({ glyph: 'ok', text: `The schedule of ${described.job.jobKey} counts from now.` });
      onClose();
    },
  );
  return (
    <Dialog
      title={`Reset the schedule of ${described.job.jobKey}?`}
      onClose={onClose}
      onSubmit={() => reset.mutate(undefined)}
      actions={
        <>
          <button class="btn" type="button" onClick={onClose}>
            Close
          </button>
          <button class="btn primary" type="submit" disabled={reset.isPending}>
            Reset
          </button>
        </>
      }
    >
      <p>Use it when a wrong clock has settled ticks that are still to come. The next fire is then the first one after now.</p>
      {reset.error && <p class="err-line">{reset.error.message}</p>}
    </Dialog>
  );
}
