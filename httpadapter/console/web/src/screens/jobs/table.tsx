import { lazy, Suspense } from 'preact/compat';
import { useState } from 'preact/hooks';
import { useLocation } from 'wouter-preact';

import type { ListedJob } from '../../api/queries';
import { useKeys } from '../../app/keys';
import { type Column, Table as List } from '../../ui/table';
import { pageSize, type JobsSearch } from './query';
import { JobRow } from './row';

const Quick = lazy(() => import('./quick').then((m) => ({ default: m.Quick })));

type TableProps = {
  jobs: ListedJob[];
  total: number | null;
  search: JobsSearch;
  change: (part: Partial<JobsSearch>) => void;
};

const columns: Column[] = [
  { name: 'State', hidden: true },
  { name: 'Job' },
  { name: 'Labels', class: 'wide mid' },
  { name: 'Schedule' },
  { name: 'Next fire' },
  { name: 'Last 20 runs' },
  { name: 'Took', class: 'num mid' },
  { name: 'Started', class: 'num wide mid' },
  { name: 'Version' },
];

/** Table lists jobs. The keys j and k move its cursor, Enter opens, r runs and p pauses the job under it. */
export function Table({ jobs, total, search, change }: TableProps) {
  const [, go] = useLocation();
  const [at, setAt] = useState('');
  const [quick, setQuick] = useState<{ jobId: string; what: 'run' | 'pause' } | null>(null);
  const here = jobs.findIndex(({ job }) => job.id === at);
  const move = (by: number) => setAt(jobs[Math.min(Math.max(0, here + by), jobs.length - 1)]?.job.id ?? '');
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    ...(here >= 0 && {
      Enter: () => go(`/jobs/${at}`),
      r: () => setQuick({ jobId: at, what: 'run' as const }),
      p: () => setQuick({ jobId: at, what: 'pause' as const }),
    }),
  });
  return (
    <>
      <List label="Jobs" class="jt" columns={columns.map((column) => (column.name === 'Job' && !search.label && !search.outcome ? { ...column, sorted: 'ascending' } : column))}>
        {jobs.map((listed) => (
          <JobRow key={listed.job.id} listed={listed} isCursor={listed.job.id === at} onLabel={(label) => change({ label })} />
        ))}
      </List>
      <Pager page={search.page} shown={jobs.length} total={total} change={change} />
      <Suspense fallback={null}>{quick && <Quick {...quick} onClose={() => setQuick(null)} />}</Suspense>
    </>
  );
}

const keys: [string[], string][] = [
  [['/'], 'find'],
  [['j', 'k'], 'move'],
  [['Enter'], 'open'],
  [['r'], 'run now'],
  [['p'], 'pause'],
  [['?'], 'all keys'],
];

function Pager({ page, shown, total, change }: { page: number; shown: number; total: number | null; change: TableProps['change'] }) {
  const first = (page - 1) * pageSize + 1;
  const more = total === null ? shown === pageSize : first + shown - 1 < total;
  return (
    <div class="pager">
      <span>
        {first}–{first + shown - 1} of {total?.toLocaleString('en') ?? 'more than 1,000'}
      </span>
      <div class="keys mid">
        {keys.map(([names, what]) => (
          <span key={what}>
            {names.map((name) => (
              <kbd key={name}>{name}</kbd>
            ))}{' '}
            {what}
          </span>
        ))}
      </div>
      {(page > 1 || more) && (
        <div class="end">
          <button class="btn" type="button" disabled={page === 1} onClick={() => change({ page: page - 1 })}>
            Previous
          </button>
          <button class="btn" type="button" disabled={!more} onClick={() => change({ page: page + 1 })}>
            Next
          </button>
        </div>
      )}
    </div>
  );
}
