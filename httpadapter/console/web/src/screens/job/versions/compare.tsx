import { useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';

import type { Job } from '../../../api/queries';
import { Loading } from '../../../app/screens';
import { Failed } from '../../../ui/empty';
import { Seg } from '../../../ui/seg';
import { lineChanges, TextDiff } from '../../../ui/textdiff';
import { FiresDiff } from './fires';
import { type Diff, diffQuery } from './query';
import { countLines, isLong, Value } from './value';

/** nameOf is a version in words; the draft has a number too, but is none yet. */
const nameOf = (job: Job, n: number) => (n === job.draftVersion ? `draft ${n}` : `version ${n}`);
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Compare shows two versions side by side, member by member, and what their schedules differ in. */
export function Compare({ job, from, to }: { job: Job; from: number; to: number }) {
  const diff = useQuery(diffQuery(job, from, to));
  const [columns, setColumns] = useState<'two' | 'one'>(() => (innerWidth < 720 ? 'one' : 'two'));
  const names = [capital(nameOf(job, from)), capital(nameOf(job, to))] as const;
  const hasText = diff.data?.changes.some((change) => isLong(change.from) || isLong(change.to));
  return (
    <section class="section" aria-labelledby="h-compare" id="compare">
      <div class="section-head">
        <h2 id="h-compare">
          From {nameOf(job, from)} to {nameOf(job, to)}
        </h2>
        {diff.data && <span class="s q">{summary(diff.data)}</span>}
        {hasText && (
          <span class="end">
            <Seg label="Texts" value={columns} options={{ two: 'Side by side', one: 'One column' }} onChange={setColumns} />
          </span>
        )}
      </div>
      {diff.isError ? <Failed error={diff.error} again={() => void diff.refetch()} /> : !diff.data ? <Loading what="what differs" /> : <Changes diff={diff.data} from={names[0]} to={names[1]} oneColumn={columns === 'one'} />}
      {diff.data && moves(diff.data) && (
        <div class="fires-of s-draft">
          <FiresDiff fires={diff.data.fires} zone={job.cronTimezone} />
        </div>
      )}
    </section>
  );
}

const moves = ({ fires }: Diff) => !!fires && fires.gained.length + fires.lost.length > 0;

function summary(diff: Diff): string {
  const n = diff.changes.length;
  if (n === 0) return 'They say the same.';
  const scheduled = diff.changes.some((change) => /^\/(cron|jitter)/.test(change.path));
  const fires = moves(diff) || !diff.fires ? '' : scheduled ? ' No fire is gained or lost.' : ' The schedule is the same: no fire is gained or lost.';
  return `${n} ${n === 1 ? 'change' : 'changes'}.${fires}`;
}

/** Changes lists the settings that differ, and the texts line by line. */
export function Changes({ diff, from, to, oneColumn = false }: { diff: Diff; from: string; to: string; oneColumn?: boolean }) {
  if (!diff.changes.length) return null;
  return (
    <>
      <table class="table flow set" role="table" aria-label="Settings that differ">
        <thead role="rowgroup">
          <tr role="row">
            {['Setting', from, to].map((name) => (
              <th key={name} role="columnheader" scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {diff.changes.map((change) => (
            <tr role="row" key={change.path}>
              <td role="cell">
                <span class="path">{change.path}</span>
              </td>
              <td role="cell">
                <Value value={change.from} kind="was" />
              </td>
              <td role="cell">
                {isLong(change.to) && typeof change.from === 'string' ? (
                  <span class="q">
                    {countLines(change.to)}: {lineChanges(change.from, change.to)}
                  </span>
                ) : (
                  <Value value={change.to} kind="now" />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {diff.changes
        .filter((change) => isLong(change.from) || isLong(change.to))
        .map((change) => (
          <TextDiff
            key={change.path}
            oneColumn={oneColumn}
            label={`Text of ${change.path}`}
            from={typeof change.from === 'string' ? change.from : ''}
            to={typeof change.to === 'string' ? change.to : ''}
            fromTitle={
              <>
                {from}
                <span class="q s"> {change.path}</span>
              </>
            }
            toTitle={to}
          />
        ))}
    </>
  );
}
