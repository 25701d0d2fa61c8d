import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

import { type Exact, exactText } from '../../../api/exact';
import { Line } from './inputs';
import { type FormProps, numberOf, valuesOf } from './values';

/** What a job that begins to retry waits: a minute first, ten at most. */
const usual = { maxAttempts: 3, backoffSeconds: 60, maxBackoffSeconds: 600 };

/** RetryPart is how often a tick is tried, and how long is waited between. One attempt is no retry. */
export function RetryPart({ timeout, ...props }: FormProps & { timeout: ComponentChildren }) {
  const { edits, active, job } = props;
  const { value } = valuesOf(props);
  const retry = (value('retry') ?? null) as Exact | null;
  const before = (active.retry ?? null) as Exact | null;
  const [attempts, setAttempts] = useState(String(retry?.maxAttempts ?? 1));
  const set = (part: Exact) => edits.set({ retry: { ...usual, ...retry, ...part } });
  const was = (name: string, now: string) => {
    const then = String(before?.[name] ?? (name === 'maxAttempts' ? 1 : 'none'));
    if (then === now || (!before && name !== 'maxAttempts')) return undefined;
    const back = () => {
      edits.set({ retry: name === 'maxAttempts' && !before ? null : { ...usual, ...retry, [name]: before?.[name] } });
      if (name === 'maxAttempts') setAttempts(then);
    };
    return { text: then, version: job.currentVersion, back };
  };
  const wait = (name: string) => {
    const now = typeof retry?.[name] === 'object' ? exactText(retry[name]) : String(retry?.[name] ?? '');
    return { value: now, was: was(name, now), fault: edits.fault(`retry.${name}`), numeric: true, onInput: (text: string) => set({ [name]: numberOf(text) }) };
  };
  return (
    <>
      <div class="row">
        {timeout}
        <Line
          label="Attempts in all"
          numeric
          value={attempts}
          was={was('maxAttempts', attempts)}
          fault={edits.fault('retry.maxAttempts')}
          help="1 for no retry."
          onInput={(text) => {
            setAttempts(text);
            if (text.trim() === '1') edits.set({ retry: null });
            else if (text.trim()) set({ maxAttempts: numberOf(text) });
          }}
        />
      </div>
      {retry && (
        <div class="row">
          <Line label="First wait, seconds" {...wait('backoffSeconds')} help="Doubles with each attempt." />
          <Line label="Longest wait, seconds" {...wait('maxBackoffSeconds')} />
        </div>
      )}
    </>
  );
}
