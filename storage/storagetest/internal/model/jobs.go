package model

import (
	"cmp"
	"context"
	"slices"

	"github.com/jobledger/jobledger/storage"
)

// read returns a job as reads do.
func (j *job) read(brief bool) storage.JobRecord {
	record := j.record
	if brief {
		record.Doc, record.State = nil, nil
		return record
	}
	record.LatestRun = find(j.runs, func(r storage.RunRecord) bool { return r.ID == record.LatestRunID })
	return record
}

// Job implements [storage.Store].
func (m *Store) Job(ctx context.Context, ref storage.JobRef) (storage.JobRecord, error) {
	return read(ctx, m, ref.OrganizationID, anything{}, func(s *State) (storage.JobRecord, error) {
		j := s.live(ref.JobID)
		if j == nil {
			return storage.JobRecord{}, storage.ErrNotFound
		}
		return j.read(false), nil
	})
}

// FindJobs implements [storage.Store].
func (m *Store) FindJobs(ctx context.Context, q storage.FindQuery) (storage.JobList, error) {
	return read(ctx, m, q.OrganizationID, q, func(s *State) (storage.JobList, error) {
		list := storage.JobList{Organization: s.organization}
		for _, j := range s.all() {
			if !slices.Contains(q.IDs, j.record.JobID) && !slices.Contains(q.Keys, j.record.Key) {
				continue
			}
			found := storage.FoundJob{JobRecord: j.read(q.Brief)}
			if q.NoDoc {
				found.Doc = nil
			}
			for _, r := range j.runs {
				if r.Outcome == storage.Open && len(found.OpenRuns) < min(q.OpenRuns, storage.MaxLimit) {
					found.OpenRuns = append(found.OpenRuns, r)
				}
			}
			for _, r := range slices.Backward(j.runs) {
				if len(found.RecentRuns) < min(q.RecentRuns, storage.MaxLimit) {
					found.RecentRuns = append(found.RecentRuns, r)
				}
			}
			list.Jobs = append(list.Jobs, found)
		}
		return list, nil
	})
}

// ListJobs implements [storage.Store].
func (m *Store) ListJobs(ctx context.Context, q storage.JobQuery) (storage.JobPage, error) {
	return read(ctx, m, q.OrganizationID, q, func(s *State) (storage.JobPage, error) {
		var all []storage.JobRecord
		for _, j := range s.all() {
			if selects(q, j.record) {
				all = append(all, j.read(q.Brief))
			}
		}
		slices.SortFunc(all, func(a, b storage.JobRecord) int { return compareJobs(q, place(a), place(b)) })
		answer := storage.JobPage{Total: len(all)}
		if q.After != nil {
			answer.Total = 0
			all = slices.DeleteFunc(all, func(j storage.JobRecord) bool { return compareJobs(q, place(j), *q.After) <= 0 })
		} else {
			all = all[min(q.Offset, len(all)):]
		}
		answer.Jobs, answer.More = page(all, q.Limit, func(j storage.JobRecord) int {
			size := len(j.Doc) + len(j.State)
			if j.LatestRun != nil {
				size += len(j.LatestRun.Doc)
			}
			return size
		})
		return answer, nil
	})
}

func selects(q storage.JobQuery, job storage.JobRecord) bool {
	visible := func(team string) bool { return slices.Contains(job.TeamIDs, team) }
	scopes := job.Scopes
	if q.Order == storage.ByKey {
		scopes = job.KeyScopes
	}
	return (q.AllTeams || slices.ContainsFunc(q.TeamIDs, visible)) && (q.Scope == "" || slices.Contains(scopes, q.Scope))
}

// place is where a job stands.
func place(j storage.JobRecord) storage.JobPosition {
	return storage.JobPosition{CreatedAt: j.CreatedAt, Key: j.Key, JobID: j.JobID}
}

func compareJobs(q storage.JobQuery, a, b storage.JobPosition) int {
	by := a.CreatedAt.Compare(b.CreatedAt)
	if q.Order == storage.ByKey {
		by = cmp.Compare(a.Key, b.Key)
	}
	return directed(cmp.Or(by, cmp.Compare(a.JobID, b.JobID)), q.Descending)
}

func directed(order int, descending bool) int {
	if descending {
		return -order
	}
	return order
}

// Draft implements [storage.Store].
func (m *Store) Draft(ctx context.Context, ref storage.JobRef) (storage.VersionRecord, error) {
	return read(ctx, m, ref.OrganizationID, anything{}, func(s *State) (storage.VersionRecord, error) {
		return optional(s.parts(ref.JobID).draft)
	})
}

// Version implements [storage.Store].
func (m *Store) Version(ctx context.Context, ref storage.JobRef, number int) (storage.VersionRecord, error) {
	return read(ctx, m, ref.OrganizationID, anything{}, func(s *State) (storage.VersionRecord, error) {
		return optional(find(s.parts(ref.JobID).versions, func(v storage.VersionRecord) bool { return v.Number == number }))
	})
}

// ListVersions implements [storage.Store].
func (m *Store) ListVersions(ctx context.Context, q storage.VersionQuery) (storage.VersionPage, error) {
	return read(ctx, m, q.OrganizationID, q, func(s *State) (storage.VersionPage, error) {
		all := s.parts(q.JobID).versions
		answer := storage.VersionPage{Total: len(all)}
		answer.Versions, answer.More = page(all[min(q.Offset, len(all)):], q.Limit, func(v storage.VersionRecord) int { return len(v.Doc) })
		return answer, nil
	})
}

// Tombstone implements [storage.Store].
func (m *Store) Tombstone(ctx context.Context, ref storage.JobRef) (storage.TombstoneRecord, error) {
	return read(ctx, m, ref.OrganizationID, anything{}, func(s *State) (storage.TombstoneRecord, error) {
		if j := s.jobs[ref.JobID]; j != nil {
			return optional(j.tombstone)
		}
		return storage.TombstoneRecord{}, storage.ErrNotFound
	})
}
