package storagetest

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// stored is a time as a store keeps it: in UTC, to the microsecond.
func stored(at time.Time) time.Time {
	return at.UTC().Truncate(time.Microsecond)
}

// enter begins a read, which leave ends.
func (m *model) enter(ctx context.Context) (leave func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	return m.mu.Unlock, nil
}

// read returns a job as reads do: copied, with its latest run.
func (m *model) read(job jobs.JobRecord) jobs.JobRecord {
	for _, r := range m.runs[job.JobRef] {
		if r.ID == job.LatestRunID {
			job.LatestRun = &r
		}
	}
	return copyJob(job)
}

// first returns a copy of the one record that passes, or that it is not found.
func first[R any](records []R, one func(R) R, passes func(R) bool) (R, error) {
	for _, r := range records {
		if passes(r) {
			return one(r), nil
		}
	}
	var none R
	return none, jobs.ErrNotFound
}

// page cuts a page out of all that a query selects.
func page[R any](all []R, offset, limit int) []R {
	from := min(offset, len(all))
	return all[from:min(from+limit, len(all))]
}

func (m *model) Job(ctx context.Context, ref jobs.JobRef) (jobs.JobRecord, error) {
	leave, err := m.enter(ctx)
	if err != nil {
		return jobs.JobRecord{}, err
	}
	defer leave()
	job, ok := m.jobs[ref]
	if !ok {
		return jobs.JobRecord{}, jobs.ErrNotFound
	}
	return m.read(job), nil
}

func (m *model) FindJobs(ctx context.Context, lookup jobs.JobLookup) (jobs.FoundJobs, error) {
	leave, err := m.enter(ctx)
	if err != nil {
		return jobs.FoundJobs{}, err
	}
	defer leave()
	found := jobs.FoundJobs{Graph: m.graphs[lookup.OrganizationID]}
	for ref, job := range m.jobs {
		named := slices.Contains(lookup.IDs, job.JobID) || slices.Contains(lookup.Keys, job.Key)
		if ref.OrganizationID == lookup.OrganizationID && named {
			found.Jobs = append(found.Jobs, m.read(job))
		}
	}
	return found, nil
}

func (m *model) ListJobs(ctx context.Context, q jobs.JobQuery) (jobs.JobPage, error) {
	leave, err := m.enter(ctx)
	if err != nil {
		return jobs.JobPage{}, err
	}
	defer leave()
	var all []jobs.JobRecord
	for _, job := range m.jobs {
		if selects(q, job) {
			all = append(all, m.read(job))
		}
	}
	slices.SortFunc(all, func(a, b jobs.JobRecord) int {
		by := a.CreatedAt.Compare(b.CreatedAt)
		if q.Order == jobs.ByKey {
			by = cmp.Compare(a.Key, b.Key)
		}
		return directed(cmp.Or(by, cmp.Compare(a.JobID, b.JobID)), q.Descending)
	})
	return jobs.JobPage{Total: len(all), Jobs: page(all, q.Offset, q.Limit)}, nil
}

func selects(q jobs.JobQuery, job jobs.JobRecord) bool {
	visible := func(team string) bool { return slices.Contains(job.TeamIDs, team) }
	return job.OrganizationID == q.OrganizationID &&
		(q.AllTeams || slices.ContainsFunc(q.TeamIDs, visible)) &&
		(q.GrantedTo == "" || visible(q.GrantedTo)) &&
		(q.ClusterID == "" || job.ClusterID == q.ClusterID) &&
		(q.DependsOn == "" || slices.Contains(job.DependsOn, q.DependsOn))
}

func directed(order int, descending bool) int {
	if descending {
		return -order
	}
	return order
}

func (m *model) Draft(ctx context.Context, ref jobs.JobRef) (jobs.VersionRecord, error) {
	leave, err := m.enter(ctx)
	if err != nil {
		return jobs.VersionRecord{}, err
	}
	defer leave()
	draft, ok := m.drafts[ref]
	if !ok {
		return jobs.VersionRecord{}, jobs.ErrNotFound
	}
	return copyVersion(draft), nil
}

func (m *model) Version(ctx context.Context, ref jobs.JobRef, number int) (jobs.VersionRecord, error) {
	leave, err := m.enter(ctx)
	if err != nil {
		return jobs.VersionRecord{}, err
	}
	defer leave()
	return first(m.versions[ref], copyVersion, func(v jobs.VersionRecord) bool { return v.Number == number })
}

func (m *model) ListVersions(ctx context.Context, q jobs.VersionQuery) (jobs.VersionPage, error) {
	leave, err := m.enter(ctx)
	if err != nil {
		return jobs.VersionPage{}, err
	}
	defer leave()
	all := copyAll(m.versions[q.JobRef], copyVersion)
	slices.SortFunc(all, func(a, b jobs.VersionRecord) int { return cmp.Compare(a.Number, b.Number) })
	return jobs.VersionPage{Total: len(all), Versions: page(all, q.Offset, q.Limit)}, nil
}

func (m *model) Tombstone(ctx context.Context, ref jobs.JobRef) (jobs.TombstoneRecord, error) {
	leave, err := m.enter(ctx)
	if err != nil {
		return jobs.TombstoneRecord{}, err
	}
	defer leave()
	tombstone, ok := m.tombstones[ref]
	if !ok {
		return jobs.TombstoneRecord{}, jobs.ErrNotFound
	}
	return copyTombstone(tombstone), nil
}
