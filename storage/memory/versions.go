package memory

import (
	"context"
	"fmt"

	"github.com/jobledger/jobledger/jobs"
)

// Draft implements [jobs.Store].
func (s *Store) Draft(ctx context.Context, ref jobs.JobRef) (jobs.VersionRecord, error) {
	found, err := s.findVersion(ctx, ref, func(j *job) *jobs.VersionRecord { return j.draft })
	if err != nil {
		return jobs.VersionRecord{}, fmt.Errorf("memory: draft of job %s: %w", ref.JobID, err)
	}
	return copyVersion(found), nil
}

// Version implements [jobs.Store].
func (s *Store) Version(ctx context.Context, ref jobs.JobRef, number int) (jobs.VersionRecord, error) {
	found, err := s.findVersion(ctx, ref, func(j *job) *jobs.VersionRecord {
		v, _ := j.versions.Get(number)
		return v
	})
	if err != nil {
		return jobs.VersionRecord{}, fmt.Errorf("memory: version %d of job %s: %w", number, ref.JobID, err)
	}
	return copyVersion(found), nil
}

func (s *Store) findVersion(
	ctx context.Context, ref jobs.JobRef, of func(*job) *jobs.VersionRecord,
) (*jobs.VersionRecord, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if j := s.job(ref); j != nil {
		if v := of(j); v != nil {
			return v, nil
		}
	}
	return nil, jobs.ErrNotFound
}

// ListVersions implements [jobs.Store].
func (s *Store) ListVersions(ctx context.Context, query jobs.VersionQuery) (jobs.VersionPage, error) {
	found, total, err := s.listVersions(ctx, query)
	if err != nil {
		return jobs.VersionPage{}, fmt.Errorf("memory: list versions of job %s: %w", query.JobID, err)
	}
	page := jobs.VersionPage{Total: total, Versions: make([]jobs.VersionRecord, len(found))}
	for i, v := range found {
		page.Versions[i] = copyVersion(v)
	}
	return page, nil
}

func (s *Store) listVersions(ctx context.Context, query jobs.VersionQuery) ([]*jobs.VersionRecord, int, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	j := s.job(query.JobRef)
	if j == nil {
		return nil, 0, nil
	}
	total := j.versions.Len()
	first, _, ok := j.versions.GetAt(query.Offset)
	if !ok || query.Limit <= 0 {
		return nil, total, nil
	}
	found := make([]*jobs.VersionRecord, 0, min(query.Limit, total-query.Offset))
	j.versions.Ascend(first, func(_ int, v *jobs.VersionRecord) bool {
		found = append(found, v)
		return len(found) < query.Limit
	})
	return found, total, nil
}
