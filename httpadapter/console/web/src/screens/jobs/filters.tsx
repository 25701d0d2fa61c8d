import { useState } from 'preact/hooks';

import type { ListedJob, Team } from '../../api/queries';
import { Search } from '../../ui/search';
import { Select } from '../../ui/select';
import type { JobsSearch } from './query';

type FiltersProps = {
  search: JobsSearch;
  change: (part: Partial<JobsSearch>) => void;
  jobs: ListedJob[];
  teams: Team[];
  total: number | null | undefined;
};

/** Filters stand in the page's URL, and the API applies them. */
export function Filters({ search, change, jobs, teams, total }: FiltersProps) {
  const [open, setOpen] = useState(false);
  const labels = new Set(jobs.flatMap(({ job }) => Object.entries(job.labels).map(([name, value]) => `${name}=${value}`)));
  if (search.label) labels.add(search.label);
  const narrowed = [search.status, search.outcome, search.team, search.label].filter(Boolean).length;
  return (
    <form class={`filters ${open ? 'is-open' : ''}`} role="search" onSubmit={(event) => event.preventDefault()}>
      <Search label="Key begins with" value={search.q} onChange={(q) => change({ q })} />
      <button class="btn narrow" type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        {narrowed ? `Filters, ${narrowed}` : 'Filter…'}
      </button>
      <Select label="Status" value={search.status} any="Active and paused" options={{ active: 'Active', paused: 'Paused' }} onChange={(status) => change({ status })} />
      <Select
        label="Last outcome"
        value={search.outcome}
        any="Any outcome"
        options={{ succeeded: 'Succeeded', failed: 'Failed or timed out', cancelled: 'Cancelled' }}
        onChange={(outcome) => change({ outcome })}
      />
      {(teams.length > 1 || search.team) && (
        <Select
          label="Team"
          value={search.team}
          any="All teams"
          options={Object.fromEntries([...teams.map((team) => [team.id, team.name || team.id]), ...(teams.some((team) => team.id === search.team) || !search.team ? [] : [[search.team, search.team]])])}
          onChange={(team) => change({ team })}
        />
      )}
      {labels.size > 0 && (
        <Select label="Label" value={search.label} any="Any label" options={Object.fromEntries([...labels].sort().map((label) => [label, label.replace(/=$/, '')]))} onChange={(label) => change({ label })} />
      )}
      {total !== undefined && (
        <span class="q s mid count-all">
          {total === null ? 'more than 1,000 jobs' : total === 1 ? '1 job' : `${total.toLocaleString('en')} jobs`}
          {search.label || search.outcome ? '' : ', by key'}
        </span>
      )}
    </form>
  );
}
