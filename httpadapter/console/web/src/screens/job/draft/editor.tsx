import { useState } from 'preact/hooks';

import type { Exact } from '../../../api/exact';
import { Seg } from '../../../ui/seg';
import { Time } from '../../../ui/time';
import type { TabProps } from '..';
import { WhatChanges } from './changes';
import { type Edits, useEdits } from './edits';
import { DraftForm } from './form';
import { Publish } from './publish';
import type { DraftWithTag } from './query';
import { DraftText, isWhole } from './text';

type EditorProps = { described: TabProps['described']; draft: DraftWithTag; active: Exact; mayEdit: boolean };

/** Editor is the draft, as a form or as text, and beside it what is different. */
export function Editor({ described, draft, active, mayEdit }: EditorProps) {
  const { job } = described;
  const edits = useEdits(job.id, draft);
  const [as, setAs] = useState<'form' | 'json'>('form');
  const [text, setText] = useState<string | null>(null);
  const v = draft.version;
  const broken = text !== null && !isWhole(text);
  const turn = (to: 'form' | 'json') => {
    if (broken) return; // what was typed would be gone
    setText(null);
    setAs(to);
  };
  const props = { job, draft, active, edits, readOnly: !mayEdit };
  return (
    <div class="s-draft">
      <div class="dr">
        <div class="form">
          <div class="section-head">
            <h2>Draft {v.version}</h2>
            <span class="s q">
              from version {v.basedOnVersion}, saved <Time at={v.updatedAt} /> by {v.updatedBy}
            </span>
            <span class="end">
              <Seg label="Edit as" value={as} options={{ form: 'Form', json: 'JSON' }} onChange={turn} />
            </span>
          </div>
          {mayEdit ? <SaveLine edits={edits} /> : <p class="s q">You may read this draft; editing it needs the contributor’s role.</p>}
          {as === 'form' ? (
            <DraftForm key={edits.generation} {...props} />
          ) : (
            <DraftText key={edits.generation} {...props} text={text} onText={setText} />
          )}
        </div>
        <aside class="what" id="what" aria-labelledby="h-what">
          <WhatChanges job={job} />
          {mayEdit && <Publish job={job} draft={draft} edits={edits} broken={broken} />}
        </aside>
      </div>
    </div>
  );
}

/** SaveLine says what is saved, and who must decide when two have edited. */
function SaveLine({ edits }: { edits: Edits }) {
  if (edits.theirs) {
    const { updatedBy, updatedAt } = edits.theirs.version;
    return (
      <div class="banner skip-f" role="alert">
        <span>
          {updatedBy} changed this draft at <Time at={updatedAt} shape="clock" />, after you opened it. What you wrote stands here and is not saved.
        </span>
        <span class="end actions">
          <button class="btn" type="button" onClick={edits.takeTheirs}>
            Load theirs instead
          </button>
          <button class="btn" type="button" onClick={edits.keepMine}>
            Save mine over it
          </button>
        </span>
      </div>
    );
  }
  const { problem, news } = edits;
  const words = {
    waiting: 'Saved in a moment.',
    saving: 'Saving.',
    saved: news ? `${news.version.updatedBy} changed the draft; this is how it is now.` : 'What is written here is saved.',
    unsaved: problem?.fields.length ? 'All but what is marked is saved.' : (problem?.message ?? ''),
  }[edits.state];
  return (
    <p class={edits.state === 'unsaved' ? 's err-line' : 's q'} role="status">
      {words}
    </p>
  );
}
