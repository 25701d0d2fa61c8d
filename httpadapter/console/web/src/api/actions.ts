/** What the console does with jobs and runs. Each tells the screens to ask again. */

import { useMutation, useQueryClient } from '@tanstack/preact-query';
import { useRef } from 'preact/hooks';

import { toast, type Toast } from '../app/toasts';
import { answered, api, type Problem, type Schemas } from './client';
import type { DescribedJob } from './queries';

/** useAction does something that changes what is shown. */
export function useAction<V, T>(run: (input: V) => Promise<T>, done?: (answer: T) => void) {
  const client = useQueryClient();
  // What was written a moment ago counts: the mutation takes its options only after a paint.
  const latest = useRef({ run, done });
  latest.current = { run, done };
  return useMutation<T, Problem, V>({
    mutationFn: (input) => latest.current.run(input),
    onSuccess: (answer) => latest.current.done?.(answer),
    onSettled: () => void client.invalidateQueries(),
  });
}

/** useUndo makes the button of a toast that takes an action back. It works after its screen has gone, and says when it is refused. */
export function useUndo() {
  const client = useQueryClient();
  return (label: string, run: () => Promise<unknown>): NonNullable<Toast['action']> => ({
    label,
    run: () => {
      run()
        .catch((refused: Error) => toast({ glyph: 'fail', text: `It is not undone: ${refused.message}` }))
        .finally(() => void client.invalidateQueries());
    },
  });
}

/** newKey is an Idempotency-Key, so that a run that is asked for twice is made once. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const path = (described: DescribedJob) => ({ job: described.job.id });

export const patchJob = (described: DescribedJob, body: Schemas['JobPatch']) =>
  answered(
    api.PATCH('/workloads/jobs/{job}', { params: { path: path(described), header: { 'If-Match': described.etag } }, body }),
  );

/** What undoes a change is asked of the job as it is then, whatever changed meanwhile. */
export const patchAgain = (job: string, body: Schemas['JobPatch']) =>
  answered(api.PATCH('/workloads/jobs/{job}', { params: { path: { job } }, body }));

export const activateVersion = (job: string, version: number) =>
  answered(api.POST('/workloads/jobs/{job}/activate-version', { params: { path: { job } }, body: { version } }));

export const createRun = (described: DescribedJob, body: Schemas['NewRun'], key: string) =>
  answered(api.POST('/workloads/jobs/{job}/runs', { params: { path: path(described), header: { 'Idempotency-Key': key } }, body }));

export const cancelRun = (job: string, jobRun: string) =>
  answered(api.POST('/workloads/jobs/{job}/runs/{jobRun}/cancel', { params: { path: { job, jobRun } } }));

export const retryRun = (job: string, jobRun: string) =>
  answered(api.POST('/workloads/jobs/{job}/runs/{jobRun}/retry', { params: { path: { job, jobRun } } }));

export const releaseRun = (job: string, jobRun: string) =>
  answered(api.POST('/workloads/jobs/{job}/runs/{jobRun}/ready', { params: { path: { job, jobRun } } }));

export const deleteRun = (job: string, jobRun: string) =>
  answered(api.DELETE('/workloads/jobs/{job}/runs/{jobRun}', { params: { path: { job, jobRun } } }));

export const deleteJob = (described: DescribedJob) =>
  answered(api.DELETE('/workloads/jobs/{job}', { params: { path: path(described), header: { 'If-Match': described.etag } } }));

export const resetSchedule = (described: DescribedJob) =>
  answered(api.POST('/workloads/jobs/{job}/schedule/reset', { params: { path: path(described) } }));
