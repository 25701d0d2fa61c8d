import { useMutation } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';

import { useAction } from '../../../api/actions';
import { answered, api, type Problem } from '../../../api/client';
import type { DescribedJob } from '../../../api/queries';
import { toast } from '../../../app/toasts';
import { Dialog } from '../../../ui/dialog';
import { Field } from '../../../ui/field';
import { ownZone, Time } from '../../../ui/time';

type BackfillDialogProps = { described: DescribedJob; range: { from: string; until: string }; onClose: () => void };

const local = (at: string) => {
  if (!at) return '';
  const d = new Date(at);
  return new Date(d.getTime() - d.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
};

const ask = (described: DescribedJob, from: string, until: string, dryRun: boolean) =>
  answered(
    api.POST('/workloads/jobs/{job}/backfill', {
      params: { path: { job: described.job.id } },
      body: { from: new Date(from).toISOString(), until: new Date(until).toISOString(), dryRun },
    }),
  );

/** BackfillDialog makes up for ticks that made no run. It shows which before it makes any. */
export function BackfillDialog({ described, range, onClose }: BackfillDialogProps) {
  const { job } = described;
  const [from, setFrom] = useState(local(range.from));
  const [until, setUntil] = useState(local(range.until));
  const look = useMutation<Awaited<ReturnType<typeof ask>>, Problem, void>({ mutationFn: () => ask(described, from, until, true) });
  const make = useAction(
    () => ask(described, from, until, false),
    (made) => {
      toast({ glyph: 'wait', text: `${made.runs.length} ${made.runs.length === 1 ? 'run is' : 'runs are'} made; they run one after the other.` });
      onClose();
    },
  );
  const fault = (name: string) => (look.error ?? make.error)?.field(name);
  const error = look.error ?? make.error;
  const change = (set: (value: string) => void) => (event: { currentTarget: HTMLInputElement }) => {
    set(event.currentTarget.value);
    look.reset();
  };
  const count = look.data?.items.length ?? 0;
  return (
    <Dialog
      title={`Backfill ${job.jobKey}`}
      onClose={onClose}
      onSubmit={() => (look.data ? make.mutate(undefined) : look.mutate())}
      actions={
        <>
          <button class="btn" type="button" onClick={onClose}>
            Close
          </button>
          <button class="btn primary" type="submit" disabled={!from || !until || look.isPending || make.isPending || (look.isSuccess && count === 0)}>
            {look.data ? `Make ${count} ${count === 1 ? 'run' : 'runs'}` : 'Show the ticks'}
          </button>
        </>
      }
    >
      <p class="q">A run for each tick of the active schedule that has none. They queue, and skip no tick of the schedule.</p>
      <Field label="From" help={`Your zone, ${ownZone}.`} fault={fault('from')}>
        {(input) => <input {...input} class="input" type="datetime-local" step="1" value={from} onInput={change(setFrom)} />}
      </Field>
      <Field label="Until, without it" help="Not after now." fault={fault('until')}>
        {(input) => <input {...input} class="input" type="datetime-local" step="1" value={until} onInput={change(setUntil)} />}
      </Field>
      {look.data && (
        <ul class="s" aria-label="Ticks that get a run">
          {look.data.items.slice(0, 12).map((item) => (
            <li key={item.nominalAt}>
              <Time at={item.nominalAt} zone={job.cronTimezone} />
            </li>
          ))}
          {count > 12 && <li class="q">and {count - 12} more</li>}
          {count === 0 && <li class="q">Each tick in this range has a run already.</li>}
        </ul>
      )}
      {error && <p class="err-line">{error.message}</p>}
    </Dialog>
  );
}
