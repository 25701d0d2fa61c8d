import { useState } from 'preact/hooks';
import { useLocation } from 'wouter-preact';

import { activateVersion, useAction, useUndo } from '../../../api/actions';
import { answered, api } from '../../../api/client';
import type { Job } from '../../../api/queries';
import { toast } from '../../../app/toasts';
import { Dialog } from '../../../ui/dialog';
import { Glyph } from '../../../ui/glyph';
import type { Edits } from './edits';
import { labelOf } from './labels';
import type { DraftWithTag } from './query';

type PublishProps = { job: Job; draft: DraftWithTag; edits: Edits; broken: boolean };

/** Publish makes the draft the active version; what is wrong must be put right first. */
export function Publish({ job, draft, edits, broken }: PublishProps) {
  const [, go] = useLocation();
  const [asks, setAsks] = useState(false);
  const undo = useUndo();
  const n = draft.version.version;
  const params = (etag: string) => ({ path: { job: job.id }, header: { 'If-Match': etag } });
  const publish = useAction(
    async () => answered(api.POST('/workloads/jobs/{job}/draft/publish', { params: params(await edits.flush()) })),
    (done) => {
      const before = job.currentVersion;
      toast({ glyph: 'ok', text: `Version ${done.currentVersion} is active.`, action: undo(`Go back to ${before}`, () => activateVersion(job.id, before)) });
      go(`/jobs/${job.id}/versions`);
    },
  );
  const blocked = broken || !!edits.theirs || !!edits.problem;
  return (
    <div class="pub">
      <p aria-live="polite">
        <WhyNot edits={edits} broken={broken} message={publish.error?.message} />
      </p>
      <button class="btn" type="button" onClick={() => setAsks(true)}>
        Discard…
      </button>
      <button class="btn primary" type="button" disabled={blocked || publish.isPending} onClick={() => publish.mutate(undefined)}>
        Publish as version {n}
      </button>
      {asks && <Discard job={job} n={n} etag={draft.etag} onClose={() => setAsks(false)} />}
    </div>
  );
}

function WhyNot({ edits, broken, message }: { edits: Edits; broken: boolean; message: string | undefined }) {
  const names = [...new Set(edits.problem?.fields.map((f) => f.field))];
  const text = broken ? 'The text has to be JSON first.' : edits.theirs ? 'Someone else has changed it: decide first whose words stand.' : (edits.problem?.message ?? message);
  if (!text) return null;
  return (
    <span class="fate fail why-not">
      <Glyph name="fail" />
      <span>
        {names.length && !broken ? (
          <>
            {names.length === 1 ? '1 field has' : `${names.length} fields have`} to be put right first:{' '}
            <a
              href="#"
              onClick={(event) => {
                event.preventDefault();
                document.querySelector<HTMLElement>('.form [aria-invalid]')?.focus();
              }}
            >
              {names.map(labelOf).join(', ')}
            </a>
            .
          </>
        ) : (
          text
        )}
      </span>
    </span>
  );
}

function Discard({ job, n, etag, onClose }: { job: Job; n: number; etag: string; onClose: () => void }) {
  const discard = useAction(
    () => answered(api.DELETE('/workloads/jobs/{job}/draft', { params: { path: { job: job.id }, header: { 'If-Match': etag } } })),
    () => toast({ glyph: 'ok', text: `Draft ${n} is discarded.` }),
  );
  return (
    <Dialog
      title={`Discard draft ${n}?`}
      onClose={onClose}
      onSubmit={() => discard.mutate(undefined)}
      actions={
        <>
          <button class="btn" type="button" onClick={onClose}>
            Keep it
          </button>
          <button class="btn danger" type="submit" disabled={discard.isPending}>
            Discard the draft
          </button>
        </>
      }
    >
      <p>What was written in it is gone. The published versions stay as they are.</p>
      {discard.error && <p class="err-line">{discard.error.message}</p>}
    </Dialog>
  );
}
