package transfer

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// stream is the records of a list, read page after page.
type stream[R any] = iter.Seq2[R, error]

// paged returns the records of pages. next reads the next page, and reports
// whether there are more.
func paged[R any](what string, next func() (page []R, more bool, err error)) stream[R] {
	return func(yield func(R, error) bool) {
		for more := true; more; {
			var page []R
			var err error
			if page, more, err = next(); err != nil {
				var none R
				yield(none, failed("list "+what, err))
				return
			}
			for _, record := range page {
				if !yield(record, nil) {
					return
				}
			}
		}
	}
}

// none is a list of nothing.
func none[R any](func(R, error) bool) {}

// merge reads two lists of the same order, and visits each record with the
// equal one of the other list; nil when there is none.
func merge[R any](a, b stream[R], order func(a, b *R) int, visit func(a, b *R) error) error {
	nextA, stopA := iter.Pull2(a)
	defer stopA()
	nextB, stopB := iter.Pull2(b)
	defer stopB()
	pull := func(next func() (R, error, bool)) (*R, error) {
		record, err, ok := next()
		if err != nil || !ok {
			return nil, err
		}
		return &record, nil
	}
	one, err := pull(nextA)
	if err != nil {
		return err
	}
	other, err := pull(nextB)
	for err == nil && (one != nil || other != nil) {
		position := 0
		switch {
		case other == nil:
			position = -1
		case one == nil:
			position = 1
		default:
			position = order(one, other)
		}
		var x, y *R
		if position <= 0 {
			x = one
		}
		if position >= 0 {
			y = other
		}
		err = visit(x, y)
		if err == nil && x != nil {
			one, err = pull(nextA)
		}
		if err == nil && y != nil {
			other, err = pull(nextB)
		}
	}
	return err
}

func byCreation(a, b *storage.JobRecord) int {
	return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.JobID, b.JobID))
}

func byNumber(a, b *storage.VersionRecord) int { return cmp.Compare(a.Number, b.Number) }

func byRunNumber(a, b *storage.RunRecord) int { return cmp.Compare(a.Number, b.Number) }

func newestFirst(a, b *storage.TickRecord) int { return b.NominalAt.Compare(a.NominalAt) }

func bySeq(a, b *storage.EventRecord) int { return cmp.Compare(a.Seq, b.Seq) }

// jobsOf lists an organization's jobs by creation, without their latest runs.
func jobsOf(ctx context.Context, store storage.Store, organization string) stream[storage.JobRecord] {
	query := storage.JobQuery{OrganizationID: organization, AllTeams: true, Limit: storage.MaxLimit}
	return paged("jobs", func() ([]storage.JobRecord, bool, error) {
		page, err := store.ListJobs(ctx, query)
		for i := range page.Jobs {
			job := &page.Jobs[i]
			job.LatestRun = nil
			query.After = &storage.JobPosition{CreatedAt: job.CreatedAt, JobID: job.JobID}
		}
		return page.Jobs, page.More, err
	})
}

func versionsOf(ctx context.Context, store storage.Store, ref storage.JobRef) stream[storage.VersionRecord] {
	if store == nil {
		return none[storage.VersionRecord]
	}
	query := storage.VersionQuery{JobRef: ref, Limit: storage.MaxLimit}
	return paged("versions of job "+ref.JobID, func() ([]storage.VersionRecord, bool, error) {
		page, err := store.ListVersions(ctx, query)
		query.Offset += len(page.Versions)
		return page.Versions, page.More, err
	})
}

// runsOf lists the runs of a job by number, or those that a removed job left.
func runsOf(ctx context.Context, store storage.Store, ref storage.JobRef, removed bool) stream[storage.RunRecord] {
	if store == nil {
		return none[storage.RunRecord]
	}
	query := storage.RunQuery{JobRef: ref, Ascending: true, Removed: removed, Limit: storage.MaxLimit}
	return paged("runs of job "+ref.JobID, func() ([]storage.RunRecord, bool, error) {
		page, err := store.ListRuns(ctx, query)
		query.After = page.Next
		return page.Runs, page.More, err
	})
}

func ticksOf(ctx context.Context, store storage.Store, ref storage.JobRef) stream[storage.TickRecord] {
	if store == nil {
		return none[storage.TickRecord]
	}
	query := storage.TickQuery{JobRef: ref, Limit: storage.MaxLimit}
	return paged("ticks of job "+ref.JobID, func() ([]storage.TickRecord, bool, error) {
		page, err := store.ListTicks(ctx, query)
		if n := len(page.Ticks); n > 0 {
			query.Before = page.Ticks[n-1].NominalAt
		}
		return page.Ticks, page.More, err
	})
}

func eventsOf(ctx context.Context, store storage.Store, organization string) stream[storage.EventRecord] {
	query := storage.EventQuery{OrganizationID: organization, Ascending: true, Limit: storage.MaxLimit}
	return paged("events", func() ([]storage.EventRecord, bool, error) {
		page, err := store.ListEvents(ctx, query)
		if n := len(page.Events); n > 0 {
			query.After = page.Events[n-1].Seq
		}
		return page.Events, page.More, err
	})
}

// tombstonesOf returns the tombstones of an organization that have a wake time,
// by job ID.
func tombstonesOf(ctx context.Context, store storage.Store, organization string) (map[string]storage.TombstoneRecord, error) {
	found := map[string]storage.TombstoneRecord{}
	query := storage.DueQuery{
		Kind: storage.DueTombstones, Until: time.Date(9999, time.December, 31, 0, 0, 0, 0, time.UTC), Limit: storage.MaxLimit,
	}
	due := paged("tombstones", func() ([]storage.DueItem, bool, error) {
		page, err := store.Due(ctx, query)
		query.After = page.After
		return page.Items, page.More, err
	})
	for item, err := range due {
		if err != nil {
			return nil, err
		}
		if item.OrganizationID != organization {
			continue
		}
		record, err := store.Tombstone(ctx, item.JobRef)
		switch {
		case errors.Is(err, storage.ErrNotFound):
		case err != nil:
			return nil, failed("read the tombstone of job "+item.JobID, err)
		default:
			found[item.JobID] = record
		}
	}
	return found, nil
}
