package httpadapter_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
)

// corrupted is a store in which one document cannot be read, once it is chosen:
// a job's, or one of its runs', by ID.
type corrupted struct {
	storage.Store
	id string
}

// garbage is nothing that any version has written.
var garbage = []byte("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")

func (c *corrupted) job(r *storage.JobRecord) {
	if r.JobID == c.id && r.Doc != nil {
		r.Doc = garbage
	}
	if r.LatestRun != nil {
		c.run(r.LatestRun)
	}
}

func (c *corrupted) run(r *storage.RunRecord) {
	if r.ID == c.id {
		r.Doc = garbage
	}
}

func (c *corrupted) Job(ctx context.Context, ref storage.JobRef) (storage.JobRecord, error) {
	r, err := c.Store.Job(ctx, ref)
	c.job(&r)
	return r, err
}

func (c *corrupted) FindJobs(ctx context.Context, q storage.FindQuery) (storage.JobList, error) {
	list, err := c.Store.FindJobs(ctx, q)
	for i := range list.Jobs {
		c.job(&list.Jobs[i].JobRecord)
	}
	return list, err
}

func (c *corrupted) ListJobs(ctx context.Context, q storage.JobQuery) (storage.JobPage, error) {
	page, err := c.Store.ListJobs(ctx, q)
	for i := range page.Jobs {
		c.job(&page.Jobs[i])
	}
	return page, err
}

func (c *corrupted) Run(ctx context.Context, ref storage.JobRef, runID string) (storage.RunRecord, error) {
	r, err := c.Store.Run(ctx, ref, runID)
	c.run(&r)
	return r, err
}

func (c *corrupted) ListRuns(ctx context.Context, q storage.RunQuery) (storage.RunPage, error) {
	page, err := c.Store.ListRuns(ctx, q)
	for i := range page.Runs {
		c.run(&page.Runs[i])
	}
	return page, err
}

// A job whose document cannot be read is left out of lists, and hides nothing
// else. Outsiders are told of it what they are told of one that does not exist.
func TestUnreadableJob(t *testing.T) {
	store := &corrupted{Store: memory.New()}
	a := newAPI(t, store, nil)
	good, bad := a.create(t, "good"), a.create(t, "bad")
	run := a.do(t, request{to: "POST /workloads/jobs/" + good + "/runs", status: 201}).object(t)["id"].(string)
	store.id = bad
	for _, to := range []string{"/me/jobs", "/workloads/jobs", "/workloads/teams/TEAMB/jobs", "/workloads/clusters/" + cluster + "/jobs", "/me/jobs?sortBy=jobKey"} {
		_, keys := a.page(t, "GET "+to)
		require.Equal(t, "good", keys, to)
	}
	require.Equal(t, []string{run}, walkRuns(t, a, viewer, "/me/jobs/runs", 100, func() {}))
	a.do(t, request{to: "GET /workloads/jobs/" + good, status: 200})
	a.do(t, request{to: "GET /workloads/jobs/" + bad, status: 500, code: "internal"})
	for _, route := range httpadapter.Routes() {
		if !strings.Contains(route.Pattern, "{job}") {
			continue
		}
		for _, as := range []string{ungranted, stranger} {
			ask := func(id string) answer {
				return a.do(t, request{as: as, to: route.Method + " " + pathOf(route.Pattern, id), body: allowed[route.Name].body, status: 404})
			}
			hidden, absent := ask(bad), ask("ZZZZZZZZZZ")
			require.Equal(t, absent.Body.String(), hidden.Body.String())
			require.Empty(t, cmp.Diff(absent.Header(), hidden.Header()))
		}
	}
}

// So is a run; its job shows everything else.
func TestUnreadableRun(t *testing.T) {
	store := &corrupted{Store: memory.New()}
	a := newAPI(t, store, nil)
	job := "/workloads/jobs/" + a.create(t, "job")
	runs := make([]string, 3)
	for i := range runs {
		runs[i] = a.do(t, request{to: "POST " + job + "/runs", body: `{"hold":true}`, status: 201}).object(t)["id"].(string)
	}
	for i, bad := range runs {
		store.id = bad
		readable := slices.Delete(slices.Clone(runs), i, i+1)
		slices.Reverse(readable)
		for _, to := range []string{"/me/jobs/runs", job + "/runs"} {
			require.Equal(t, readable, walkRuns(t, a, owner, to, 2, func() {}), to)
		}
		a.page(t, "GET /me/jobs")
		a.do(t, request{to: "GET " + job, status: 200})
		a.do(t, request{to: "GET " + job + "/runs/" + bad, status: 500, code: "internal"})
		a.do(t, request{as: stranger, to: "GET " + job + "/runs/" + bad, status: 404})
	}
}
