import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { Link, useLocation, useSearch } from 'wouter-preact';

import { jobsQuery, type ListedJob } from '../../api/queries';
import { useKeys } from '../../app/keys';
import { Loading } from '../../app/screens';
import { Empty, Failed } from '../../ui/empty';
import { useTitle } from '../../ui/title';
import { Filters } from './filters';
import { filterOf, pageSize, parseSearch, searchText, type JobsSearch } from './query';
import { JobRow } from './row';

export function Jobs() {
  useTitle('Jobs');
  const [, go] = useLocation();
  const search = parseSearch(useSearch());
  const list = useQuery({ ...jobsQuery(filterOf(search)), placeholderData: keepPreviousData });
  const change = (part: Partial<JobsSearch>) => go(`/jobs?${searchText({ ...search, page: 1, ...part })}`, { replace: true });
  return (
    <div class="s-jobs">
      <div class="head tight">
        <div>
          <h1>Jobs</h1>
        </div>
      </div>
      <Filters search={search} change={change} total={list.data?.total} />
      {list.isError && !list.data ? (
        <Failed error={list.error} again={() => void list.refetch()} />
      ) : list.data ? (
        <Table jobs={list.data.jobs} total={list.data.total} search={search} change={change} />
      ) : (
        <Loading what="jobs" />
      )}
    </div>
  );
}

type TableProps = {
  jobs: ListedJob[];
  total: number | null;
  search: JobsSearch;
  change: (part: Partial<JobsSearch>) => void;
};

function Table({ jobs, total, search, change }: TableProps) {
  const [, go] = useLocation();
  const [cursor, setCursor] = useState(-1);
  const move = (by: number) => setCursor((at) => Math.min(Math.max(0, at + by), jobs.length - 1));
  const chosen = jobs[cursor]?.job.id;
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    ...(chosen && { Enter: () => go(`/jobs/${chosen}`) }),
  });
  if (!jobs.length) return <NoJobs search={search} />;
  return (
    <>
      <table class="table flow jt" role="table" aria-label="Jobs">
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">
              <span class="vh">State</span>
            </th>
            <th role="columnheader" scope="col" aria-sort={search.label || search.outcome ? undefined : 'ascending'}>
              Job
            </th>
            <th role="columnheader" scope="col" class="wide mid">
              Labels
            </th>
            <th role="columnheader" scope="col">
              Schedule
            </th>
            <th role="columnheader" scope="col">
              Next fire
            </th>
            <th role="columnheader" scope="col">
              Last 20 runs
            </th>
            <th role="columnheader" scope="col" class="num mid">
              Took
            </th>
            <th role="columnheader" scope="col" class="num wide mid">
              Started
            </th>
            <th role="columnheader" scope="col">
              Version
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {jobs.map((listed, i) => (
            <JobRow key={listed.job.id} listed={listed} isCursor={i === cursor} onLabel={(label) => change({ label })} />
          ))}
        </tbody>
      </table>
      <Pager page={search.page} shown={jobs.length} total={total} change={change} />
    </>
  );
}

function Pager({ page, shown, total, change }: { page: number; shown: number; total: number | null; change: TableProps['change'] }) {
  const first = (page - 1) * pageSize + 1;
  const more = total === null ? shown === pageSize : first + shown - 1 < total;
  if (page === 1 && !more) return null;
  return (
    <div class="pager">
      <span>
        {first} to {first + shown - 1} of {total ?? 'more than 1,000'}
      </span>
      <span class="end">
        {page > 1 && (
          <button class="btn" type="button" onClick={() => change({ page: page - 1 })}>
            Back
          </button>
        )}
        {more && (
          <button class="btn" type="button" onClick={() => change({ page: page + 1 })}>
            More
          </button>
        )}
      </span>
    </div>
  );
}

function NoJobs({ search }: { search: JobsSearch }) {
  const filtered = search.q || search.status || search.outcome || search.label;
  if (!filtered) return <Empty title="No jobs yet">You see the jobs of your teams. There is none.</Empty>;
  return (
    <Empty
      title="No job matches"
      actions={
        <Link class="btn" href="/jobs">
          Clear the filters
        </Link>
      }
    >
      {search.q ? `No key begins with “${search.q}”, among the jobs that you may see and the other filters leave.` : 'The filters leave none of the jobs that you may see.'}
    </Empty>
  );
}
