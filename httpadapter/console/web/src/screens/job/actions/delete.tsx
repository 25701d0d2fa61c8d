import { useState } from 'preact/hooks';
import { useLocation } from 'wouter-preact';

import { deleteJob, useAction } from '../../../api/actions';
import { toast } from '../../../app/toasts';
import { Dialog } from '../../../ui/dialog';
import { Field } from '../../../ui/field';
import type { ActionProps } from './run';

/** DeleteDialog asks for the key: this alone cannot be undone. */
export function DeleteDialog({ described, onClose }: ActionProps) {
  const { job } = described;
  const [, go] = useLocation();
  const [typed, setTyped] = useState('');
  const remove = useAction(
    () => deleteJob(described),
    () => {
      toast({ glyph: 'ok', text: `${job.jobKey} is deleted.` });
      onClose();
      go('/jobs');
    },
  );
  return (
    <Dialog
      title={`Delete ${job.jobKey}?`}
      onClose={onClose}
      onSubmit={() => typed === job.jobKey && remove.mutate(undefined)}
      actions={
        <>
          <button class="btn" type="button" onClick={onClose}>
            Keep it
          </button>
          <button class="btn danger" type="submit" aria-disabled={typed !== job.jobKey || remove.isPending}>
            Delete the job
          </button>
        </>
      }
    >
      <p>Its versions, its runs and all its ticks go with it; what runs is cancelled. This cannot be undone. To stop it from running, pause it.</p>
      <Field label="Type the key to confirm">
        {(input) => (
          <input
            {...input}
            class="input mono"
            autocomplete="off"
            spellcheck={false}
            placeholder={job.jobKey}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        )}
      </Field>
      {remove.error && <p class="err-line">{remove.error.message}</p>}
    </Dialog>
  );
}
