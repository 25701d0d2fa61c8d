import { useState } from 'preact/hooks';
import { useLocation } from 'wouter-preact';

import { cancelRun, createRun, newKey, useAction, useUndo } from '../../../api/actions';
import type { DescribedJob } from '../../../api/queries';
import { toast } from '../../../app/toasts';
import { Dialog } from '../../../ui/dialog';
import { Field } from '../../../ui/field';
import { ownZone } from '../../../ui/time';

export type ActionProps = { described: DescribedJob; onClose: () => void };

/** RunDialog runs the active version, with parameters, now or later. */
export function RunDialog({ described, onClose }: ActionProps) {
  const { job } = described;
  const [, go] = useLocation();
  const [given, setGiven] = useState<Record<string, string>>({});
  const [at, setAt] = useState('');
  const [key] = useState(newKey);
  const undo = useUndo();
  const run = useAction(
    () => createRun(described, { parameters: given, ...(at && { runAt: new Date(at).toISOString() }) }, key),
    (made) => {
      toast({
        glyph: 'wait',
        text: `Run ${made.number} of ${job.jobKey} is made.`,
        action: undo('Cancel it', () => cancelRun(job.id, made.id)),
      });
      onClose();
      go(`/jobs/${job.id}/runs/${made.id}`);
    },
  );
  const names = Object.entries(job.parameters);
  return (
    <Dialog
      title={`Run ${job.jobKey}`}
      onClose={onClose}
      onSubmit={() => run.mutate(undefined)}
      actions={
        <>
          <button class="btn" type="button" onClick={onClose}>
            Close
          </button>
          <button class="btn primary" type="submit" disabled={run.isPending}>
            {at ? 'Run then' : 'Run now'}
          </button>
        </>
      }
    >
      <p class="q">
        Version {job.currentVersion} runs{job.status === 'paused' && ', although the job is paused'}.
      </p>
      {names.map(([name, byDefault]) => (
        <Field key={name} label={name} help={byDefault ? `“${byDefault}” when left empty.` : 'Empty by default.'} fault={run.error?.field(`parameters.${name}`)}>
          {(input) => (
            <input
              {...input}
              class="input mono"
              spellcheck={false}
              placeholder={byDefault}
              value={given[name] ?? ''}
              onInput={(event) => {
                const { [name]: _, ...rest } = given;
                const value = event.currentTarget.value;
                setGiven(value ? { ...rest, [name]: value } : rest);
              }}
            />
          )}
        </Field>
      ))}
      <Field label="Not before" help={`At once when left empty. Your zone, ${ownZone}.`} fault={run.error?.field('runAt')}>
        {(input) => <input {...input} class="input" type="datetime-local" value={at} onInput={(event) => setAt(event.currentTarget.value)} />}
      </Field>
      {run.error && <p class="err-line">{run.error.message}</p>}
    </Dialog>
  );
}
