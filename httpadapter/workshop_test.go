package httpadapter_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/testclock"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
)

// epoch is when every test with a clock begins.
var epoch = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// engine is a dispatcher that takes everything and remembers the tokens.
type engine struct {
	mu     sync.Mutex
	tokens map[string]string // of the newest dispatch, by run ID
	asked  []string
	err    error // what Dispatch returns
}

func (e *engine) Dispatch(_ context.Context, d jobs.Dispatch) error {
	e.mu.Lock()
	e.tokens[d.Run.ID] = d.Token
	e.mu.Unlock()
	return errors.Join(e.note("dispatch"), e.err)
}

func (e *engine) Cancel(context.Context, jobs.RunRef) error  { return e.note("cancel") }
func (e *engine) Cleanup(context.Context, jobs.RunRef) error { return e.note("cleanup") }

func (e *engine) note(what string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.asked = append(e.asked, what)
	return nil
}

// workshop is an API with a scheduler that is stepped by hand.
type workshop struct {
	*api
	t         testing.TB
	store     storage.Store
	clock     *testclock.Clock
	engine    *engine
	scheduler *jobs.Scheduler
}

func newWorkshop(t testing.TB, store storage.Store) *workshop {
	return newWorkshopWith(t, store, jobs.Hooks{})
}

func newWorkshopWith(t testing.TB, store storage.Store, hooks jobs.Hooks) *workshop {
	c := testclock.At(epoch)
	w := &workshop{
		api: newAPIOn(t, jobs.Options{Now: c.Now, Hooks: hooks}, store, nil), t: t, store: store,
		clock: c, engine: &engine{tokens: map[string]string{}},
	}
	w.scheduler = jobs.NewScheduler(w.service, w.engine, nil)
	return w
}

// inWorkshops runs a test on every store.
func inWorkshops(t *testing.T, test func(*testing.T, *workshop)) {
	for _, s := range stores {
		t.Run(s.name, func(t *testing.T) { test(t, newWorkshop(t, s.open(t))) })
	}
}

// at moves the clock to a time after the epoch and lets the scheduler work
// until nothing is due.
func (w *workshop) at(d time.Duration) {
	w.t.Helper()
	w.clock.Advance(epoch.Add(d).Sub(w.clock.Now()))
	for range 10 {
		next, err := w.scheduler.Tick(w.t.Context())
		require.NoError(w.t, err)
		if next.IsZero() || next.After(w.clock.Now()) {
			if !w.due() {
				return
			}
		}
	}
	w.t.Fatal("the scheduler does not come to rest")
}

// due is whether anything is due now, but for runs that are watched and those
// that the engine does not take.
func (w *workshop) due() bool {
	for _, kind := range []storage.DueKind{storage.DueJobs, storage.DueDebts, storage.DueTombstones} {
		page, err := w.store.Due(w.t.Context(), storage.DueQuery{Kind: kind, Until: w.clock.Now(), Limit: 1})
		require.NoError(w.t, err)
		if len(page.Items) > 0 {
			return true
		}
	}
	return false
}

// start makes a run of a job and has it dispatched.
func (w *workshop) start(job string) (run string) {
	w.t.Helper()
	run = w.do(w.t, request{to: "POST " + job + "/runs", status: 201}).object(w.t)["id"].(string)
	w.at(w.clock.Now().Sub(epoch))
	require.Contains(w.t, w.engine.tokens, run)
	return run
}

// report reports on a run with the token of its dispatch.
func (w *workshop) report(job, run, body string, status int) answer {
	w.t.Helper()
	return w.do(w.t, request{as: w.engine.tokens[run], to: "POST " + job + "/runs/" + run + "/report", body: body, status: status})
}
