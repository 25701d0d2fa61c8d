package broken

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jobledger/jobledger/storage"
)

var removals = []Store{
	{"drops the cascade", dropsCascade, []string{
		"tombstones/a removed job is not found by any read, at once",
		"random/any history leaves what the model has",
	}},
	{"lists all runs of a removed job", dropsCascade, []string{
		"tombstones/the runs that a removed job left are listed, and only those that are open or owed",
	}},
	{"loses tombstones", twist(twisted{tombstone: forgetTombstone}), []string{
		"tombstones/a tombstone keeps what it was given",
		"sweep/sweeping goes in steps up to the limit, to an end",
	}},
	{"keeps tombstones", keepsTombstones, []string{
		"sweep/a tombstone of which nothing is left is swept",
		"tombstones/a run that a removed job left stays until a commit removes it",
	}},
	{"erases the runs that are owed", twist(twisted{sweep: sweepOwed}), []string{
		"sweep/a tombstone with a run that is open or owed is kept",
		"tombstones/the runs that a removed job left are listed, and only those that are open or owed",
	}},
	{"erases more than the limit", sweeps(func(o *storage.SweepOptions) { o.Limit = 1000 }), []string{
		"sweep/sweeping goes in steps up to the limit, to an end",
	}},
	{"says too early that all is erased", twist(twisted{sweep: func(
		ctx context.Context, s storage.Store, o storage.SweepOptions,
	) (int, error) {
		erased, err := s.Sweep(ctx, o)
		return erased / 2, err
	}}), []string{
		"sweep/sweeping goes in steps up to the limit, to an end",
	}},
	{"sweeps without a limit", sweeps(func(o *storage.SweepOptions) { o.Limit = max(1, o.Limit) }), []string{
		"validate/a query that is wrong in itself is refused",
	}},
}

// dropsCascade still lists the runs of removed jobs.
func dropsCascade(whole storage.Store) storage.Store {
	var mu sync.Mutex
	var left []storage.RunRecord
	return twisted{
		Store: whole,
		commit: func(ctx context.Context, s storage.Store, c storage.Change) error {
			page, _ := s.ListRuns(ctx, storage.RunQuery{JobRef: c.JobRef, Limit: 100})
			err := s.Commit(ctx, c)
			if err == nil && c.Removes() {
				mu.Lock()
				defer mu.Unlock()
				left = append(left, page.Runs...)
			}
			return err
		},
		runs: func(ctx context.Context, s storage.Store, q storage.RunQuery) (storage.RunPage, error) {
			mu.Lock()
			defer mu.Unlock()
			if q.Removed {
				return storage.RunPage{Runs: left[:min(len(left), q.Limit)]}, nil
			}
			page, err := s.ListRuns(ctx, q)
			for _, run := range left {
				if q.JobID == "" && run.OrganizationID == q.OrganizationID {
					page.Runs = append(page.Runs, run)
				}
			}
			return page, err
		},
	}
}

// wakesTheDead still returns the ready runs of a removed job as due.
func wakesTheDead(whole storage.Store) storage.Store {
	var dead []storage.DueItem
	return twisted{
		Store: whole,
		commit: func(ctx context.Context, s storage.Store, c storage.Change) error {
			until := time.Date(9999, time.January, 1, 0, 0, 0, 0, time.UTC)
			page, _ := s.Due(ctx, storage.DueQuery{Kind: storage.DueReady, Until: until, Limit: 1000})
			err := s.Commit(ctx, c)
			for _, item := range page.Items {
				if err == nil && c.Removes() && item.JobRef == c.JobRef {
					dead = append(dead, item)
				}
			}
			return err
		},
		due: func(ctx context.Context, s storage.Store, q storage.DueQuery) (storage.DuePage, error) {
			page, err := s.Due(ctx, q)
			if q.Kind == storage.DueReady {
				page.Items = append(page.Items, dead...)
			}
			return page, err
		},
	}
}

func forgetTombstone(context.Context, storage.Store, storage.JobRef) (storage.TombstoneRecord, error) {
	return storage.TombstoneRecord{}, storage.ErrNotFound
}

// keepsTombstones returns each tombstone that it has seen, even after a sweep.
func keepsTombstones(whole storage.Store) storage.Store {
	var seen sync.Map
	return twisted{
		Store: whole,
		commit: func(ctx context.Context, s storage.Store, c storage.Change) error {
			err := s.Commit(ctx, c)
			if err == nil && c.Removes() {
				seen.Store(c.JobRef, *c.Tombstone)
			}
			return err
		},
		tombstone: func(ctx context.Context, s storage.Store, ref storage.JobRef) (storage.TombstoneRecord, error) {
			tombstone, err := s.Tombstone(ctx, ref)
			if kept, ok := seen.Load(ref); ok && errors.Is(err, storage.ErrNotFound) {
				return kept.(storage.TombstoneRecord), nil
			}
			return tombstone, err
		},
	}
}

// sweeps breaks a store by sweeping in another way.
func sweeps(change func(o *storage.SweepOptions)) func(storage.Store) storage.Store {
	return twist(twisted{sweep: func(ctx context.Context, s storage.Store, o storage.SweepOptions) (int, error) {
		change(&o)
		return s.Sweep(ctx, o)
	}})
}

// sweepOwed removes what the removed job "job" left.
func sweepOwed(ctx context.Context, s storage.Store, o storage.SweepOptions) (int, error) {
	ref := storage.JobRef{OrganizationID: "org-1", JobID: "job"}
	if tombstone, err := s.Tombstone(ctx, ref); err == nil {
		page, _ := s.ListRuns(ctx, storage.RunQuery{JobRef: ref, Removed: true, Limit: 100})
		c := storage.Change{JobRef: ref, OperationID: "erase", At: time.Unix(1, 0), Tombstone: &tombstone}
		for _, r := range page.Runs {
			c.RemoveRuns = append(c.RemoveRuns, storage.RunGuard{ID: r.ID, Revision: r.Revision})
		}
		_ = s.Commit(ctx, c)
	}
	return s.Sweep(ctx, o)
}
