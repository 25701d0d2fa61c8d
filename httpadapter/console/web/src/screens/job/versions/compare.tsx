import { useQuery } from '@tanstack/preact-query';

import { exactText } from '../../../api/exact';
import { Loading } from '../../../app/screens';
import { Failed } from '../../../ui/empty';
import { TextDiff } from '../../../ui/textdiff';
import { FiresDiff } from './fires';
import { type Diff, diffQuery } from './query';

type CompareProps = { jobId: string; zone: string; from: number; to: number };

/** Compare shows two versions side by side, member by member, and what their schedules differ in. */
export function Compare({ jobId, zone, from, to }: CompareProps) {
  const diff = useQuery(diffQuery(jobId, from, to));
  return (
    <section class="section" aria-labelledby="h-compare">
      <div class="section-head">
        <h2 id="h-compare">
          Versions {from} and {to}
        </h2>
        {diff.data && <span class="s q">{diff.data.changes.length === 0 ? 'they say the same' : diff.data.changes.length === 1 ? '1 setting differs' : `${diff.data.changes.length} settings differ`}</span>}
      </div>
      {diff.isError ? <Failed error={diff.error} again={() => void diff.refetch()} /> : !diff.data ? <Loading what="what differs" /> : <Changes diff={diff.data} from={`Version ${from}`} to={`Version ${to}`} />}
      {diff.data && <FiresDiff fires={diff.data.fires} zone={zone} />}
    </section>
  );
}

const isLong = (value: unknown): value is string => typeof value === 'string' && (value.includes('\n') || value.length > 80);

/** textOf is a value as the text that it is. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  return typeof value === 'string' ? value : exactText(value, 0);
}

export function Changes({ diff, from, to }: { diff: Diff; from: string; to: string }) {
  if (!diff.changes.length) return null;
  const texts = diff.changes.filter((change) => isLong(change.from) || isLong(change.to));
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
                <Value value={change.to} kind="now" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {texts.map((change) => (
        <TextDiff
          key={change.path}
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

const linesIn = (text: string) => (text.includes('\n') ? `${text.split('\n').length} lines` : '1 line');

function Value({ value, kind }: { value: unknown; kind: 'was' | 'now' }) {
  if (value === undefined || value === null) return <span class="q">none</span>;
  if (isLong(value)) return <span class="q">{linesIn(value)}</span>;
  return <code class={kind}>{textOf(value)}</code>;
}
