import { useQuery } from '@tanstack/preact-query';

import type { Job } from '../../../api/queries';
import { Changes } from '../versions/compare';
import { FiresDiff } from '../versions/fires';
import { diffQuery } from '../versions/query';

/** WhatChanges is what the draft does differently, always beside it. */
export function WhatChanges({ job }: { job: Job }) {
  const diff = useQuery(diffQuery(job.id, job.currentVersion, 'draft')).data;
  return (
    <>
      <div class="section-head">
        <h2 id="h-what">What changes</h2>
        <span class="s q">against version {job.currentVersion}</span>
      </div>
      {diff && (diff.changes.length === 0 ? <p class="q">Nothing yet: the draft says what version {job.currentVersion} says.</p> : <Changes diff={diff} from={`Version ${job.currentVersion}`} to={`Draft ${job.draftVersion}`} />)}
      {diff && <FiresDiff fires={diff.fires} zone={job.cronTimezone} />}
    </>
  );
}
