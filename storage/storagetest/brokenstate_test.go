package storagetest_test

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// sharesReads returns the same job to whoever reads the same revision.
type sharesReads struct {
	jobs.Store

	mu   sync.Mutex
	read map[jobs.JobRef]jobs.JobRecord
}

func (s *sharesReads) Job(ctx context.Context, ref jobs.JobRef) (jobs.JobRecord, error) {
	job, err := s.Store.Job(ctx, ref)
	s.mu.Lock()
	defer s.mu.Unlock()
	if shared, ok := s.read[ref]; ok && err == nil && shared.Revision == job.Revision {
		return shared, nil
	}
	if s.read == nil {
		s.read = map[jobs.JobRef]jobs.JobRecord{}
	}
	s.read[ref] = job
	return job, err
}

// keepsSlices keeps a draft as it was given.
type keepsSlices struct {
	jobs.Store

	draft jobs.VersionRecord
}

func (s *keepsSlices) Commit(ctx context.Context, c jobs.Change) error {
	err := s.Store.Commit(ctx, c)
	if err == nil && c.PutDraft != nil {
		s.draft = *c.PutDraft
	}
	return err
}

func (s *keepsSlices) Draft(ctx context.Context, ref jobs.JobRef) (jobs.VersionRecord, error) {
	draft, err := s.Store.Draft(ctx, ref)
	if err == nil && ref == s.draft.JobRef {
		return s.draft, nil
	}
	return draft, err
}

// readsStale answers every other read of a job from the one before.
type readsStale struct {
	jobs.Store

	mu     sync.Mutex
	before map[jobs.JobRef]jobs.JobRecord
}

func (s *readsStale) Job(ctx context.Context, ref jobs.JobRef) (jobs.JobRecord, error) {
	job, err := s.Store.Job(ctx, ref)
	s.mu.Lock()
	defer s.mu.Unlock()
	if old, ok := s.before[ref]; ok {
		delete(s.before, ref)
		return old, nil
	}
	if s.before == nil {
		s.before = map[jobs.JobRef]jobs.JobRecord{}
	}
	if err == nil {
		s.before[ref] = job
	}
	return job, err
}

// dropsCascade goes on listing the runs of jobs that were removed.
type dropsCascade struct {
	jobs.Store

	mu   sync.Mutex
	left []jobs.RunRecord
}

func (s *dropsCascade) Commit(ctx context.Context, c jobs.Change) error {
	runs, _ := s.ListRuns(ctx, jobs.RunQuery{JobRef: c.JobRef, Limit: 100})
	err := s.Store.Commit(ctx, c)
	if err == nil && c.Tombstone != nil && c.Tombstone.Revision == 0 {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.left = append(s.left, runs...)
	}
	return err
}

func (s *dropsCascade) ListRuns(ctx context.Context, q jobs.RunQuery) ([]jobs.RunRecord, error) {
	runs, err := s.Store.ListRuns(ctx, q)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, run := range s.left {
		if q.JobID == "" && run.OrganizationID == q.OrganizationID {
			runs = append(runs, run)
		}
	}
	return runs, err
}

// goesBack tells the At of the last commit for the store's time.
type goesBack struct {
	jobs.Store

	last atomic.Pointer[time.Time]
}

func (s *goesBack) Commit(ctx context.Context, c jobs.Change) error {
	err := s.Store.Commit(ctx, c)
	if err == nil {
		s.last.Store(&c.At)
	}
	return err
}

func (s *goesBack) Due(ctx context.Context, q jobs.DueQuery) (jobs.DuePage, error) {
	page, err := s.Store.Due(ctx, q)
	if last := s.last.Load(); last != nil {
		page.Time = *last
	}
	return page, err
}

var renamed atomic.Int64

// renamesOperations gives each attempt an operation ID of its own.
type renamesOperations struct{ jobs.Store }

func (s renamesOperations) Commit(ctx context.Context, c jobs.Change) error {
	if c.OperationID != "" {
		c.OperationID += " attempt " + strconv.FormatInt(renamed.Add(1), 10)
	}
	return s.Store.Commit(ctx, c)
}

// resetsGraph counts the graph from zero.
type resetsGraph struct{ jobs.Store }

func (s *resetsGraph) FindJobs(ctx context.Context, lookup jobs.JobLookup) (jobs.FoundJobs, error) {
	found, err := s.Store.FindJobs(ctx, lookup)
	found.Graph = 0
	return found, err
}

// forgetsTombstones has none.
type forgetsTombstones struct{ jobs.Store }

func (forgetsTombstones) Tombstone(context.Context, jobs.JobRef) (jobs.TombstoneRecord, error) {
	return jobs.TombstoneRecord{}, jobs.ErrNotFound
}
