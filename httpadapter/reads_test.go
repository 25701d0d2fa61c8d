package httpadapter_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
)

// counted is a store that counts reads and commits.
type counted struct {
	storage.Store
	reads, commits atomic.Int64
}

func (c *counted) Commit(ctx context.Context, change storage.Change) error {
	c.commits.Add(1)
	return c.Store.Commit(ctx, change)
}

func (c *counted) Job(ctx context.Context, ref storage.JobRef) (storage.JobRecord, error) {
	c.reads.Add(1)
	return c.Store.Job(ctx, ref)
}

func (c *counted) FindJobs(ctx context.Context, q storage.FindQuery) (storage.JobList, error) {
	c.reads.Add(1)
	return c.Store.FindJobs(ctx, q)
}

func (c *counted) ListJobs(ctx context.Context, q storage.JobQuery) (storage.JobPage, error) {
	c.reads.Add(1)
	return c.Store.ListJobs(ctx, q)
}

func (c *counted) Draft(ctx context.Context, ref storage.JobRef) (storage.VersionRecord, error) {
	c.reads.Add(1)
	return c.Store.Draft(ctx, ref)
}

func (c *counted) Version(ctx context.Context, ref storage.JobRef, number int) (storage.VersionRecord, error) {
	c.reads.Add(1)
	return c.Store.Version(ctx, ref, number)
}

func (c *counted) ListVersions(ctx context.Context, q storage.VersionQuery) (storage.VersionPage, error) {
	c.reads.Add(1)
	return c.Store.ListVersions(ctx, q)
}

func (c *counted) Run(ctx context.Context, ref storage.JobRef, id string) (storage.RunRecord, error) {
	c.reads.Add(1)
	return c.Store.Run(ctx, ref, id)
}

func (c *counted) ListRuns(ctx context.Context, q storage.RunQuery) (storage.RunPage, error) {
	c.reads.Add(1)
	return c.Store.ListRuns(ctx, q)
}

func (c *counted) ListTicks(ctx context.Context, q storage.TickQuery) (storage.TickPage, error) {
	c.reads.Add(1)
	return c.Store.ListTicks(ctx, q)
}

func (c *counted) ListEvents(ctx context.Context, q storage.EventQuery) (storage.EventPage, error) {
	c.reads.Add(1)
	return c.Store.ListEvents(ctx, q)
}

func (c *counted) Tombstone(ctx context.Context, ref storage.JobRef) (storage.TombstoneRecord, error) {
	c.reads.Add(1)
	return c.Store.Tombstone(ctx, ref)
}

// A request of any kind costs ten reads of the store at most, and one commit,
// whoever asks and however much there is that he may not see.
func TestReadsOfARequest(t *testing.T) {
	store := &counted{Store: memory.New()}
	a := newAPI(t, store, nil)
	const many = 120
	for n := range many {
		job := a.create(t, fmt.Sprint("job-", n))
		for range 20 {
			a.do(t, request{to: "POST /workloads/jobs/" + job + "/runs", body: `{"hold":true}`, status: 201})
		}
	}
	most := map[string]int64{}
	for _, route := range httpadapter.Routes() {
		ask, listed := allowed[route.Name]
		require.True(t, listed, route.Name)
		for n, as := range []string{owner, viewer, ungranted, stranger, "-"} {
			job := a.create(t, fmt.Sprint(route.Name, n))
			run := a.arrange(t, job, route.Name)
			store.reads.Store(0)
			store.commits.Store(0)
			body := ask.body
			if route.Name == "createJob" {
				body = jobBody(fmt.Sprint("new-", n))
			}
			to := route.Method + " " + pathOf(route.Pattern, job, run)
			w := record(a, newRequest(request{as: as, to: to, body: body}))
			require.Less(t, w.Code, 500, to)
			if route.Name == "listFires" {
				continue // is about the ticks of all jobs, and bounded by their number
			}
			require.LessOrEqual(t, store.reads.Load(), int64(10), "%s by %s", to, as)
			require.LessOrEqual(t, store.commits.Load(), int64(1), "%s by %s", to, as)
			most[route.Name] = max(most[route.Name], store.reads.Load())
		}
	}
	highest, name := int64(0), ""
	for route, reads := range most {
		if reads > highest || reads == highest && route < name {
			highest, name = reads, route
		}
	}
	t.Logf("%d operations for 5 callers among %d jobs of 20 runs: %d reads at most, of %s", len(most), many, highest, name)
}
