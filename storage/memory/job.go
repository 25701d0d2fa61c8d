package memory

import (
	"context"
	"fmt"

	"github.com/jobledger/jobledger/jobs"
)

// snapshot is a job and its latest run as of one state. As records are never
// written to, it can be copied after the lock is released.
type snapshot struct {
	job    *jobs.JobRecord
	latest *jobs.RunRecord
}

func (j *job) snapshot() snapshot {
	return snapshot{j.record, j.runs.record(j.record.LatestRunID)}
}

func (s snapshot) copy() jobs.JobRecord { return copyJob(s.job, s.latest) }

func copyJobs(found []snapshot) []jobs.JobRecord {
	out := make([]jobs.JobRecord, len(found))
	for i, s := range found {
		out[i] = s.copy()
	}
	return out
}

// Job implements [jobs.Store].
func (s *Store) Job(ctx context.Context, ref jobs.JobRef) (jobs.JobRecord, error) {
	found, err := s.findJob(ctx, ref)
	if err != nil {
		return jobs.JobRecord{}, fmt.Errorf("memory: job %s: %w", ref.JobID, err)
	}
	return found.copy(), nil
}

func (s *Store) findJob(ctx context.Context, ref jobs.JobRef) (snapshot, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := ctx.Err(); err != nil {
		return snapshot{}, err
	}
	j := s.job(ref)
	if j == nil {
		return snapshot{}, jobs.ErrNotFound
	}
	return j.snapshot(), nil
}

// FindJobs implements [jobs.Store].
func (s *Store) FindJobs(ctx context.Context, lookup jobs.JobLookup) (jobs.FoundJobs, error) {
	found, graph, err := s.lookUp(ctx, lookup)
	if err != nil {
		return jobs.FoundJobs{}, fmt.Errorf("memory: find jobs of organization %s: %w", lookup.OrganizationID, err)
	}
	return jobs.FoundJobs{Jobs: copyJobs(found), Graph: graph}, nil
}

func (s *Store) lookUp(ctx context.Context, lookup jobs.JobLookup) ([]snapshot, int64, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	o := s.organization(lookup.OrganizationID)
	var found []snapshot
	seen := make(map[*job]bool, len(lookup.IDs)+len(lookup.Keys))
	add := func(j *job) {
		if j != nil && !seen[j] {
			seen[j] = true
			found = append(found, j.snapshot())
		}
	}
	for _, id := range lookup.IDs {
		add(o.jobs[id])
	}
	for _, key := range lookup.Keys {
		add(o.byKey[key])
	}
	return found, o.graph, nil
}
