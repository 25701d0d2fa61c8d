package jobs_test

import (
	"context"
	"errors"
	"sync"
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

// shop is a service with a scheduler and a local dispatcher, in simulated time.
type shop struct {
	*jobs.Service
	t     *testing.T
	local *jobs.LocalDispatcher
	job   jobs.Job
	actor teams.Actor
	stop  func()
}

// openShop starts one with a job whose version times out after an hour.
func openShop(t *testing.T, store jobs.Store, worker jobs.Worker, opts *jobs.LocalOptions) *shop {
	t.Helper()
	s := &shop{Service: jobs.NewService(store, nil), t: t, actor: teams.System(org)}
	job, err := s.CreateJob(t.Context(), s.actor, jobs.NewJob{
		Key: "job", TeamIDs: []string{"T1"},
		Definition: versions.Definition{ClusterID: "C1", Config: sql("x"), TimeoutSeconds: 3600},
	})
	require.NoError(t, err)
	s.job, s.local = job, jobs.NewLocalDispatcher(s.Service, worker, opts)
	ctx, cancel := context.WithCancel(t.Context())
	scheduler := jobs.NewScheduler(s.Service, s.local, nil)
	var group sync.WaitGroup
	group.Go(func() { _ = scheduler.Run(ctx) })
	s.stop = func() {
		cancel()
		group.Wait()
		require.NoError(t, s.local.Close(context.WithoutCancel(ctx)))
	}
	return s
}

// start makes a run.
func (s *shop) start() jobs.Run {
	s.t.Helper()
	run, err := s.CreateRun(s.t.Context(), s.actor, s.job.ID, jobs.NewRun{})
	require.NoError(s.t, err)
	return run
}

// after reads a run when some time has passed.
func (s *shop) after(d time.Duration, run jobs.Run) jobs.Run {
	s.t.Helper()
	<-time.After(d)
	synctest.Wait()
	run, err := s.Run(s.t.Context(), s.actor, s.job.ID, run.ID)
	require.NoError(s.t, err)
	return run
}

// takes is a worker that takes so long.
func takes(d time.Duration) jobs.Worker {
	return func(ctx context.Context, _ jobs.Dispatch) ([]byte, error) {
		select {
		case <-time.After(d):
			return nil, nil
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

func TestHeartbeatsKeepALongRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openShop(t, memory.New(), takes(30*time.Minute), nil)
		run := s.after(31*time.Minute, s.start())
		require.Equal(t, jobs.RunSucceeded, run.Status)
		require.Equal(t, 30*time.Minute, run.RunnerExecution)
		s.stop()
	})
}

func TestALocalRunTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openShop(t, memory.New(), takes(2*time.Hour), nil)
		require.Equal(t, jobs.RunTimeout, s.after(time.Hour+time.Second, s.start()).Status)
		s.stop()
	})
}

func TestALocalRunIsCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openShop(t, memory.New(), takes(time.Hour), nil)
		run := s.after(time.Minute, s.start())
		_, err := s.CancelRun(t.Context(), s.actor, s.job.ID, run.ID)
		require.NoError(t, err)
		run = s.after(2*time.Second, run)
		require.Equal(t, jobs.RunCancelled, run.Status)
		require.Equal(t, jobs.ErrRunCancelled.Error(), run.StatusMessage)
		s.stop()
	})
}

func TestLocalConcurrencyIsBounded(t *testing.T) {
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
		s := openShop(t, memory.New(), worker, &jobs.LocalOptions{Concurrency: 2})
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
		worker  jobs.Worker
		status  jobs.RunStatus
		message string
	}{
		"with results":   {func(context.Context, jobs.Dispatch) ([]byte, error) { return []byte(`{"rows":1}`), nil }, jobs.RunSucceeded, ""},
		"with an error":  {func(context.Context, jobs.Dispatch) ([]byte, error) { return nil, errors.New("no table") }, jobs.RunFailed, "no table"},
		"with a panic":   {func(context.Context, jobs.Dispatch) ([]byte, error) { panic("boom") }, jobs.RunFailed, "the worker panicked: boom"},
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
				s.stop()
			})
		})
	}
}

func TestAGoneRunIsNotWorkedOn(t *testing.T) {
	service := jobs.NewService(memory.New(), nil)
	worked := false
	local := jobs.NewLocalDispatcher(service, func(context.Context, jobs.Dispatch) ([]byte, error) {
		worked = true
		return nil, nil
	}, nil)
	require.NoError(t, local.Dispatch(t.Context(), jobs.Dispatch{
		Run: jobs.Run{OrganizationID: org, JobID: "GONE", ID: "GONE"}, Token: "T1JHMQ.X",
	}))
	require.NoError(t, local.Close(t.Context()))
	require.False(t, worked)
}

func TestALostFirstReportIsMadeByAHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var commits atomic.Int64
		store := &faults{Store: memory.New(), before: func() error {
			if commits.Add(1) == 4 { // after the job, the run and its claim
				return errors.New("no answer")
			}
			return nil
		}}
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
		require.ErrorIs(t, s.local.Close(ctx), context.DeadlineExceeded)
		run = s.after(time.Second, run)
		require.Equal(t, jobs.RunFailed, run.Status)
		require.Equal(t, jobs.ErrShutdown.Error(), run.StatusMessage)
		s.stop()
	})
}

func TestARunThatIsDispatchedAnewGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var commits, started atomic.Int64
		begun := time.Now()
		store := &faults{Store: memory.New(), before: func() error {
			// After the job, the run and its claim nothing is written for longer than the lease.
			if commits.Add(1) > 3 && time.Since(begun) < 65*time.Second {
				return errors.New("no answer")
			}
			return nil
		}}
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

// hanging is an engine that takes dispatches until the request times out.
type hanging struct{ engine }

func (h *hanging) Dispatch(ctx context.Context, _ jobs.Dispatch) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestAnEngineThatHangsDelaysNoTick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service, actor := jobs.NewService(memory.New(), nil), teams.System(org)
		create := func(key, cron string) jobs.Job {
			job, err := service.CreateJob(t.Context(), actor, jobs.NewJob{
				Key: key, TeamIDs: []string{"T1"},
				Definition: versions.Definition{
					ClusterID: "C1", Config: sql("x"), CronExpression: cron,
					ConcurrencyPolicy: schedule.ConcurrencyAllow, MaxConcurrentRuns: 1000, MissedSchedulePolicy: schedule.MissedSkip,
				},
			})
			require.NoError(t, err)
			return job
		}
		job, herd := create("minutely", "* * * * *"), create("herd", "")
		for range 150 {
			_, err := service.CreateRun(t.Context(), actor, herd.ID, jobs.NewRun{})
			require.NoError(t, err)
		}
		ctx, stop := context.WithCancel(t.Context())
		var group sync.WaitGroup
		group.Go(func() { _ = jobs.NewScheduler(service, &hanging{}, nil).Run(ctx) })
		<-time.After(10*time.Minute + time.Second)
		stop()
		group.Wait()
		ticks, err := service.ListTicks(t.Context(), actor, job.ID, jobs.RunPage{})
		require.NoError(t, err)
		require.Len(t, ticks.Ticks, 10)
		for _, tick := range ticks.Ticks {
			require.Equal(t, schedule.VerdictFired, tick.Verdict, tick.LocalTime)
		}
	})
}
