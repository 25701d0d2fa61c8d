package jobs_test

import (
	"context"
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
		ticks, err := service.ListTicks(t.Context(), actor, job.ID, jobs.TickQuery{})
		require.NoError(t, err)
		require.Len(t, ticks.Ticks, 10)
		for _, tick := range ticks.Ticks {
			require.Equal(t, schedule.VerdictFired, tick.Verdict, tick.LocalTime)
		}
	})
}

func TestAnEngineThatHangsDelaysNoDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service, actor := jobs.NewService(memory.New(), nil), teams.System(org)
		job, err := service.CreateJob(t.Context(), actor, jobs.NewJob{
			Key: "job", TeamIDs: []string{"T1"}, Definition: versions.Definition{ClusterID: "C1", Config: sql("x"), TimeoutSeconds: 5},
		})
		require.NoError(t, err)
		engine := &hangsLater{}
		ctx, stop := context.WithCancel(t.Context())
		var group sync.WaitGroup
		group.Go(func() { _ = jobs.NewScheduler(service, engine, nil).Run(ctx) })
		first, err := service.CreateRun(ctx, actor, job.ID, jobs.NewRun{})
		require.NoError(t, err)
		<-time.After(2 * time.Second)
		for range 60 {
			_, err := service.CreateRun(ctx, actor, job.ID, jobs.NewRun{})
			require.NoError(t, err)
		}
		<-time.After(30 * time.Second)
		run, err := service.JobRun(ctx, actor, job.ID, first.ID)
		require.NoError(t, err)
		require.Equal(t, jobs.RunTimeout, run.Status)
		require.LessOrEqual(t, run.FinishedAt.Sub(run.DispatchedAt), 6*time.Second+100*time.Millisecond)
		stop()
		group.Wait()
	})
}

// hangsLater is an engine that takes one run, and hangs from then on.
type hangsLater struct {
	engine
	taken atomic.Bool
}

func (h *hangsLater) Dispatch(ctx context.Context, _ jobs.Dispatch) error {
	if h.taken.CompareAndSwap(false, true) {
		return nil
	}
	<-ctx.Done()
	return ctx.Err()
}
