import { useState } from 'preact/hooks';

import { patchJob, useAction } from '../../../api/actions';
import { toast } from '../../../app/toasts';
import { Dialog } from '../../../ui/dialog';
import { Field } from '../../../ui/field';
import { linesOf, pairsOf } from '../draft/pairs';
import type { ActionProps } from './run';

/** DetailsDialog edits what no version says: key, description, labels. */
export function DetailsDialog({ described, onClose }: ActionProps) {
  const { job } = described;
  const [key, setKey] = useState(job.jobKey);
  const [description, setDescription] = useState(job.description);
  const [labels, setLabels] = useState(linesOf(job.labels));
  const save = useAction(
    () => patchJob(described, { jobKey: key, description, labels: pairsOf(labels) }),
    () => {
      toast({ glyph: 'ok', text: `${key} is saved.` });
      onClose();
    },
  );
  const labelFault = save.error?.fields.find((f) => f.field.startsWith('labels'))?.detail;
  return (
    <Dialog
      title={`Details of ${job.jobKey}`}
      onClose={onClose}
      onSubmit={() => save.mutate(undefined)}
      actions={
        <>
          <button class="btn" type="button" onClick={onClose}>
            Close
          </button>
          <button class="btn primary" type="submit" disabled={save.isPending}>
            Save
          </button>
        </>
      }
    >
      <Field label="Key" help="Unique in the organization." fault={save.error?.field('jobKey')}>
        {(input) => <input {...input} class="input mono" spellcheck={false} value={key} onInput={(event) => setKey(event.currentTarget.value)} />}
      </Field>
      <Field label="Description" fault={save.error?.field('description')}>
        {(input) => <input {...input} class="input" value={description} onInput={(event) => setDescription(event.currentTarget.value)} />}
      </Field>
      <Field label="Labels" help="One a line, such as tier=1. At most 16." fault={labelFault}>
        {(input) => <textarea {...input} rows={4} spellcheck={false} value={labels} onInput={(event) => setLabels(event.currentTarget.value)} />}
      </Field>
      {save.error && <p class="err-line">{save.error.message}</p>}
    </Dialog>
  );
}
