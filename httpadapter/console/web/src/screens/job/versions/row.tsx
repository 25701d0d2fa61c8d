import { useQuery } from '@tanstack/preact-query';
import { Link, useLocation } from 'wouter-preact';

import { useAction } from '../../../api/actions';
import { answered, api } from '../../../api/client';
import { type Job, may } from '../../../api/queries';
import { toast } from '../../../app/toasts';
import { Time } from '../../../ui/time';
import { draftQuery } from '../draft/query';
import { Outcomes } from './outcomes';
import type { ListedVersion } from './query';
import { WhatChanged } from './what';

type PairProps = { pair: [number, number]; onPair: (pair: [number, number]) => void };

/** DraftRow is the version that is still written. */
export function DraftRow({ job, n, pair, onPair }: PairProps & { job: Job; n: number }) {
  const draft = useQuery(draftQuery(job.id)).data?.version;
  return (
    <tr role="row" class="drow">
      <td role="cell" />
      <td role="cell">
        <input type="radio" name="to" aria-label={`Compare the active version to draft ${n}`} checked={pair[1] === n} onChange={() => onPair([job.currentVersion, n])} />
      </td>
      <td role="cell">
        <span class="vn">
          <b>{n}</b> <span class="badge draft">Draft</span>
        </span>
      </td>
      <td role="cell">
        {draft && (
          <>
            <Time at={draft.updatedAt} zone={job.cronTimezone} />
            <br /> <span class="s q">{draft.updatedBy}</span>
          </>
        )}
      </td>
      <td role="cell">
        <WhatChanged job={job} from={job.currentVersion} to={n} />
      </td>
      <td role="cell">
        <span class="q">Not published</span>
      </td>
      <td role="cell">
        <Link href={`/jobs/${job.id}/draft`}>Continue</Link>
      </td>
    </tr>
  );
}

/** VersionRow is one line of the ledger. */
export function VersionRow({ job, version, pair, onPair, onBack }: PairProps & { job: Job; version: ListedVersion; onBack: () => void }) {
  const [, go] = useLocation();
  const n = version.version;
  const active = n === job.currentVersion;
  const draft = useAction(
    () => answered(api.POST('/workloads/jobs/{job}/draft', { params: { path: { job: job.id } }, body: { from: n } })),
    () => go(`/jobs/${job.id}/draft`),
  );
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
        <br /> <span class="s q">{version.updatedBy}</span>
      </td>
      <td role="cell">{n === 1 ? 'First version' : <WhatChanged job={job} from={n - 1} to={n} />}</td>
      <td role="cell">
        <Outcomes runs={version.runs} />
      </td>
      <td role="cell">
        <span class="row-actions">
          {may(job, 'edit') && !active && job.draftVersion === null && (
            <button class="btn plain link" type="button" onClick={onBack}>
              Go back to {n}…
            </button>
          )}
          {may(job, 'edit') && job.draftVersion === null && (
            <button
              class="btn plain link"
              type="button"
              disabled={draft.isPending}
              onClick={() => draft.mutate(undefined, { onError: (error) => toast({ glyph: 'fail', text: error.message }) })}
            >
              Draft from {n}
            </button>
          )}
        </span>
      </td>
    </tr>
  );
}
