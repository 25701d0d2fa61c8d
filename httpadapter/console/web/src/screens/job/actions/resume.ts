import { patchAgain, patchJob, useAction, useUndo } from '../../../api/actions';
import type { DescribedJob } from '../../../api/queries';
import { toast } from '../../../app/toasts';

/** useResume ends a pause at once, and offers to begin it again. */
export function useResume(described: DescribedJob): () => void {
  const { job } = described;
  const undo = useUndo();
  const resume = useAction(
    () => patchJob(described, { status: 'active' }),
    () =>
      toast({
        glyph: 'ok',
        text: `${job.jobKey} runs by its schedule again.`,
        action: undo('Pause again', () => patchAgain(job.id, { status: 'paused', pausedUntil: job.pausedUntil })),
      }),
  );
  return () =>
    resume.mutate(undefined, { onError: (error) => toast({ glyph: 'fail', text: `${job.jobKey} is still paused: ${error.message}` }) });
}
