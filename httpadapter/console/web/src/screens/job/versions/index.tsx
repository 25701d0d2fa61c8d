import { useInfiniteQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { Link, useLocation } from 'wouter-preact';

import { useAction } from '../../../api/actions';
import { answered, api } from '../../../api/client';
import { may } from '../../../api/queries';
import { Loading } from '../../../app/screens';
import { toast } from '../../../app/toasts';
import { Failed } from '../../../ui/empty';
import { Time } from '../../../ui/time';
import type { TabProps } from '..';
import { Compare } from './compare';
import { Outcomes } from './outcomes';
import { type ListedVersion, versionsQuery } from './query';

/** VersionsTab is the ledger: any two versions side by side, and the way back. */
export function VersionsTab({ described }: TabProps) {
  const { job } = described;
  const list = useInfiniteQuery(versionsQuery(job.id));
  const versions = list.data?.pages.flatMap((page) => page.items).toReversed() ?? [];
  const [pair, setPair] = useState<[number, number] | null>(null);
  if (list.isError && !list.data) return <Failed error={list.error} again={() => void list.refetch()} />;
  if (!list.data) return <Loading what="versions" />;
  const shown: [number, number] = pair ?? [Math.max(1, job.currentVersion - 1), job.currentVersion];
  return (
    <div class="s-versions">
      <section aria-labelledby="h-ledger">
        <div class="section-head">
          <h2 id="h-ledger">Ledger</h2>
          <span class="s q">{list.data.pages[0]?.total} published versions, none ever changes; choose any two to compare</span>
        </div>
        <table class="table flow vt" role="table" aria-label="Versions">
          <thead role="rowgroup">
            <tr role="row">
              {['From', 'To', 'Version', 'Published', 'What it says', 'What became of its runs'].map((name) => (
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
            {job.draftVersion !== null && (
              <tr role="row" class="drow">
                <td role="cell" />
                <td role="cell" />
                <td role="cell">
                  <span class="vn">
                    <b>{job.draftVersion}</b> <span class="badge draft">Draft</span>
                  </span>
                </td>
                <td role="cell">
                  <span class="q">Not published</span>
                </td>
                <td role="cell" />
                <td role="cell" />
                <td role="cell">
                  <Link href={`/jobs/${job.id}/draft`}>Continue</Link>
                </td>
              </tr>
            )}
            {versions.map((version) => (
              <VersionRow key={version.version} described={described} version={version} pair={shown} onPair={setPair} />
            ))}
          </tbody>
        </table>
        {list.hasNextPage && (
          <div class="pager">
            <span class="end">
              <button class="btn" type="button" onClick={() => void list.fetchNextPage()}>
                Newer
              </button>
            </span>
          </div>
        )}
      </section>
      {shown[0] !== shown[1] && <Compare jobId={job.id} zone={job.cronTimezone} from={shown[0]} to={shown[1]} />}
    </div>
  );
}

type VersionRowProps = { described: TabProps['described']; version: ListedVersion; pair: [number, number]; onPair: (pair: [number, number]) => void };

function VersionRow({ described: { job }, version, pair, onPair }: VersionRowProps) {
  const [, go] = useLocation();
  const n = version.version;
  const active = n === job.currentVersion;
  const mayEdit = may(job, 'edit');
  const back = useAction(
    () => answered(api.POST('/workloads/jobs/{job}/activate-version', { params: { path: { job: job.id } }, body: { version: n } })),
    () => toast({ glyph: 'ok', text: `Version ${n} is active.`, action: { label: `Go back to ${job.currentVersion}`, run: () => forth.mutate(undefined) } }),
  );
  const forth = useAction(() => answered(api.POST('/workloads/jobs/{job}/activate-version', { params: { path: { job: job.id } }, body: { version: job.currentVersion } })));
  const draft = useAction(
    () => answered(api.POST('/workloads/jobs/{job}/draft', { params: { path: { job: job.id } }, body: { from: n } })),
    () => go(`/jobs/${job.id}/draft`),
  );
  const refused = (error: Error) => toast({ glyph: 'fail', text: error.message });
  return (
    <tr role="row">
      <td role="cell">
        <input type="radio" name="from" aria-label={`Compare from version ${n}`} checked={pair[0] === n} onChange={() => onPair([n, pair[1]])} />
      </td>
      <td role="cell">
        <input type="radio" name="to" aria-label={`Compare to version ${n}`} checked={pair[1] === n} onChange={() => onPair([pair[0], n])} />
      </td>
      <td role="cell">
        <span class="vn">
          <b>{n}</b> {active && <span class="badge solid">Active</span>}
        </span>
      </td>
      <td role="cell">
        <Time at={version.updatedAt} zone={job.cronTimezone} />
        <br />
        <span class="s q">{version.updatedBy}</span>
      </td>
      <td role="cell">
        {version.cronExpression ? <code>{version.cronExpression}</code> : <span class="q">no schedule</span>}
        {version.description && (
          <>
            <br />
            <span class="s q">{version.description}</span>
          </>
        )}
      </td>
      <td role="cell">
        <Outcomes runs={version.runs} />
      </td>
      <td role="cell">
        {mayEdit && job.draftVersion === null && (
          <>
            {!active && (
              <button class="btn plain" type="button" disabled={back.isPending} onClick={() => back.mutate(undefined, { onError: refused })}>
                Go back to {n}
              </button>
            )}
            <button class="btn plain" type="button" disabled={draft.isPending} onClick={() => draft.mutate(undefined, { onError: refused })}>
              Draft from {n}
            </button>
          </>
        )}
      </td>
    </tr>
  );
}
