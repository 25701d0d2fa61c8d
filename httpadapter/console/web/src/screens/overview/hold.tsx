import { useState } from 'preact/hooks';

import { useAction } from '../../api/actions';
import { answered, api } from '../../api/client';
import { toast } from '../../app/toasts';
import { Dialog } from '../../ui/dialog';
import { Field } from '../../ui/field';

/** HoldDialog stops all schedules of the organization, with a reason. */
export function HoldDialog({ onClose }: { onClose: () => void }) {
  const [reason, setReason] = useState('');
  const hold = useAction(
    () => answered(api.PUT('/workloads/hold', { body: { reason } })),
    () => {
      toast({
        glyph: 'pause',
        text: 'All schedules are held.',
        action: { label: 'End the hold', run: () => void answered(api.DELETE('/workloads/hold')) },
      });
      onClose();
    },
  );
  return (
    <Dialog
      title="Hold all schedules?"
      onClose={onClose}
      onSubmit={() => hold.mutate(undefined)}
      actions={
        <>
          <button class="btn" type="button" onClick={onClose}>
            Close
          </button>
          <button class="btn primary" type="submit" disabled={!reason.trim() || hold.isPending}>
            Hold
          </button>
        </>
      }
    >
      <p>No schedule and no dependency of the organization starts a run until the hold ends. Runs by hand and what runs already go on. Ticks are recorded as paused.</p>
      <Field label="Reason" help="Everybody in the organization reads it." fault={hold.error?.field('reason')}>
        {(input) => <input {...input} class="input" value={reason} onInput={(event) => setReason(event.currentTarget.value)} />}
      </Field>
      {hold.error && <p class="err-line">{hold.error.message}</p>}
    </Dialog>
  );
}
