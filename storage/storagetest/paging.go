package storagetest

import (
	"context"
	"errors"
	"fmt"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

// plenty is a limit above anything that a case stores.
const plenty = 100_000

// errStuck is of a list that says that there is more, and does not get there.
var errStuck = errors.New("the pages of a list do not come to an end")

// gather puts pages together until there are limit records, or no more pages.
// next asks for a page of up to so many records.
func gather[R any](limit int, next func(limit int) (records []R, more bool, err error)) ([]R, error) {
	var all []R
	for range plenty {
		ask := min(limit-len(all), storage.MaxLimit)
		records, more, err := next(ask)
		if err != nil {
			return all, err
		}
		if len(records) > ask {
			return all, fmt.Errorf("%d records on a page of %d", len(records), ask)
		}
		all = append(all, records...)
		if !more || len(all) == limit {
			return all, nil
		}
	}
	return all, errStuck
}

// listJobs returns up to q.Limit jobs, over as many pages as it takes, and the
// total that the first page tells.
func listJobs(ctx context.Context, s storage.Store, q storage.JobQuery) (storage.JobPage, error) {
	first := true
	var whole storage.JobPage
	var err error
	whole.Jobs, err = gather(q.Limit, func(limit int) ([]storage.JobRecord, bool, error) {
		q.Limit = limit
		page, err := s.ListJobs(ctx, q)
		if first {
			whole.Total, first = page.Total, false
		}
		whole.More = page.More
		if n := len(page.Jobs); n > 0 && q.After != nil {
			last := page.Jobs[n-1]
			q.After = &storage.JobPosition{CreatedAt: last.CreatedAt, Key: last.Key, JobID: last.JobID}
		}
		q.Offset += len(page.Jobs)
		return page.Jobs, page.More, err
	})
	return whole, err
}

// listVersions returns up to q.Limit versions, over as many pages as it takes.
func listVersions(ctx context.Context, s storage.Store, q storage.VersionQuery) (storage.VersionPage, error) {
	var whole storage.VersionPage
	var err error
	whole.Versions, err = gather(q.Limit, func(limit int) ([]storage.VersionRecord, bool, error) {
		q.Limit = limit
		page, err := s.ListVersions(ctx, q)
		whole.Total, whole.More = page.Total, page.More
		q.Offset += len(page.Versions)
		return page.Versions, page.More, err
	})
	return whole, err
}

// listRuns returns up to q.Limit runs, over as many pages as it takes.
func listRuns(ctx context.Context, s storage.Store, q storage.RunQuery) ([]storage.RunRecord, error) {
	return gather(q.Limit, func(limit int) ([]storage.RunRecord, bool, error) {
		q.Limit = limit
		page, err := s.ListRuns(ctx, q)
		if err == nil && page.More && page.Next == q.After {
			return nil, false, errStuck
		}
		q.After = page.Next
		return page.Runs, page.More, err
	})
}

// listTicks returns up to q.Limit ticks, over as many pages as it takes.
func listTicks(ctx context.Context, s storage.Store, q storage.TickQuery) ([]storage.TickRecord, error) {
	return gather(q.Limit, func(limit int) ([]storage.TickRecord, bool, error) {
		q.Limit = limit
		page, err := s.ListTicks(ctx, q)
		if n := len(page.Ticks); n > 0 {
			q.Before = page.Ticks[n-1].NominalAt
		}
		return page.Ticks, page.More, err
	})
}

// listEvents returns up to q.Limit events, over as many pages as it takes, and
// the ends of the journal that the first page tells.
func listEvents(ctx context.Context, s storage.Store, q storage.EventQuery) (storage.EventPage, error) {
	first := true
	var whole storage.EventPage
	var err error
	whole.Events, err = gather(q.Limit, func(limit int) ([]storage.EventRecord, bool, error) {
		q.Limit = limit
		page, err := s.ListEvents(ctx, q)
		if first {
			whole.Oldest, whole.Newest, first = page.Oldest, page.Newest, false
		}
		whole.More = page.More
		if n := len(page.Events); n > 0 && q.Ascending {
			q.After = page.Events[n-1].Seq
		} else if n > 0 {
			q.Before = page.Events[n-1].Seq
		}
		return page.Events, page.More, err
	})
	return whole, err
}

// listDue returns up to q.Limit items, over as many pages as it takes, with
// what the last page tells beside them.
func listDue(ctx context.Context, s storage.Store, q storage.DueQuery) (storage.DuePage, error) {
	var last storage.DuePage
	items, err := gather(q.Limit, func(limit int) ([]storage.DueItem, bool, error) {
		q.Limit = limit
		page, err := s.Due(ctx, q)
		if err == nil && page.More && page.After == q.After {
			return nil, false, errStuck
		}
		last, q.After = page, page.After
		return page.Items, page.More, err
	})
	last.Items = items
	return last, err
}

// list asks for jobs; the call must succeed.
func (p *probe) list(q storage.JobQuery) storage.JobPage {
	p.Helper()
	page, err := listJobs(p.ctx, p.store, q)
	require.NoError(p, err, "list jobs: %+v", q)
	return page
}

// versions asks for versions; the call must succeed.
func (p *probe) versions(q storage.VersionQuery) storage.VersionPage {
	p.Helper()
	page, err := listVersions(p.ctx, p.store, q)
	require.NoError(p, err, "list versions: %+v", q)
	return page
}

// runs asks for runs; the call must succeed.
func (p *probe) runs(q storage.RunQuery) []storage.RunRecord {
	p.Helper()
	runs, err := listRuns(p.ctx, p.store, q)
	require.NoError(p, err, "list runs: %+v", q)
	return runs
}

// ticks asks for ticks; the call must succeed.
func (p *probe) ticks(q storage.TickQuery) []storage.TickRecord {
	p.Helper()
	ticks, err := listTicks(p.ctx, p.store, q)
	require.NoError(p, err, "list ticks: %+v", q)
	return ticks
}

// events asks for events; the call must succeed.
func (p *probe) events(q storage.EventQuery) storage.EventPage {
	p.Helper()
	page, err := listEvents(p.ctx, p.store, q)
	require.NoError(p, err, "list events: %+v", q)
	return page
}

// due asks for what is due; the call must succeed.
func (p *probe) due(q storage.DueQuery) storage.DuePage {
	p.Helper()
	page, err := listDue(p.ctx, p.store, q)
	require.NoError(p, err, "due: %+v", q)
	return page
}
