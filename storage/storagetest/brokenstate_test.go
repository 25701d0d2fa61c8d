package storagetest_test

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jobledger/jobledger/storage"
)

var brokenJournals = []broken{
	{"numbers events by their pages", twist(twisted{events: renumber}), []string{
		"events/events are read from either end, between two numbers, page by page",
	}},
	{"leaves gaps in the numbers", twist(twisted{events: func(ctx context.Context, s storage.Store, q storage.EventQuery) (storage.EventPage, error) {
		page, err := s.ListEvents(ctx, q)
		for i := range page.Events {
			page.Events[i].Seq *= 2
		}
		return page, err
	}}), []string{
		"events/events are numbered in the order of commits, without gaps",
	}},
	{"filters a page of events by job", twist(twisted{events: filterEvents}), []string{
		"events/a job's events are found among all",
	}},
	{"shows an event after the one behind it", showsLate, []string{
		"events/no event comes below a number that was shown",
	}},
	{"erases the newest event", erasesNewest, []string{
		"events/the newest event is never erased",
	}},
	{"erases events without being asked", sweeps(func(o *storage.SweepOptions) {
		if o.EventsBefore.IsZero() {
			o.EventsBefore = time.Date(9999, time.January, 1, 0, 0, 0, 0, time.UTC)
		}
	}), []string{
		"events/a sweep without an age erases no event",
		"sweep/sweeping erases nothing of what lives",
	}},
	{"keeps events for ever", sweeps(func(o *storage.SweepOptions) { o.EventsBefore = time.Time{} }), []string{
		"events/events are erased by age, oldest first, in steps up to the limit",
	}},
	{"forgets the events of removed jobs", forgetsEvents, []string{
		"events/events outlive their job",
	}},
}

var brokenRemovals = []broken{
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
	{"says too early that all is erased", twist(twisted{sweep: func(ctx context.Context, s storage.Store, o storage.SweepOptions) (int, error) {
		erased, err := s.Sweep(ctx, o)
		return erased / 2, err
	}}), []string{
		"sweep/sweeping goes in steps up to the limit, to an end",
	}},
	{"sweeps without a limit", sweeps(func(o *storage.SweepOptions) { o.Limit = max(1, o.Limit) }), []string{
		"validate/a query that is wrong in itself is refused",
	}},
}

// sharesReads returns the same job to whoever reads the same revision.
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

// readsStale answers every other read of a job from the one before.
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

// dropsCascade goes on listing the runs of jobs that were removed.
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

// wakesTheDead goes on returning the runs of a removed job that were ready.
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

// goesBack tells the At of the last commit for the store's time.
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

func forgetTombstone(context.Context, storage.Store, storage.JobRef) (storage.TombstoneRecord, error) {
	return storage.TombstoneRecord{}, storage.ErrNotFound
}

// keepsTombstones returns a tombstone that it has seen for ever.
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
			if kept, ok := seen.Load(ref); ok && err != nil {
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

// renumber numbers the events of a page from 1.
func renumber(ctx context.Context, s storage.Store, q storage.EventQuery) (storage.EventPage, error) {
	page, err := s.ListEvents(ctx, q)
	for i := range page.Events {
		page.Events[i].Seq = int64(i) + 1
	}
	return page, err
}

func filterEvents(ctx context.Context, s storage.Store, q storage.EventQuery) (storage.EventPage, error) {
	job := q.JobID
	q.JobID = ""
	page, err := s.ListEvents(ctx, q)
	page.Events = slices.DeleteFunc(page.Events, func(e storage.EventRecord) bool { return job != "" && e.JobID != job })
	return page, err
}

// showsLate shows the last event but one of a page a read later.
func showsLate(whole storage.Store) storage.Store {
	var reads atomic.Int64
	return twisted{Store: whole, events: func(ctx context.Context, s storage.Store, q storage.EventQuery) (storage.EventPage, error) {
		page, err := s.ListEvents(ctx, q)
		if n := len(page.Events); n > 1 && reads.Add(1)%2 == 1 {
			page.Events = slices.Delete(page.Events, n-2, n-1)
		}
		return page, err
	}}
}

// erasesNewest shows no event from before the last sweep.
func erasesNewest(whole storage.Store) storage.Store {
	var before atomic.Pointer[time.Time]
	return twisted{
		Store: whole,
		events: func(ctx context.Context, s storage.Store, q storage.EventQuery) (storage.EventPage, error) {
			page, err := s.ListEvents(ctx, q)
			if at := before.Load(); at != nil {
				page.Events = slices.DeleteFunc(page.Events, func(e storage.EventRecord) bool { return e.At.Before(*at) })
			}
			return page, err
		},
		sweep: func(ctx context.Context, s storage.Store, o storage.SweepOptions) (int, error) {
			before.Store(&o.EventsBefore)
			return s.Sweep(ctx, o)
		},
	}
}

func forgetsEvents(whole storage.Store) storage.Store {
	return twisted{Store: whole, events: func(ctx context.Context, s storage.Store, q storage.EventQuery) (storage.EventPage, error) {
		page, err := s.ListEvents(ctx, q)
		if _, gone := s.Job(ctx, storage.JobRef{OrganizationID: q.OrganizationID, JobID: q.JobID}); q.JobID != "" && gone != nil {
			page.Events = nil
		}
		return page, err
	}}
}
