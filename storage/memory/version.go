package memory

import (
	"context"
	"fmt"

	"github.com/jobledger/jobledger/storage"
)

// Draft implements [storage.Store].
func (s *Store) Draft(ctx context.Context, ref storage.JobRef) (storage.VersionRecord, error) {
	found, err := s.findVersion(ctx, ref, func(j *job) *storage.VersionRecord { return j.draft })
	if err != nil {
		return storage.VersionRecord{}, fmt.Errorf("memory: draft of job %s: %w", ref.JobID, err)
	}
	return copyOf(found), nil
}

// Version implements [storage.Store].
func (s *Store) Version(ctx context.Context, ref storage.JobRef, number int) (storage.VersionRecord, error) {
	found, err := s.findVersion(ctx, ref, func(j *job) *storage.VersionRecord {
		return j.versions.get(int64(number))
	})
	if err != nil {
		return storage.VersionRecord{}, fmt.Errorf("memory: version %d of job %s: %w", number, ref.JobID, err)
	}
	return copyOf(found), nil
}

func (s *Store) findVersion(
	ctx context.Context, ref storage.JobRef, of func(*job) *storage.VersionRecord,
) (found *storage.VersionRecord, err error) {
	err = s.read(ctx, func() error {
		if found = of(s.job(ref)); found == nil {
			return storage.ErrNotFound
		}
		return nil
	})
	return found, err
}

// ListVersions implements [storage.Store].
func (s *Store) ListVersions(ctx context.Context, query storage.VersionQuery) (storage.VersionPage, error) {
	found := newPage[*storage.VersionRecord](query.Limit)
	total := 0
	err := query.Validate()
	if err == nil {
		err = s.read(ctx, func() error {
			versions := s.job(query.JobRef).versions.entries
			total = len(versions)
			for _, v := range versions[min(query.Offset, total):] {
				if !found.add(v.record, len(v.record.Doc)+len(v.record.State)) {
					break
				}
			}
			return nil
		})
	}
	if err != nil {
		return storage.VersionPage{}, fmt.Errorf("memory: list versions of job %s: %w", query.JobID, err)
	}
	return storage.VersionPage{Total: total, Versions: copies(found.found), More: found.more}, nil
}
