package jobs_test

import (
	"context"
	"crypto/rand"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// wild is an engine of which one method does what it is told to for a while.
type wild struct {
	*engine
	method string
	act    func()
	until  time.Time
	// acted counts how often it did.
	acted atomic.Int64
}

func (w *wild) in(method string) {
	if method == w.method && time.Now().Before(w.until) {
		w.acted.Add(1)
		w.act()
	}
}

func (w *wild) Dispatch(ctx context.Context, d jobs.Dispatch) error {
	w.in("Dispatch")
	return w.engine.Dispatch(ctx, d)
}

func (w *wild) Cancel(ctx context.Context, r jobs.RunRef) error {
	w.in("Cancel")
	return w.engine.Cancel(ctx, r)
}

func (w *wild) Cleanup(ctx context.Context, r jobs.RunRef) error {
	w.in("Cleanup")
	return w.engine.Cleanup(ctx, r)
}

func (w *wild) Free(string) int {
	w.in("Free")
	return 10
}

func (w *wild) Freed() <-chan struct{} { return nil }
func (w *wild) Cleans() bool           { return true }

// A scheduler goes on whatever its embedder's code does: panics end nothing, and
// what hangs holds up its own run only.
func TestASchedulerOutlivesItsCallbacks(t *testing.T) {
	panics := func() { panic("boom") }
	for _, method := range []string{"Dispatch", "Cancel", "Cleanup", "Free", "OnError", "Now", "NewID"} {
		t.Run(method, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wild{engine: &engine{}, method: method, act: panics, until: time.Now().Add(3 * time.Minute)}
				var started atomic.Bool // the service's own operations go well
				service := jobs.NewService(memory.New(), &jobs.Options{
					Now: func() time.Time {
						if started.Load() {
							w.in("Now")
						}
						return time.Now()
					},
					NewID: func() string {
						if started.Load() {
							w.in("NewID")
						}
						return uniqueID()
					},
				})
				actor := teams.System(org)
				job, err := service.CreateJob(t.Context(), actor, jobs.NewJob{
					Definition: definition(), Key: "job", TeamIDs: []string{"T1"},
				})
				require.NoError(t, err)
				_, err = service.CreateJob(t.Context(), actor, jobs.NewJob{
					Definition: withCron("* * * * *"), Key: "minutely", TeamIDs: []string{"T1"},
				})
				require.NoError(t, err)
				run, err := service.CreateRun(t.Context(), actor, job.ID, jobs.NewRun{})
				require.NoError(t, err)
				scheduler := jobs.NewScheduler(service, w, &jobs.SchedulerOptions{OnError: func(error) { w.in("OnError") }})
				if method == "OnError" {
					w.engine.answer = func() error {
						if time.Now().Before(w.until) {
							return context.DeadlineExceeded
						}
						return nil
					}
				}
				ctx, stop := context.WithCancel(t.Context())
				ended := make(chan struct{})
				go func() {
					_ = scheduler.Run(ctx)
					close(ended)
				}()
				started.Store(true)
				<-time.After(30 * time.Second)
				if method == "Cancel" || method == "Cleanup" {
					_, err = service.CancelRun(t.Context(), actor, job.ID, run.ID)
					require.NoError(t, err)
				}
				<-time.After(10 * time.Minute)
				stop()
				<-ended

				require.NotZero(t, w.acted.Load())
				kept, err := service.JobRun(t.Context(), actor, job.ID, run.ID)
				require.NoError(t, err)
				w.mu.Lock()
				defer w.mu.Unlock()
				require.True(t, slices.ContainsFunc(w.dispatched, func(d jobs.Dispatch) bool { return d.Run.ID == run.ID }))
				if method == "Cancel" || method == "Cleanup" {
					require.Equal(t, jobs.RunCancelled, kept.Status)
					require.Contains(t, w.cleaned, run.ID)
				}
				minutely := 0
				for _, d := range w.dispatched {
					if d.JobKey == "minutely" {
						minutely++
					}
				}
				require.NotZero(t, minutely, "ticks go on")
			})
		})
	}
}

// uniqueID makes IDs that are not used again.
func uniqueID() string { return rand.Text()[:10] }

// withCron is a valid definition with a schedule.
func withCron(cron string) versions.Definition {
	d := definition()
	d.CronExpression, d.ConcurrencyPolicy, d.MaxConcurrentRuns = cron, schedule.ConcurrencyAllow, 100
	return d
}
