package httpadapter_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/jobstest"
	"github.com/jobledger/jobledger/storage"
)

// epoch is when every test with a clock begins.
var epoch = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// World is an API in a world of jobstest. Its engine takes what comes and says
// nothing.
type World struct {
	*api
	*jobstest.World
	t testing.TB
}

func newWorld(t testing.TB, store storage.Store) *World {
	return newWorldOf(t, store, jobs.Options{}, nil)
}

func newWorldOf(t testing.TB, store storage.Store, service jobs.Options, opts *httpadapter.Options) *World {
	d := directory(t)
	service.Directory = d
	w := &World{t: t, World: jobstest.New(t, &jobstest.Options{Start: epoch, Store: store, Service: service})}
	w.Engine.Silent("")
	w.api = &api{Handler: newHandler(t, httpadapter.New(w.Service, bearer(d), opts), opts), service: w.Service}
	return w
}

// inWorlds runs a test on every store.
func inWorlds(t *testing.T, test func(*testing.T, *World)) {
	for _, s := range stores {
		t.Run(s.name, func(t *testing.T) { test(t, newWorld(t, s.open(t))) })
	}
}

// at has nothing work until a time after the epoch, and then the scheduler look.
func (w *World) at(d time.Duration) {
	w.t.Helper()
	w.Outage(epoch.Add(d).Sub(w.Now()))
	w.Advance(0)
}

// tokens are those of the newest dispatch of each run.
func (w *World) tokens() map[string]string {
	tokens := map[string]string{}
	for _, d := range w.Engine.Dispatched("") {
		tokens[d.Run.ID] = d.Token
	}
	return tokens
}

// start makes a run of a job and has it dispatched.
func (w *World) start(job string) (run string) {
	w.t.Helper()
	run = w.do(w.t, request{to: "POST " + job + "/runs", status: 201}).object(w.t)["id"].(string)
	w.Advance(0)
	require.Contains(w.t, w.tokens(), run)
	return run
}

// report reports on a run with the token of its dispatch.
func (w *World) report(job, run, body string, status int) answer {
	w.t.Helper()
	return w.do(w.t, request{as: w.tokens()[run], to: "POST " + job + "/runs/" + run + "/report", body: body, status: status})
}
