import { useQuery } from '@tanstack/preact-query';

import { useAction } from '../../../api/actions';
import { answered, api } from '../../../api/client';
import { may } from '../../../api/queries';
import { Loading } from '../../../app/screens';
import { Empty, Failed } from '../../../ui/empty';
import type { TabProps } from '..';
import { Editor } from './editor';
import { draftQuery, versionQuery } from './query';

/** DraftTab edits the draft, and says beside it what will be different. */
export function DraftTab({ described }: TabProps) {
  const { job } = described;
  const draft = useQuery({ ...draftQuery(job.id), enabled: job.draftVersion !== null });
  const active = useQuery({ ...versionQuery(job.id, job.currentVersion), enabled: job.draftVersion !== null });
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
  const error = draft.error ?? active.error;
  if (error && !(draft.data && active.data)) return <Failed error={error} again={() => void Promise.all([draft.refetch(), active.refetch()])} />;
  if (!draft.data || !active.data) return <Loading what="the draft" />;
  return <Editor key={draft.data.version.version} described={described} draft={draft.data} active={active.data} mayEdit={mayEdit} />;
}
