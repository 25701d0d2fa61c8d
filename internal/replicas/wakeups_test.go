package replicas_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/testclock"
	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/storage/storagetest/faultstore"
)

// TestNoWakeUpIsLost has several schedulers and an engine that reports at once
// race over jobs that join and wait, on a store that takes a random while for
// each call. After each burst of ticks the clock stands still until all is done:
// what nobody was woken for then waits for ever, and is found.
func TestNoWakeUpIsLost(t *testing.T) {
	t.Run("memory", func(t *testing.T) {
		bursts := 40
		if torture.On() {
			bursts = 2000
		}
		proveWakeUps(t, memory.New(), bursts)
	})
	t.Run("SQLite", func(t *testing.T) {
		bursts := 4
		if torture.On() {
			bursts = 150
		}
		store, closeStore, err := place{onSQLite, filepath.Join(t.TempDir(), "jobs.db")}.open(t.Context())
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, closeStore()) })
		proveWakeUps(t, store, bursts)
	})
}

// fans are upstreams that end in any order, and who depends on them.
func fans() []kind {
	all := []kind{}
	var ups []string
	for n := range 4 {
		up := kind{
			name: fmt.Sprint("up", n), cron: "* * * * *", missed: schedule.MissedAll,
			concurrency: schedule.ConcurrencyAllow, cap: 1000,
		}
		ups = append(ups, up.name)
		all = append(all, up)
	}
	for n := range ups {
		all = append(all, kind{
			name: fmt.Sprint("join", n), concurrency: schedule.ConcurrencyAllow, cap: 1_000_000, dependsOn: ups[:n+1],
		})
	}
	return append(all,
		kind{name: "end", concurrency: schedule.ConcurrencyAllow, cap: 1_000_000, dependsOn: []string{"join0", "join3"}},
		kind{name: "waits", cron: "* * * * *", missed: schedule.MissedAll, concurrency: schedule.ConcurrencyAllow, cap: 1000, dependsOn: ups},
		kind{name: "waits-once", cron: "*/7 * * * *", missed: schedule.MissedLatest, dependsOn: ups[:2]},
	)
}

// race is several schedulers over one store.
type race struct {
	store   *faultstore.Store
	service *jobs.Service
	clock   *testclock.Clock
	reports sync.WaitGroup
	failed  atomic.Int64
	ctx     context.Context
}

func proveWakeUps(t *testing.T, quick storage.Store, bursts int) {
	t.Helper()
	store := faultstore.New(quick, faultstore.Plan{Seed: 3, Rates: faultstore.Rates{Delay: 0.3}, MaxDelay: 4 * time.Millisecond})
	ctx, stop := context.WithCancel(t.Context())
	r := &race{store: store, clock: testclock.At(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)), ctx: ctx}
	r.service = jobs.NewService(store, &jobs.Options{Now: r.clock.Now, Runs: jobs.RunOptions{
		// Nothing is seen because of a time.
		Lease: 1000 * time.Hour, KeepTicks: 100 * 366 * 24 * time.Hour, CatchUpCount: 1 << 20, CatchUpWindow: 1000 * time.Hour,
	}})
	for _, k := range fans() {
		_, err := r.service.CreateJob(ctx, actor, k.job(0))
		require.NoError(t, err)
	}
	var group sync.WaitGroup
	for range 3 {
		service := jobs.NewService(store, &jobs.Options{Now: r.clock.Now, Runs: jobs.RunOptions{
			Lease: 1000 * time.Hour, KeepTicks: 100 * 366 * 24 * time.Hour, CatchUpCount: 1 << 20, CatchUpWindow: 1000 * time.Hour,
		}})
		scheduler := jobs.NewScheduler(service, r, &jobs.SchedulerOptions{Poll: time.Millisecond})
		group.Go(func() { _ = scheduler.Run(ctx) })
	}
	t.Cleanup(func() {
		stop()
		group.Wait()
		r.reports.Wait()
	})
	for range bursts {
		for range 1 + rand.IntN(3) {
			r.clock.Advance(time.Minute)
			require.NoError(t, wait(ctx, rand.N(10*time.Millisecond)))
		}
		r.comesToRest(t)
		r.checkJoins(t)
	}
	require.Zero(t, r.failed.Load(), "reports that failed")

	a := &audit{t: t, service: r.service, upTo: r.clock.Now()}
	a.all()
	t.Logf("%d ticks, %d runs, %d by joins, each success used once, nobody left waiting: %v", a.ticks, a.runs, a.joins, a.fates)
}

// comesToRest waits until every run has ended, every tick is settled and nothing
// is due. The clock stands still meanwhile: nothing comes about because time
// passes, and a step that fails is not tried again.
func (r *race) comesToRest(t *testing.T) {
	t.Helper()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	s := &settler{t: t, store: r.store, clock: r.clock, service: r.service}
	for range 12_000 { // a minute
		// What happens while we look begins with a commit.
		before := r.store.Counts()[faultstore.Commit].Calls
		quiet := s.quiet()
		if quiet && nothingDue(t, r.store, r.clock.Now()) && before == r.store.Counts()[faultstore.Commit].Calls {
			return
		}
		<-look.C
	}
	t.Fatal("somebody waits for what has happened")
}

// checkJoins: every run of an upstream succeeded, so a job that joins some has
// as many runs as the one of them that has the fewest.
func (r *race) checkJoins(t *testing.T) {
	t.Helper()
	numbers := map[string]int64{}
	all := (&audit{t: t, service: r.service}).list()
	for _, job := range all {
		if job.LatestRun != nil {
			numbers[job.Key] = job.LatestRun.Number
		}
	}
	for _, job := range all {
		if job.Version.CronExpression != "" {
			continue
		}
		fewest := numbers[job.Version.DependsOn[0]]
		for _, key := range job.Version.DependsOn {
			fewest = min(fewest, numbers[key])
		}
		require.Equal(t, fewest, numbers[job.Key], "%s was not woken", job.Key)
	}
}

// Dispatch has the run reported on at once, from a goroutine of its own.
func (r *race) Dispatch(_ context.Context, d jobs.Dispatch) error {
	r.reports.Go(func() {
		if wait(r.ctx, rand.N(3*time.Millisecond)) != nil {
			return
		}
		_, err := r.service.ReportRun(r.ctx, d.Run.JobID, d.Run.ID, d.Token, jobs.Report{Status: jobs.RunSucceeded})
		if err != nil && r.ctx.Err() == nil {
			r.failed.Add(1)
		}
	})
	return nil
}

func (r *race) Cancel(context.Context, jobs.RunRef) error  { return nil }
func (r *race) Cleanup(context.Context, jobs.RunRef) error { return nil }
