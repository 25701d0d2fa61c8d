import { useInfiniteQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { useLocation, useSearch } from 'wouter-preact';

import { may } from '../../../api/queries';
import { Loading } from '../../../app/screens';
import { Failed } from '../../../ui/empty';
import type { TabProps } from '..';
import { Compare } from './compare';
import { GoBack } from './goback';
import { versionsQuery } from './query';
import { DraftRow, VersionRow } from './row';

/** VersionsTab is the ledger: any two versions side by side, and the way back. */
export function VersionsTab({ described }: TabProps) {
  const { job } = described;
  const [, go] = useLocation();
  const [backTo, setBackTo] = useState<number | null>(null);
  const search = new URLSearchParams(useSearch());
  const list = useInfiniteQuery(versionsQuery(job.id, Math.max(job.currentVersion, (job.draftVersion ?? 1) - 1)));
  if (list.isError && !list.data) return <Failed error={list.error} again={() => void list.refetch()} />;
  if (!list.data) return <Loading what="versions" />;
  const versions = list.data.pages.flatMap((page) => page.items.toReversed());
  const chosen = (name: string, otherwise: number) => Number(search.get(name)) || otherwise;
  const pair: [number, number] = [chosen('from', Math.max(1, job.currentVersion - 1)), chosen('to', job.currentVersion)];
  const choose = ([from, to]: [number, number]) => {
    // The draft is compared with the version that it would take the place of.
    const isDraft = to === job.draftVersion;
    const fair = !isDraft || from === job.currentVersion ? [from, to] : pair[1] === to ? [from, job.currentVersion] : [job.currentVersion, to];
    go(`/jobs/${job.id}/versions?from=${fair[0]}&to=${fair[1]}`, { replace: true });
  };
  return (
    <div class="s-versions">
      <section aria-labelledby="h-ledger">
        <div class="section-head">
          <h2 id="h-ledger">Ledger</h2>
          <span class="s q">{list.data.pages[0]?.total.toLocaleString('en')} published versions, none ever changes; choose any two to compare{job.draftVersion !== null && may(job, 'edit') && '. While there is a draft, there is no going back'}</span>
        </div>
        {list.hasPreviousPage && (
          <p class="pager">
            <button class="btn" type="button" disabled={list.isFetchingPreviousPage} onClick={() => void list.fetchPreviousPage()}>
              Newer
            </button>
          </p>
        )}
        <table class="table flow vt" role="table" aria-label="Versions">
          <thead role="rowgroup">
            <tr role="row">
              {['From', 'To', 'Version', 'Published', 'What changed', 'What became of its runs'].map((name) => (
                <th key={name} role="columnheader" scope="col">
                  {name}
                </th>
              ))}
              <th role="columnheader" scope="col">
                <span class="vh">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody role="rowgroup">
            {job.draftVersion !== null && <DraftRow job={job} n={job.draftVersion} pair={pair} onPair={choose} />}
            {versions.map((version) => (
              <VersionRow key={version.version} job={job} version={version} pair={pair} onPair={choose} onBack={() => setBackTo(version.version)} />
            ))}
          </tbody>
        </table>
        {list.hasNextPage && (
          <div class="pager">
            <span class="end">
              <button class="btn" type="button" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                Older
              </button>
            </span>
          </div>
        )}
      </section>
      {backTo !== null && <GoBack job={job} n={backTo} onClose={() => setBackTo(null)} />}
      {pair[0] !== pair[1] && <Compare job={job} from={pair[0]} to={pair[1]} />}
    </div>
  );
}
