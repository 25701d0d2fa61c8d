package jobs_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/versions"
)

// ear notes what hooks hear, a line each, of those that it listens to.
type ear struct {
	mu    sync.Mutex
	lines []string
}

func (e *ear) note(format string, args ...any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.lines = append(e.lines, fmt.Sprintf(format, args...))
}

// take returns what was heard since it was last called.
func (e *ear) take() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	lines := e.lines
	e.lines = nil
	return lines
}

// events are hooks that note runs, ticks and lost leases.
func (e *ear) events() jobs.Hooks {
	return jobs.Hooks{
		Run:       func(kind jobs.EventKind, r jobs.Run) { e.note("%s %s %d", kind, r.Trigger, r.Number) },
		LeaseLost: func(r jobs.Run) { e.note("lost %d: %s", r.Number, r.Status) },
		Tick:      func(t jobs.Tick) { e.note("tick %s %s %d", t.Verdict, t.Reason, t.Count) },
	}
}

// operations are hooks that note each operation but those of the store's reads.
func (e *ear) operations() jobs.Hooks {
	return jobs.Hooks{Begin: func(_ context.Context, o jobs.Operation) (context.Context, func(error)) {
		return nil, func(err error) {
			if !strings.HasPrefix(o.Name, "store.") || o.Name == "store.Commit" {
				e.note("%s %t %v", o.Name, o.Run.RunID != "", err)
			}
		}
	}}
}

func TestHooksHearOfRunsAndTicks(t *testing.T) {
	var e ear
	w := newWorld(t, &jobs.Options{Hooks: e.events()})
	job := w.create("job", scheduled("@hourly", schedule.ConcurrencySkip, ""), func(j *jobs.NewJob) {
		j.Retry = versions.Retry{MaxAttempts: 2, BackoffSeconds: 1}
	})
	require.Empty(t, e.take())

	w.at(time.Hour)
	require.Equal(t, []string{"tick fired  1", "run.created schedule 1"}, e.take())
	run := w.engine.dispatched[0].Run.ID
	w.report(run, jobs.Report{Status: jobs.RunRunning})
	require.Equal(t, []string{"run.started schedule 1"}, e.take())
	w.report(run, jobs.Report{Status: jobs.RunRunning})
	require.Empty(t, e.take(), "a heartbeat")
	w.report(run, jobs.Report{Status: jobs.RunFailed})
	require.ElementsMatch(t, []string{"run.failed schedule 1", "run.created retry 2"}, e.take())

	w.Advance(5 * time.Second)
	w.report(w.engine.dispatched[1].Run.ID, jobs.Report{Status: jobs.RunSucceeded, RunnerExecution: time.Second})
	require.Equal(t, []string{"run.succeeded retry 2", "run.started retry 2"}, e.take(), "known with the end")
	w.Advance(time.Minute)
	require.Empty(t, e.take(), "cleanups are no news")

	made, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{Hold: true})
	require.NoError(t, err)
	_, err = w.CancelRun(w.ctx, w.Actor, job.ID, made.ID)
	require.NoError(t, err)
	require.Equal(t, []string{"run.created manual 3", "run.cancelled manual 3"}, e.take())
	w.at(5 * time.Hour)
	require.Equal(t, []string{"tick coalesced policy 3", "tick fired  1", "run.created schedule 4"}, e.take())
}

func TestHooksHearOfLostLeases(t *testing.T) {
	var e ear
	w := newWorld(t, &jobs.Options{Hooks: jobs.Hooks{LeaseLost: e.events().LeaseLost}})
	job := w.create("job", scheduled("@hourly", "", ""))
	w.at(time.Hour)
	w.Advance(3 * time.Minute)
	require.Equal(t, []string{"lost 1: ready"}, e.take(), "no report ever came")
	w.report(w.runs(job.ID)[0].ID, jobs.Report{Status: jobs.RunRunning})
	w.Advance(3 * time.Minute)
	require.Equal(t, []string{"lost 1: failed"}, e.take())
}

func TestHooksHearOfOperations(t *testing.T) {
	var e ear
	w := newWorld(t, &jobs.Options{Hooks: e.operations()})
	w.create("job", scheduled("@hourly", "", ""))
	require.Equal(t, []string{"store.Commit false <nil>", "commit false <nil>"}, e.take())
	busy := true
	w.engine.answer = func() error {
		if busy {
			return jobs.ErrEngineBusy
		}
		return nil
	}
	w.at(time.Hour)
	require.Subset(t, e.take(), []string{
		"settle false <nil>", "commit false <nil>", "dispatch true jobs: the engine takes no run now",
	})
	busy = false
	w.Advance(10 * time.Second)
	require.Contains(t, e.take(), "dispatch true <nil>")
	w.report(w.engine.dispatched[0].Run.ID, jobs.Report{Status: jobs.RunSucceeded})
	require.Contains(t, e.take(), "report true <nil>")
	w.Advance(time.Minute)
	require.Contains(t, e.take(), "cleanup true <nil>")
}

