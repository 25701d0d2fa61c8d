package local_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/local"
	"github.com/jobledger/jobledger/storage/memory"
)

func TestHeartbeatsKeepALongRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openShop(t, memory.New(), takes(30*time.Minute), nil)
		run := s.after(31*time.Minute, s.start())
		require.Equal(t, jobs.RunSucceeded, run.Status)
		require.Equal(t, 30*time.Minute, run.RunnerExecution)
		s.stop()
	})
}

func TestARunTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openShop(t, memory.New(), takes(2*time.Hour), nil)
		require.Equal(t, jobs.RunTimeout, s.after(time.Hour+time.Second, s.start()).Status)
		s.stop()
	})
}

func TestARunIsCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openShop(t, memory.New(), takes(time.Hour), nil)
		run := s.after(time.Minute, s.start())
		_, err := s.CancelRun(t.Context(), s.actor, s.job.ID, run.ID)
		require.NoError(t, err)
		run = s.after(2*time.Second, run)
		require.Equal(t, jobs.RunCancelled, run.Status)
		require.Equal(t, local.ErrRunCancelled.Error(), run.StatusMessage)
		s.stop()
	})
}

func TestConcurrencyIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		now, most := 0, 0
		worker := func(ctx context.Context, d jobs.Dispatch) ([]byte, error) {
			mu.Lock()
			now++
			most = max(most, now)
			mu.Unlock()
			defer func() {
				mu.Lock()
				now--
				mu.Unlock()
			}()
			return takes(time.Minute)(ctx, d)
		}
		s := openShop(t, memory.New(), worker, &local.Options{Concurrency: 2})
		var runs []jobs.Run
		for range 6 {
			runs = append(runs, s.start())
		}
		s.after(5*time.Minute, runs[0])
		for _, run := range runs {
			require.Equal(t, jobs.RunSucceeded, s.after(0, run).Status, "none is lost for want of room")
		}
		require.Equal(t, 2, most)
		s.stop()
	})
}

func TestHowAWorkerEnds(t *testing.T) {
	for name, tc := range map[string]struct {
		worker  local.Worker
		status  jobs.RunStatus
		message string
	}{
		"with results":  {func(context.Context, jobs.Dispatch) ([]byte, error) { return []byte(`{"rows":1}`), nil }, jobs.RunSucceeded, ""},
		"with an error": {func(context.Context, jobs.Dispatch) ([]byte, error) { return nil, errors.New("no table") }, jobs.RunFailed, "no table"},
		"with a panic":  {func(context.Context, jobs.Dispatch) ([]byte, error) { panic("boom") }, jobs.RunFailed, "the worker panicked"},
		"with its goroutine": {func(context.Context, jobs.Dispatch) ([]byte, error) {
			runtime.Goexit()
			return nil, nil
		}, jobs.RunFailed, "the worker ended its goroutine"},
		"with no object": {func(context.Context, jobs.Dispatch) ([]byte, error) { return []byte(`[]`), nil }, jobs.RunFailed, "invalid input: results: must be a JSON object"},
		"with a long tale": {func(context.Context, jobs.Dispatch) ([]byte, error) {
			return nil, errors.New(string(make([]byte, 9000)))
		}, jobs.RunFailed, string(make([]byte, 4096))},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := openShop(t, memory.New(), tc.worker, nil)
				run := s.after(time.Minute, s.start())
				require.Equal(t, tc.status, run.Status)
				require.Equal(t, tc.message, run.StatusMessage)
				require.Equal(t, 128, s.dispatcher.Free(""))
				s.stop()
			})
		})
	}
}

func TestTheWorkOnAGoneRunIsStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := jobs.NewService(memory.New(), nil)
		var cause error
		dispatcher := local.New(service, func(ctx context.Context, _ jobs.Dispatch) ([]byte, error) {
			<-ctx.Done()
			cause = context.Cause(ctx)
			return nil, cause
		}, nil)
		require.NoError(t, dispatcher.Dispatch(t.Context(), jobs.Dispatch{
			Run: jobs.Run{OrganizationID: organization, JobID: "GONE", ID: "GONE"}, Token: "T1JHMQ.X", Lease: time.Minute,
		}))
		require.NoError(t, dispatcher.Close(t.Context()))
		require.ErrorIs(t, cause, local.ErrRunGone)
	})
}

func TestALostFirstReportIsMadeByAHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var commits atomic.Int64
		store := silentWhile(func() error {
			if commits.Add(1) == 4 { // after the job, the run and its claim
				return errors.New("no answer")
			}
			return nil
		})
		s := openShop(t, store, takes(10*time.Minute), nil)
		run := s.after(time.Minute, s.start())
		require.Equal(t, jobs.RunRunning, run.Status)
		s.stop()
	})
}

func TestCloseStopsWhatDoesNotEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openShop(t, memory.New(), takes(50*time.Minute), nil)
		run := s.after(time.Minute, s.start())
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		require.ErrorIs(t, s.dispatcher.Close(ctx), context.DeadlineExceeded)
		run = s.after(time.Second, run)
		require.Equal(t, jobs.RunFailed, run.Status)
		require.Equal(t, local.ErrShutdown.Error(), run.StatusMessage)
		s.stop()
	})
}

func TestARunThatIsDispatchedAgainGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var commits, started atomic.Int64
		begun := time.Now()
		store := silentWhile(func() error {
			// After the job, the run and its claim nothing is written for longer than the lease.
			if commits.Add(1) > 3 && time.Since(begun) < 65*time.Second {
				return errors.New("no answer")
			}
			return nil
		})
		s := openShop(t, store, func(ctx context.Context, d jobs.Dispatch) ([]byte, error) {
			started.Add(1)
			return takes(10*time.Minute)(ctx, d)
		}, nil)
		run := s.after(12*time.Minute, s.start())
		require.Equal(t, jobs.RunSucceeded, run.Status, run.StatusMessage)
		require.EqualValues(t, 1, started.Load())
		s.stop()
	})
}

func TestACancelledRunIsNotWorkedOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		worked := 0
		s := openShop(t, memory.New(), func(ctx context.Context, d jobs.Dispatch) ([]byte, error) {
			worked++
			return takes(time.Minute)(ctx, d)
		}, &local.Options{Concurrency: 1})
		first := s.start()
		s.after(10*time.Second, first)
		second := s.start()
		s.after(1500*time.Millisecond, second)
		_, err := s.CancelRun(t.Context(), s.actor, s.job.ID, second.ID)
		require.NoError(t, err)
		require.Equal(t, jobs.RunCancelled, s.after(2*time.Minute, second).Status)
		require.Equal(t, 1, worked)
		s.stop()
	})
}

func TestAShortRunMakesOneReport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var commits atomic.Int64
		s := openShop(t, silentWhile(func() error { commits.Add(1); return nil }), takes(900*time.Millisecond), nil)
		run := s.after(time.Minute, s.start())
		require.Equal(t, jobs.RunSucceeded, run.Status)
		require.Equal(t, 900*time.Millisecond, run.RunnerExecution)
		require.Equal(t, run.RunnerCompletedAt.Add(-900*time.Millisecond), run.RunnerStartedAt)
		require.EqualValues(t, 4, commits.Load(), "the job, the run, its claim and its end")
		s.stop()
	})
}

func TestAWorkerThatIgnoresItsContextKeepsItsSlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stuck := make(chan jobs.RunRef, 1)
		free := make(chan struct{})
		var started atomic.Int64
		s := openShop(t, memory.New(), func(context.Context, jobs.Dispatch) ([]byte, error) {
			started.Add(1)
			<-free
			return nil, nil
		}, &local.Options{Concurrency: 1, OnStuck: func(run jobs.RunRef) { stuck <- run }})
		first := s.start()
		run := s.after(2*time.Second, first)
		_, err := s.CancelRun(t.Context(), s.actor, s.job.ID, run.ID)
		require.NoError(t, err)
		second := s.start()
		require.Equal(t, jobs.RunCancelled, s.after(time.Hour, first).Status)
		require.Equal(t, first.ID, (<-stuck).RunID)
		require.Equal(t, jobs.RunPending, s.after(0, second).Status, "no room")
		require.Zero(t, s.dispatcher.Free(""))
		close(free)
		require.Equal(t, jobs.RunSucceeded, s.after(time.Minute, second).Status)
		require.EqualValues(t, 2, started.Load())
		s.stop()
	})
}
