package broken

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jobledger/jobledger/storage"
)

var states = []Store{
	{"forgets the states of versions", drops(func(c *storage.Change) { c.PutVersionStates = nil }), []string{
		"versions/the state of a version is put beside its document",
		"versions/the state of a version needs the version",
		"guards/a failed guard writes nothing",
		"random/any history leaves what the model has",
	}},
	{"puts the states of those versions that exist", spoils(func(ctx context.Context, s storage.Store, c *storage.Change) {
		c.PutVersionStates = slices.DeleteFunc(slices.Clone(c.PutVersionStates), func(v storage.VersionRecord) bool {
			_, err := s.Version(ctx, c.JobRef, v.Number)
			return err != nil && v.Number > 0
		})
	}), []string{
		"versions/the state of a version needs the version",
	}},
}

// sharesReads returns the same memory to all who read a job at the same revision.
func sharesReads(whole storage.Store) storage.Store {
	var read sync.Map
	return twisted{Store: whole, job: func(ctx context.Context, s storage.Store, ref storage.JobRef) (storage.JobRecord, error) {
		job, err := s.Job(ctx, ref)
		if err != nil {
			return job, err
		}
		shared, _ := read.LoadOrStore([2]any{ref, job.Revision}, job)
		return shared.(storage.JobRecord), nil
	}}
}

// keepsSlices keeps a draft as it was given.
func keepsSlices(whole storage.Store) storage.Store {
	var kept storage.VersionRecord
	return twisted{
		Store: whole,
		commit: func(ctx context.Context, s storage.Store, c storage.Change) error {
			err := s.Commit(ctx, c)
			if err == nil && c.PutDraft != nil {
				kept = *c.PutDraft
			}
			return err
		},
		draft: func(ctx context.Context, s storage.Store, ref storage.JobRef) (storage.VersionRecord, error) {
			draft, err := s.Draft(ctx, ref)
			if err == nil && ref == kept.JobRef {
				return kept, nil
			}
			return draft, err
		},
	}
}

// readsStale answers every second read of a job with the result of the read before.
func readsStale(whole storage.Store) storage.Store {
	var before sync.Map
	return twisted{Store: whole, job: func(ctx context.Context, s storage.Store, ref storage.JobRef) (storage.JobRecord, error) {
		job, err := s.Job(ctx, ref)
		if old, ok := before.LoadAndDelete(ref); ok {
			return old.(storage.JobRecord), nil
		}
		if err == nil {
			before.Store(ref, job)
		}
		return job, err
	}}
}

// goesBack returns the At of the last commit as the store's time.
func goesBack(whole storage.Store) storage.Store {
	var last atomic.Pointer[time.Time]
	return twisted{
		Store: whole,
		commit: func(ctx context.Context, s storage.Store, c storage.Change) error {
			err := s.Commit(ctx, c)
			if err == nil {
				last.Store(&c.At)
			}
			return err
		},
		due: func(ctx context.Context, s storage.Store, q storage.DueQuery) (storage.DuePage, error) {
			page, err := s.Due(ctx, q)
			if at := last.Load(); at != nil {
				page.Time = *at
			}
			return page, err
		},
	}
}

// resetGraph counts the graph from zero.
func resetGraph(ctx context.Context, s storage.Store, q storage.FindQuery) (storage.JobList, error) {
	list, err := s.FindJobs(ctx, q)
	list.Organization.Graph = 0
	return list, err
}
