import { useQuery } from '@tanstack/preact-query';
import { Link } from 'wouter-preact';

import type { Job } from '../../../api/queries';
import { lineChanges } from '../../../ui/textdiff';
import { previewQuery } from '../schedule/query';
import { FiresDiff } from '../versions/fires';
import { diffQuery } from '../versions/query';
import { countLines, isLong, Value } from '../versions/value';
import { labelOf } from './labels';

/** WhatChanges is what the draft does differently, always beside it. */
export function WhatChanges({ job }: { job: Job }) {
  const diff = useQuery({ ...diffQuery(job, job.currentVersion, job.draftVersion ?? 0), enabled: job.draftVersion !== null }).data;
  const coming = useQuery(previewQuery(job.id, 100)).data?.items.map((fire) => fire.nominalAt);
  return (
    <>
      <div class="section-head">
        <h2 id="h-what">What changes</h2>
        <span class="s q">against version {job.currentVersion}</span>
      </div>
      {diff?.changes.length === 0 && <p class="q">Nothing yet: the draft says what version {job.currentVersion} says.</p>}
      {!!diff?.changes.length && (
        <dl class="ch">
          {diff.changes.map(({ path, from, to }) => (
            <>
              <dt>
                {labelOf(path)} <code>{path}</code>
              </dt>
              <dd>
                <Value value={from} kind="was" />
              </dd>
              <dd>
                {isLong(to) && typeof from === 'string' ? (
                  <>
                    {countLines(to)}: {lineChanges(from, to)}. <Link href={`/jobs/${job.id}/versions?from=${job.currentVersion}&to=${job.draftVersion}`}>Compare</Link>
                  </>
                ) : (
                  <Value value={to} kind="now" />
                )}
              </dd>
            </>
          ))}
        </dl>
      )}
      {diff && <FiresDiff fires={diff.fires} zone={job.cronTimezone} coming={coming} />}
    </>
  );
}
