import { useState } from 'preact/hooks';

import { patchAgain, patchJob, useAction, useUndo } from '../../../api/actions';
import { toast } from '../../../app/toasts';
import { Dialog } from '../../../ui/dialog';
import { Field } from '../../../ui/field';
import { ownZone, timeWithZone } from '../../../ui/time';
import type { ActionProps } from './run';

type Choice = 'open' | 'hour' | 'morning' | 'monday' | 'other';

function nextMorning(days: (day: Date) => boolean): Date {
  const at = new Date();
  do {
    at.setDate(at.getDate() + 1);
  } while (!days(at));
  at.setHours(8, 0, 0, 0);
  return at;
}

/** until is when a choice ends the pause; null when someone must. */
function until(choice: Choice, other: string): Date | null {
  switch (choice) {
    case 'hour':
      return new Date(Date.now() + 3_600_000);
    case 'morning':
      return nextMorning(() => true);
    case 'monday':
      return nextMorning((day) => day.getDay() === 1);
    case 'other':
      return other ? new Date(other) : null;
    default:
      return null;
  }
}

/** PauseDialog stops the schedule, until a time or until someone resumes it. */
export function PauseDialog({ described, onClose }: ActionProps) {
  const { job } = described;
  const [choice, setChoice] = useState<Choice>('morning');
  const [other, setOther] = useState('');
  const end = until(choice, other);
  const undo = useUndo();
  const pause = useAction(
    () => patchJob(described, { status: 'paused', pausedUntil: end?.toISOString() ?? null }),
    () => {
      toast({
        glyph: 'pause',
        text: `${job.jobKey} is paused${end ? ` until ${timeWithZone(end, ownZone)}` : ''}.`,
        action: undo('Resume', () => patchAgain(job.id, { status: 'active' })),
      });
      onClose();
    },
  );
  const choices: [Choice, string][] = [
    ['hour', 'For an hour'],
    ['morning', `Until ${timeWithZone(nextMorning(() => true), ownZone)}`],
    ['monday', `Until ${timeWithZone(nextMorning((day) => day.getDay() === 1), ownZone)}`],
    ['other', 'Until another time'],
    ['open', 'Until someone resumes it'],
  ];
  return (
    <Dialog
      title={`Pause ${job.jobKey}`}
      onClose={onClose}
      onSubmit={() => pause.mutate(undefined)}
      actions={
        <>
          <button class="btn" type="button" onClick={onClose}>
            Close
          </button>
          <button class="btn primary" type="submit" disabled={pause.isPending || (choice === 'other' && !other)}>
            Pause
          </button>
        </>
      }
    >
      <p class="q">Its ticks are recorded as paused and make no run. Runs by hand work.</p>
      <fieldset class="choices">
        <legend class="vh">How long</legend>
        {choices.map(([name, text]) => (
          <label key={name} class="check">
            <input type="radio" name="how-long" checked={choice === name} onChange={() => setChoice(name)} />
            {text}
          </label>
        ))}
      </fieldset>
      {choice === 'other' && (
        <Field label="Until" help={`Your zone, ${ownZone}.`} fault={pause.error?.field('pausedUntil')}>
          {(input) => <input {...input} class="input" type="datetime-local" value={other} onInput={(event) => setOther(event.currentTarget.value)} />}
        </Field>
      )}
      {pause.error && <p class="err-line">{pause.error.message}</p>}
    </Dialog>
  );
}
