import { useState } from 'preact/hooks';

import type { Problem } from '../../../api/client';
import type { Job } from '../../../api/queries';
import { sentenceDuration } from '../../../ui/duration';
import type { DraftWithTag } from '.';
import { Choice, Line } from './inputs';
import { ScheduleHelp } from './preview';
import { type DraftPatch, useSave } from './save';
import { WorkPart } from './work';

type DraftFormProps = { job: Job; draft: DraftWithTag; readOnly: boolean; onProblem: (p: Problem | null) => void };

/** DraftForm edits the draft field by field; each is saved a moment after it is written. */
export function DraftForm({ job, draft, readOnly, onProblem }: DraftFormProps) {
  const v = draft.version;
  const [patch, setPatch] = useState<DraftPatch>({});
  const save = useSave(job.id, draft, Object.keys(patch).length ? patch : null, onProblem);
  const set = (part: DraftPatch) => setPatch((all) => ({ ...all, ...part }));
  const text = (name: keyof typeof v) => String(name in patch ? (patch[name] ?? '') : (v[name] ?? ''));
  const number = (value: string) => (value.trim() === '' ? null : Number(value));
  const was = (name: keyof Job & keyof typeof v) => {
    const active = String(job[name] ?? '');
    return text(name) === active ? undefined : { text: active || 'none', back: () => set({ [name]: job[name] }) };
  };
  const retry = (patch.retry !== undefined ? patch.retry : v.retry) as typeof v.retry;
  const setRetry = (part: Partial<NonNullable<typeof v.retry>>) => {
    const next = { maxAttempts: 1, backoffSeconds: 0, maxBackoffSeconds: 0, ...retry, ...part };
    set({ retry: next.maxAttempts > 1 ? { ...next, maxBackoffSeconds: Math.max(next.maxBackoffSeconds, 'maxBackoffSeconds' in part ? 0 : next.backoffSeconds) } : null });
  };
  return (
    <fieldset disabled={readOnly} class="form">
      <p class="s q" role="status">
        {{ saved: save.error ? save.error.message : 'What is written here is saved.', waiting: 'Saved in a moment.', saving: 'Saving.' }[save.state]}
      </p>
      <div class="part" role="group" aria-label="Schedule">
        <h3 class="part-title">Schedule</h3>
        <div class="row">
          <Line
            label="Cron expression"
            mono
            value={text('cronExpression')}
            was={was('cronExpression')}
            fault={save.fault('cronExpression')}
            help={<ScheduleHelp job={job} expression={text('cronExpression')} zone={text('cronTimezone')} />}
            onInput={(value) => set({ cronExpression: value.trim() || null })}
          />
          <Line label="Time zone" value={text('cronTimezone')} was={was('cronTimezone')} fault={save.fault('cronTimezone')} help="An IANA zone, such as Europe/Berlin." onInput={(value) => set({ cronTimezone: value.trim() })} />
        </div>
        <div class="row">
          <Choice
            label="When a run is still going"
            value={text('concurrencyPolicy')}
            was={was('concurrencyPolicy')}
            options={{ skip: 'Skip the tick', allow: 'Run beside it', replace: 'Cancel it and run' }}
            onChange={(concurrencyPolicy) => set({ concurrencyPolicy })}
          />
          <Choice
            label="When ticks were missed"
            value={text('missedSchedulePolicy')}
            was={was('missedSchedulePolicy')}
            options={{ latest: 'Run once for the latest', skip: 'Let them go', all: 'Run for each' }}
            onChange={(missedSchedulePolicy) => set({ missedSchedulePolicy })}
          />
        </div>
        <div class="row">
          <Line label="Runs at once" numeric value={text('maxConcurrentRuns')} was={was('maxConcurrentRuns')} fault={save.fault('maxConcurrentRuns')} help="Counts where runs may go beside each other." onInput={(value) => set({ maxConcurrentRuns: number(value) })} />
          <Line label="Jitter, seconds" numeric value={text('jitterSeconds')} was={was('jitterSeconds')} fault={save.fault('jitterSeconds')} help="A run starts up to so much later, the same for the same tick." onInput={(value) => set({ jitterSeconds: number(value) })} />
        </div>
      </div>
      <WorkPart job={job} draft={draft} patch={patch} set={set} fault={save.fault} />
      <div class="part" role="group" aria-label="Limits and retries">
        <h3 class="part-title">Limits and retries</h3>
        <div class="row">
          <Line
            label="Timeout, seconds"
            numeric
            value={text('timeoutSeconds')}
            was={was('timeoutSeconds')}
            fault={save.fault('timeoutSeconds')}
            help={Number(text('timeoutSeconds')) > 0 ? `${sentenceDuration(Number(text('timeoutSeconds')) * 1000)}.` : '0 for none.'}
            onInput={(value) => set({ timeoutSeconds: number(value) })}
          />
          <Line label="Attempts in all" numeric value={String(retry?.maxAttempts ?? 1)} fault={save.fault('retry.maxAttempts')} help="1 for no retry." onInput={(value) => setRetry({ maxAttempts: Number(value) || 1 })} />
        </div>
        {retry && (
          <div class="row">
            <Line label="First wait, seconds" numeric value={String(retry.backoffSeconds)} fault={save.fault('retry.backoffSeconds')} help="Doubles with each attempt." onInput={(value) => setRetry({ backoffSeconds: Number(value) || 0 })} />
            <Line label="Longest wait, seconds" numeric value={String(retry.maxBackoffSeconds)} fault={save.fault('retry.maxBackoffSeconds')} onInput={(value) => setRetry({ maxBackoffSeconds: Number(value) || 0 })} />
          </div>
        )}
      </div>
    </fieldset>
  );
}