func TestHooksHearOfLooks(t *testing.T) {
	var e ear
	hooks := jobs.Hooks{Look: func(l jobs.Look) {
		if l.Kind == "ticks" {
			e.note("%s found %d behind %s err %t", l.At.Format("15:04"), l.Found, l.Behind, l.Err != nil)
		}
	}}
	w := newWorld(t, &jobs.Options{Hooks: hooks})
	w.create("job", scheduled("@hourly", "", ""))
	w.Outage(time.Hour + 30*time.Second)
	_, err := w.Scheduler.Tick(w.ctx)
	require.NoError(t, err)
	require.Equal(t, []string{"13:00 found 1 behind 30s err false"}, e.take())
	_, err = w.Scheduler.Tick(w.ctx)
	require.NoError(t, err)
	require.Equal(t, []string{"13:00 found 0 behind 0s err false"}, e.take())
	ctx, cancel := context.WithCancel(w.ctx)
	cancel()
	_, err = w.Scheduler.Tick(ctx)
	require.Error(t, err)
	require.Equal(t, []string{"13:00 found 0 behind 0s err true"}, e.take())
}

// The queue is what schedulers and engines work on: not what waits for people.
func TestHooksHearOfTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var queue map[jobs.RunStatus]int
		var mu sync.Mutex
		opts := jobs.Options{Hooks: jobs.Hooks{Queue: func(runs map[jobs.RunStatus]int) {
			mu.Lock()
			defer mu.Unlock()
			queue = runs
		}}, Runs: jobs.RunOptions{Lease: time.Hour, DispatchBackoff: time.Hour}}
		w := newWorld(t, &opts)
		opts.Now = time.Now
		w.Service = jobs.NewService(w.store, &opts)
		full := &engine{}
		full.answer = func() error {
			if len(full.dispatched) > 2 {
				return jobs.ErrEngineBusy
			}
			return nil
		}
		job := w.create("job")
		for _, n := range []jobs.NewRun{{}, {}, {}, {Hold: true}, {RunAt: time.Now().Add(time.Hour)}} {
			_, err := w.CreateRun(w.ctx, w.Actor, job.ID, n)
			require.NoError(t, err)
		}
		ctx, stop := context.WithCancel(t.Context())
		var scheduling sync.WaitGroup
		scheduler := jobs.NewScheduler(w.Service, full, nil)
		scheduling.Go(func() { _ = scheduler.Run(ctx) })
		<-time.After(10 * time.Second) // in the bubble
		full.mu.Lock()
		d := full.dispatched[0]
		full.mu.Unlock()
		_, err := w.ReportRun(w.ctx, job.ID, d.Run.ID, d.Token, jobs.Report{Status: jobs.RunRunning})
		require.NoError(t, err)
		<-time.After(10 * time.Second)
		stop()
		scheduling.Wait()
		require.Equal(t, map[jobs.RunStatus]int{
			jobs.RunPending: 1, jobs.RunReady: 1, jobs.RunStarting: 1, jobs.RunRunning: 1,
		}, queue)
	})
}

// Whatever hooks do, the work goes on, and the log does not fill.
func TestAPanicOfAHookBreaksNothing(t *testing.T) {
	for name, hooks := range map[string]jobs.Hooks{
		"panic": {
			Begin:     func(context.Context, jobs.Operation) (context.Context, func(error)) { panic("boom") },
			Trace:     func(context.Context) jobs.TraceContext { panic("boom") },
			Run:       func(jobs.EventKind, jobs.Run) { panic("boom") },
			LeaseLost: func(jobs.Run) { panic("boom") },
			Tick:      func(jobs.Tick) { panic("boom") },
			Look:      func(jobs.Look) { panic("boom") },
		},
		"panic at the end": {Begin: func(ctx context.Context, _ jobs.Operation) (context.Context, func(error)) {
			return ctx, func(error) { panic("boom") }
		}},
		"return nothing": {Begin: func(context.Context, jobs.Operation) (context.Context, func(error)) { return nil, nil }},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			w := newWorld(t, &jobs.Options{Hooks: hooks, Logger: slog.New(slog.NewTextHandler(&log, nil))})
			job := w.create("job", scheduled("@hourly", "", ""))
			w.at(time.Hour)
			w.Advance(3 * time.Minute)
			w.report(w.runs(job.ID)[0].ID, jobs.Report{Status: jobs.RunSucceeded})
			require.Equal(t, []jobs.RunStatus{jobs.RunSucceeded}, w.statuses(job.ID))
			require.Equal(t, strings.HasPrefix(name, "panic"), strings.Contains(log.String(), "boom"))
			require.Less(t, strings.Count(log.String(), "boom"), 15)
		})
	}
}

// A store's error reaches the hook as it is.
func TestHooksHearWhyTheStoreFailed(t *testing.T) {
	var heard error
	w := newWorld(t, &jobs.Options{Hooks: jobs.Hooks{Begin: func(_ context.Context, o jobs.Operation) (context.Context, func(error)) {
		return nil, func(err error) {
			if o.Name == "store.Job" {
				heard = err
			}
		}
	}}})
	_, err := w.Job(w.ctx, w.Actor, "NONE")
	require.ErrorIs(t, err, jobs.ErrNotFound)
	require.ErrorIs(t, heard, storage.ErrNotFound)
}
