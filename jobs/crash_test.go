package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/local"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// dying is the store of a process that is killed at one of its commits: just
// before it is made, or just after. From then on nothing of that process
// reaches the store.
type dying struct {
	storage.Store
	at   int
	made bool // whether the commit that it is killed at is made

	mu      sync.Mutex
	commits int
	killed  chan struct{}
}

var errKilled = errors.New("killed")

func (d *dying) Commit(ctx context.Context, c storage.Change) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.commits++; d.commits < d.at {
		return d.Store.Commit(ctx, c)
	}
	if d.commits == d.at {
		if d.made {
			_ = d.Store.Commit(ctx, c)
		}
		close(d.killed)
	}
	return errKilled
}

// crash is a process that is killed, and another that comes after it.
type crash struct {
	t     *testing.T
	store storage.Store
	takes time.Duration
	// fails, unless nil, says which runs fail when they come to their end.
	fails func(jobs.Run) bool

	mu sync.Mutex
	// started counts, by run, how often its work began, and finished how often
	// it came to its end.
	started, finished map[string]int
}

// process runs a scheduler and a dispatcher until the function returns, and ends
// them as the kernel would: the work goes no further.
func (c *crash) process(store storage.Store, until func()) {
	ctx, kill := context.WithCancel(context.Background())
	service := jobs.NewService(store, nil)
	engine := local.New(service, func(workCtx context.Context, d jobs.Dispatch) ([]byte, error) {
		c.mu.Lock()
		c.started[d.Run.ID]++
		c.mu.Unlock()
		select {
		case <-time.After(c.takes):
		case <-workCtx.Done():
			return nil, workCtx.Err()
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		c.mu.Lock()
		c.finished[d.Run.ID]++
		c.mu.Unlock()
		if c.fails != nil && c.fails(d.Run) {
			return nil, errors.New("not yet")
		}
		return nil, nil
	}, nil)
	var group sync.WaitGroup
	group.Go(func() { _ = jobs.NewScheduler(service, engine, nil).Run(ctx) })
	until()
	kill()
	group.Wait()
	gone, end := context.WithCancel(context.Background())
	end()
	_ = engine.Close(gone)
}

// TestAProcessIsKilledBetweenAnyTwoCommits has the only process be killed at each
// of its commits, and another one come a while later. Each tick has one fate, no
// run is forgotten, and work begins a second time only when it was begun by the
// process that died and nobody had heard of it.
func TestAProcessIsKilledBetweenAnyTwoCommits(t *testing.T) {
	for _, takes := range []time.Duration{100 * time.Millisecond, 5 * time.Second} {
		for at := 1; at <= 7; at++ {
			for _, made := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, commit %d, made %t", takes, at, made), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) { killAndGoOn(t, takes, at, made) })
				})
			}
		}
	}
}

func killAndGoOn(t *testing.T, takes time.Duration, at int, made bool) {
	c := &crash{t: t, store: memory.New(), takes: takes, started: map[string]int{}, finished: map[string]int{}}
	service, actor := jobs.NewService(c.store, nil), teams.System(org)
	job, err := service.CreateJob(t.Context(), actor, jobs.NewJob{
		Key: "job", TeamIDs: []string{"T1"},
		Definition: versions.Definition{
			ClusterID: "C1", Config: sql("x"), CronExpression: "*/5 * * * *",
			ConcurrencyPolicy: schedule.ConcurrencyAllow, MaxConcurrentRuns: 10, MissedSchedulePolicy: schedule.MissedAll,
		},
	})
	require.NoError(t, err)
	store := &dying{Store: c.store, at: at, made: made, killed: make(chan struct{})}
	c.process(store, func() { <-store.killed })
	begun := make(map[string]bool, len(c.started))
	for id := range c.started {
		begun[id] = true
	}
	<-time.After(time.Minute)
	c.process(c.store, func() { <-time.After(21 * time.Minute) })

	ticks, err := service.ListTicks(t.Context(), actor, job.ID, jobs.TickQuery{})
	require.NoError(t, err)
	require.NotEmpty(t, ticks.Ticks)
	fired := map[string]bool{}
	for i, tick := range ticks.Ticks {
		require.Equal(t, schedule.VerdictFired, tick.Verdict)
		require.False(t, fired[tick.RunID])
		fired[tick.RunID] = true
		if i > 0 {
			require.Equal(t, 5*time.Minute, ticks.Ticks[i-1].NominalAt.Sub(tick.NominalAt), "none is missing")
		}
	}
	runs, err := service.ListRuns(t.Context(), actor, job.ID, jobs.RunQuery{})
	require.NoError(t, err)
	require.Len(t, runs.Runs, len(ticks.Ticks))
	for i, run := range runs.Runs {
		if i == 0 && run.CreatedAt.After(time.Now().Add(-3*time.Minute)) {
			continue // it may have just begun
		}
		require.True(t, run.Status.Terminal(), "run %d is %s", run.Number, run.Status)
		switch run.Status {
		case jobs.RunSucceeded:
			require.Positive(t, c.finished[run.ID])
		case jobs.RunFailed:
			require.Contains(t, run.StatusMessage, "lost")
			require.True(t, begun[run.ID], "it died with its process")
			require.Equal(t, 1, c.started[run.ID])
		}
		if !begun[run.ID] {
			require.Equal(t, 1, c.started[run.ID], "run %d was begun once", run.Number)
		}
		require.LessOrEqual(t, c.started[run.ID], 2)
	}
}
