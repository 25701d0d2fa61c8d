import { useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { useLocation } from 'wouter-preact';

import { useAction } from '../../../api/actions';
import { answered, api, type Problem, type Schemas, withResponse } from '../../../api/client';
import { type Exact, parseExact } from '../../../api/exact';
import { may } from '../../../api/queries';
import { Loading } from '../../../app/screens';
import { toast } from '../../../app/toasts';
import { Dialog } from '../../../ui/dialog';
import { Empty, Failed } from '../../../ui/empty';
import { Seg } from '../../../ui/seg';
import { Time } from '../../../ui/time';
import type { TabProps } from '..';
import { DraftForm } from './form';
import { DraftText } from './text';
import { WhatChanges } from './changes';

/** DraftTab edits the draft, and says beside it what will be different. */
export function DraftTab({ described }: TabProps) {
  const { job } = described;
  const draft = useQuery({
    queryKey: ['job', job.id, 'draft'],
    queryFn: async ({ signal }) => {
      const { data, response } = await withResponse(
        api.GET('/workloads/jobs/{job}/draft', { params: { path: { job: job.id } }, parseAs: 'text', signal }),
      );
      const version = JSON.parse(data) as Schemas['Version'];
      return { version, exact: parseExact(data) as Exact, etag: response.headers.get('ETag') ?? '' };
    },
    enabled: job.draftVersion !== null,
  });
  const start = useAction(() => answered(api.POST('/workloads/jobs/{job}/draft', { params: { path: { job: job.id } } })));
  const mayEdit = may(job, 'edit');
  if (job.draftVersion === null) {
    return (
      <Empty
        title="No draft"
        actions={
          mayEdit && (
            <button class="btn primary" type="button" disabled={start.isPending} onClick={() => start.mutate(undefined)}>
              Begin a draft from version {job.currentVersion}
            </button>
          )
        }
      >
        A draft is edited for as long as you like, and changes nothing until it is published.
        {start.error && ` ${start.error.message}`}
      </Empty>
    );
  }
  if (draft.isError && !draft.data) return <Failed error={draft.error} again={() => void draft.refetch()} />;
  if (!draft.data) return <Loading what="the draft" />;
  return <Editor key={draft.data.version.version} described={described} draft={draft.data} mayEdit={mayEdit} />;
}

/** A draft as it is shown, and with every number as it was written. */
export type DraftWithTag = { version: Schemas['Version']; exact: Exact; etag: string };

type EditorProps = { described: TabProps['described']; draft: DraftWithTag; mayEdit: boolean };

function Editor({ described, draft, mayEdit }: EditorProps) {
  const { job } = described;
  const [, go] = useLocation();
  const [as, setAs] = useState<'form' | 'json'>('form');
  const [asks, setAsks] = useState(false);
  const [invalid, setInvalid] = useState<Problem | null>(null);
  const publish = useAction(
    () => answered(api.POST('/workloads/jobs/{job}/draft/publish', { params: { path: { job: job.id }, header: { 'If-Match': draft.etag } } })),
    (done) => {
      const before = job.currentVersion;
      toast({
        glyph: 'ok',
        text: `Version ${done.currentVersion} is active.`,
        action: { label: `Go back to ${before}`, run: () => void answered(api.POST('/workloads/jobs/{job}/activate-version', { params: { path: { job: job.id } }, body: { version: before } })) },
      });
      go(`/jobs/${job.id}/versions`);
    },
  );
  const discard = useAction(
    () => answered(api.DELETE('/workloads/jobs/{job}/draft', { params: { path: { job: job.id }, header: { 'If-Match': draft.etag } } })),
    () => toast({ glyph: 'ok', text: `Draft ${draft.version.version} is discarded.` }),
  );
  const fault = invalid ?? publish.error ?? discard.error;
  return (
    <div class="s-draft">
      <div class="dr">
        <div class="form">
          <div class="section-head">
            <h2>Draft {draft.version.version}</h2>
            <span class="s q">
              from version {draft.version.basedOnVersion}, saved <Time at={draft.version.updatedAt} /> by {draft.version.updatedBy}
            </span>
            <span class="end">
              <Seg label="Edit as" value={as} options={{ form: 'Form', json: 'JSON' }} onChange={setAs} />
            </span>
          </div>
          {as === 'form' ? (
            <DraftForm job={job} draft={draft} readOnly={!mayEdit} onProblem={setInvalid} />
          ) : (
            <DraftText job={job} draft={draft} readOnly={!mayEdit} onProblem={setInvalid} />
          )}
        </div>
        <aside class="what" id="what" aria-labelledby="h-what">
          <WhatChanges job={job} />
          {mayEdit && (
            <div class="pub">
              {fault && <p class="fate fail why-not">{fault.message}</p>}
              <button class="btn" type="button" onClick={() => setAsks(true)}>
                Discard…
              </button>
              <button class="btn primary" type="button" disabled={publish.isPending} aria-disabled={!!invalid} onClick={() => !invalid && publish.mutate(undefined)}>
                Publish as version {draft.version.version}
              </button>
            </div>
          )}
        </aside>
      </div>
      {asks && (
        <Dialog
          title={`Discard draft ${draft.version.version}?`}
          onClose={() => setAsks(false)}
          onSubmit={() => discard.mutate(undefined)}
          actions={
            <>
              <button class="btn" type="button" onClick={() => setAsks(false)}>
                Keep it
              </button>
              <button class="btn danger" type="submit" disabled={discard.isPending}>
                Discard the draft
              </button>
            </>
          }
        >
          <p>What was written in it is gone. The published versions stay as they are.</p>
        </Dialog>
      )}
    </div>
  );
}
