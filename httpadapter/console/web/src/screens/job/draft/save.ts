import { useQueryClient } from '@tanstack/preact-query';
import { useEffect, useRef, useState } from 'preact/hooks';

import { api, Problem, type Schemas, withResponse } from '../../../api/client';
import { exactText } from '../../../api/exact';
import type { DraftWithTag } from '.';

/** A patch may hold numbers that are kept as text. */
export type DraftPatch = Record<string, unknown>;

/** How long after the last key what was written is saved. */
const pause = 600;

type Saving = { state: 'saved' | 'waiting' | 'saving'; fault: (name: string) => string | undefined; error: Problem | null };

/**
 * useSave saves a patch of the draft a moment after the last change. A draft that
 * somebody else has changed meanwhile is not overwritten: the API says so.
 */
export function useSave(jobId: string, draft: DraftWithTag, patch: DraftPatch | null, onProblem: (p: Problem | null) => void): Saving {
  const client = useQueryClient();
  const [state, setState] = useState<Saving['state']>('saved');
  const [error, setError] = useState<Problem | null>(null);
  const etag = useRef(draft.etag);
  const key = exactText(patch, 0);
  useEffect(() => {
    if (state === 'saved') etag.current = draft.etag;
  }, [draft.etag]);
  useEffect(() => {
    if (!patch || Object.keys(patch).length === 0) return;
    setState('waiting');
    const timer = setTimeout(async () => {
      setState('saving');
      try {
        const { response } = await withResponse(
          api.PATCH('/workloads/jobs/{job}/draft', { params: { path: { job: jobId }, header: { 'If-Match': etag.current } }, body: patch as Schemas['DraftPatch'], bodySerializer: () => key }),
        );
        etag.current = response.headers.get('ETag') ?? etag.current;
        setError(null);
        onProblem(null);
        void client.invalidateQueries({ queryKey: ['job', jobId] });
      } catch (failure) {
        const problem = failure instanceof Problem ? failure : new Problem(0, '', 'It could not be saved.');
        setError(problem);
        onProblem(problem);
      }
      setState('saved');
    }, pause);
    return () => clearTimeout(timer);
  }, [key]);
  return { state, error, fault: (name) => error?.fields.find((f) => f.field === name || f.field.startsWith(`${name}.`) || f.field.startsWith(`${name}[`))?.detail };
}
