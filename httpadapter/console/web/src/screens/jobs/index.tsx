import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { lazy, Suspense } from 'preact/compat';
import { useMemo, useRef, useState } from 'preact/hooks';
import { Link, useLocation, useSearch } from 'wouter-preact';

import { jobsQuery, meQuery, type Team } from '../../api/queries';
import { Loading } from '../../app/screens';
import { Empty, Failed } from '../../ui/empty';
import { useTitle } from '../../ui/title';
import { Filters } from './filters';
import { filterOf, parseSearch, searchText, type JobsSearch } from './query';
import { Table } from './table';

const Create = lazy(() => import('./create').then((m) => ({ default: m.Create })));

/** Jobs lists the jobs that the viewer sees. */
export function Jobs() {
  useTitle('Jobs');
  const [, go] = useLocation();
  const [creates, setCreates] = useState(false);
  const search = parseSearch(useSearch());
  const me = useQuery(meQuery()).data;
  const list = useQuery({ ...jobsQuery(filterOf(search)), placeholderData: keepPreviousData });
  const jobs = list.data?.jobs ?? [];
  const teams = useTeams(list.data?.teams ?? [], me?.teams ?? []);
  const mayCreate = (team: Team) => isEditor(me?.allTeams) || isEditor(me?.teams.find((t) => t.id === team.id)?.role);
  const own = teams.filter(mayCreate);
  const change = (part: Partial<JobsSearch>) => go(`/jobs?${searchText({ ...search, page: 1, ...part })}`, { replace: true });
  return (
    <div class="s-jobs">
      <div class="head tight">
        <div>
          <h1>Jobs</h1>
        </div>
        {(isEditor(me?.allTeams) || own.length > 0) && (
          <div class="actions">
            <button class="btn primary" type="button" onClick={() => setCreates(true)}>
              New job…
            </button>
          </div>
        )}
      </div>
      <Filters search={search} change={change} jobs={jobs} teams={teams} total={list.data?.total} />
      {list.isError && !list.data ? (
        <Failed error={list.error} again={() => void list.refetch()} />
      ) : !list.data ? (
        <Loading what="jobs" />
      ) : jobs.length ? (
        <Table jobs={jobs} total={list.data.total} search={search} change={change} />
      ) : (
        <NoJobs search={search} />
      )}
      <Suspense fallback={null}>
        {creates && <Create teams={own} clusters={[...new Set(jobs.map(({ job }) => job.clusterId))]} onClose={() => setCreates(false)} />}
      </Suspense>
    </div>
  );
}

const isEditor = (role: string | null | undefined) => role === 'contributor' || role === 'admin';

/** useTeams are the teams of the viewer and of the jobs that were seen so far: the API lists no others. */
function useTeams(seen: Team[], mine: { id: string }[]): Team[] {
  const known = useRef(new Map<string, Team>());
  return useMemo(() => {
    for (const { id } of mine) if (!known.current.has(id)) known.current.set(id, { id, name: null });
    for (const team of seen) known.current.set(team.id, team);
    return [...known.current.values()].sort((a, b) => (a.name ?? a.id).localeCompare(b.name ?? b.id));
  }, [seen, mine]);
}

function NoJobs({ search }: { search: JobsSearch }) {
  const filtered = search.q || search.status || search.outcome || search.label || search.team;
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
