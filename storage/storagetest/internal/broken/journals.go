package broken

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/jobledger/jobledger/storage"
)

var journals = []Store{
	{"numbers events by their pages", twist(twisted{events: renumber}), []string{
		"events/events are read from either end, between two numbers, page by page",
	}},
	{"leaves gaps in the numbers", twist(twisted{events: func(
		ctx context.Context, s storage.Store, q storage.EventQuery,
	) (storage.EventPage, error) {
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

// showsLate leaves the last event but one out of a page, and shows it at the next read.
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

// erasesNewest shows no event that was written before the last sweep.
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
