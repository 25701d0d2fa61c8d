package outages_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
)

// hangs is an engine's API that answers nothing until the request times out.
func hangs(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

// TestNothingWaitsForAnEngineThatHangs has an engine that hangs to its timeout
// with many runs waiting for it.
func TestNothingWaitsForAnEngineThatHangs(t *testing.T) {
	const waiting = 60
	simulated(t, func(t *testing.T, w *World) {
		ticking := w.create(actor, "ticking", cron("* * * * *", schedule.ConcurrencyAllow, schedule.MissedSkip), atMost(1000))
		limited := w.create(actor, "limited", within(5*time.Minute))
		stopped, crowd := w.create(actor, "stopped"), w.create(actor, "crowd")
		w.engine.lasts = func(jobs.Dispatch) time.Duration { return day }
		w.start(w.engine)
		times, stop := w.run(limited), w.run(stopped)
		w.pass(10 * time.Second)
		require.NotNil(t, w.engine.has(times.ID))

		// From now on the engine hangs, and no request to it is answered.
		told := time.Time{}
		w.engine.mu.Lock()
		w.engine.before = func(ctx context.Context, _ jobs.Dispatch) error { return hangs(ctx) }
		w.engine.onCancel = func(ctx context.Context, ref jobs.RunRef) error {
			if ref.RunID == stop.ID && told.IsZero() {
				told = time.Now()
			}
			return hangs(ctx)
		}
		w.engine.mu.Unlock()
		w.engine.forget(times.ID) // else it would report the timeout
		for range waiting {
			w.run(crowd)
		}
		w.pass(90 * time.Second)
		asked := time.Now()
		_, err := w.people.CancelRun(t.Context(), actor, stopped.ID, stop.ID)
		require.NoError(t, err)
		w.pass(8 * time.Minute)

		times = w.now(times)
		require.True(t, times.Status.Terminal())
		require.False(t, told.IsZero(), "the engine was not asked to cancel")
		require.LessOrEqual(t, told.Sub(asked), time.Second, "the cancel was told")
		ended := w.now(stop)
		require.Equal(t, jobs.RunCancelled, ended.Status)
		require.LessOrEqual(t, ended.FinishedAt.Sub(asked), 30*time.Second+time.Second, "the grace ended")
		for _, tick := range w.ticks(ticking) {
			require.Equal(t, schedule.VerdictFired, tick.Verdict, tick.LocalTime)
		}
		require.Len(t, w.ticks(ticking), int(time.Since(ticking.CreatedAt)/time.Minute))
		for _, run := range w.history(crowd) {
			require.False(t, run.Status.Terminal(), "%s: %s", run.Status, run.StatusMessage)
		}
		t.Logf("%d runs wait for an engine that hangs: a cancel was told after %s, %d ticks on time, 0 runs failed", waiting, told.Sub(asked), len(w.ticks(ticking)))
	})
}

// TestATimeoutWaitsForNoEngine has runs that heartbeat pass their timeout while
// all requests to the engine hang.
func TestATimeoutWaitsForNoEngine(t *testing.T) {
	simulated(t, func(t *testing.T, w *World) {
		limited, crowd := w.create(actor, "limited", within(10*time.Second)), w.create(actor, "crowd")
		w.engine.lasts = func(jobs.Dispatch) time.Duration { return day }
		w.start(w.engine)
		run := w.run(limited)
		w.pass(2 * time.Second)
		w.engine.mu.Lock()
		w.engine.before = func(ctx context.Context, _ jobs.Dispatch) error { return hangs(ctx) }
		w.engine.onCancel = func(ctx context.Context, _ jobs.RunRef) error { return hangs(ctx) }
		w.engine.mu.Unlock()
		for range 60 {
			w.run(crowd)
		}
		w.pass(time.Minute)
		run = w.now(run)
		require.Equal(t, jobs.RunTimeout, run.Status)
		require.LessOrEqual(t, run.FinishedAt.Sub(run.DispatchedAt), 12*time.Second)
		t.Logf("a timeout of 10 s was enforced after %s", run.FinishedAt.Sub(run.DispatchedAt))
	})
}

// TestOneOrganizationsEngineNeverReturns has requests of one organization never
// return, not even when their context ends.
func TestOneOrganizationsEngineNeverReturns(t *testing.T) {
	simulated(t, func(t *testing.T, w *World) {
		stuck, fine := w.create(actor, "stuck"), w.create(other, "fine")
		release := make(chan struct{})
		w.engine.before = func(_ context.Context, d jobs.Dispatch) error {
			if d.Run.OrganizationID == actor.OrganizationID {
				<-release
				return errors.New("too late")
			}
			return nil
		}
		w.start(w.engine)
		hanging := torture.Figure(200, 5000)
		for range hanging {
			w.run(stuck)
		}
		w.pass(time.Minute)
		done := 0
		for range 100 {
			run := w.run(fine)
			w.pass(2 * poll)
			run = w.now(run)
			require.Equal(t, jobs.RunSucceeded, run.Status, "%s: %s", time.Now(), run.StatusMessage)
			require.LessOrEqual(t, run.DispatchedAt.Sub(run.CreatedAt), poll)
			done++
		}
		for _, run := range w.history(stuck) {
			require.NotEqual(t, jobs.RunFailed, run.Status, run.StatusMessage)
		}
		t.Logf("%d runs of one organization never return, %d of another were dispatched at once, 0 failed", hanging, done)
		close(release)
		w.pass(poll)
	})
}

// TestAnUnreachableEngineFailsNoRun has requests to the engine fail for a while.
func TestAnUnreachableEngineFailsNoRun(t *testing.T) {
	for _, outage := range []time.Duration{15 * time.Second, 10 * time.Minute} {
		t.Run(outage.String(), func(t *testing.T) {
			simulated(t, func(t *testing.T, w *World) {
				back := time.Now().Add(outage)
				w.engine.before = func(context.Context, jobs.Dispatch) error {
					if time.Now().Before(back) {
						return errors.New("dial tcp 10.0.0.7:443: connect: connection refused")
					}
					return nil
				}
				job := w.create(actor, "job", within(5*time.Minute))
				w.start(w.engine)
				const n = 30
				for range n {
					w.run(job)
				}
				w.until(back)
				for _, run := range w.history(job) {
					require.False(t, run.Status.Terminal(), "%s: %s", run.Status, run.StatusMessage)
					require.NotContains(t, run.StatusMessage, "10.0.0.7", "members read no addresses")
				}
				w.pass(6 * time.Minute)
				for _, run := range w.history(job) {
					require.Equal(t, jobs.RunSucceeded, run.Status, run.StatusMessage)
				}
				t.Logf("an engine was away for %s: %d runs waited, 0 failed", outage, n)
			})
		})
	}
}

// TestAnEngineThatRefusesFailsTheRun is the one way for a dispatch to fail at once;
// the other is an hour.
func TestAnEngineThatRefusesFailsTheRun(t *testing.T) {
	simulated(t, func(t *testing.T, w *World) {
		refuse := true
		w.engine.before = func(context.Context, jobs.Dispatch) error {
			if refuse {
				return jobs.ErrRejected
			}
			return errors.New("dial tcp 10.0.0.7:443: connect: connection refused")
		}
		job := w.create(actor, "job", within(5*time.Minute))
		w.start(w.engine)
		run := w.run(job)
		w.pass(2 * poll)
		require.Equal(t, jobs.RunFailed, w.now(run).Status)
		refuse = false
		run = w.run(job)
		w.pass(59 * time.Minute)
		require.False(t, w.now(run).Status.Terminal())
		w.pass(10 * time.Minute)
		run = w.now(run)
		require.Equal(t, jobs.RunFailed, run.Status)
		require.NotContains(t, run.StatusMessage, "10.0.0.7")
	})
}
