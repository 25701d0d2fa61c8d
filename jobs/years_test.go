package jobs_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
)

// simulated is how long the simulations below last: a summer and an autumn,
// or ten years with JOBLEDGER_TORTURE=1.
func simulated() time.Duration {
	const day = 24 * time.Hour
	if torture.On() {
		return 10 * 365 * day
	}
	return 250 * day
}

// TestSimulatedYears lets three schedulers whose clocks differ work through
// years of clock changes, outages and jumps. Every tick has one fate, none
// fires twice, and the rows of the ledger are exactly the schedule's ticks.
func TestSimulatedYears(t *testing.T) {
	for _, tc := range []struct{ zone, expr string }{
		{"America/New_York", "30 1,2 * * *"},
		{"Australia/Lord_Howe", "15,45 */2 * * *"},
		{"America/Sao_Paulo", "0 0 * * *"},
		{"Europe/Dublin", "15 */3 * * *"},
		{"Pacific/Chatham", "45 2 * * 0"},
	} {
		t.Run(tc.zone, func(t *testing.T) {
			t.Parallel()
			simulate(t, tc.expr, tc.zone)
		})
	}
}

func simulate(t *testing.T, expr, zone string) {
	w := newWorld(t, &jobs.Options{Runs: jobs.RunOptions{KeepTicks: 100 * 366 * 24 * time.Hour, RetainCount: 1}})
	job := w.create("job", scheduled(expr, schedule.ConcurrencyAllow, schedule.MissedAll), func(j *jobs.NewJob) {
		j.CronTimezone, j.MaxConcurrentRuns = zone, 1000
	})
	replicas := []*jobs.Scheduler{w.Scheduler, jobs.NewScheduler(w.Service, w.engine, nil), jobs.NewScheduler(w.Service, w.engine, nil)}
	random := rand.New(rand.NewPCG(14, uint64(len(zone))))
	fired := map[string]time.Time{}
	end := epoch.Add(simulated())
	for w.Now().Before(end) {
		w.Outage(step(random))
		for _, scheduler := range replicas {
			skew := time.Duration(random.IntN(601)-300) * time.Millisecond
			w.Outage(skew)
			_, err := scheduler.Tick(w.ctx)
			require.NoError(t, err)
			w.Outage(-skew)
		}
		w.engineEnds(fired)
	}
	w.jumpsTenYears(replicas[0])
	w.engineEnds(fired)

	cron, err := schedule.Parse(expr, zone)
	require.NoError(t, err)
	settled := 0
	last := epoch
	for _, tick := range w.Ticks(job.Key).List {
		require.True(t, tick.NominalAt.After(last), "rows follow each other: %s, %s", last, tick.NominalAt)
		require.Equal(t, tick.Count, cron.Count(tick.NominalAt.Add(-time.Nanosecond), tick.Until))
		last = tick.Until
		settled += tick.Count
		if tick.Verdict == schedule.VerdictFired {
			_, dispatched := fired[tick.RunID]
			require.True(t, dispatched, "the run of tick %s was dispatched", tick.NominalAt)
		}
	}
	t.Logf("%d ticks of %s, %d runs", settled, zone, len(fired))
	require.Equal(t, cron.Count(epoch, last), settled, "each tick has exactly one fate")
	require.Greater(t, last, end.Add(-8*24*time.Hour), "and none is forgotten")
}

// step is how much time passes: up to twelve hours mostly, or four of the full
// figures, sometimes an outage, and sometimes the clock is set an hour back.
func step(random *rand.Rand) time.Duration {
	switch n := random.IntN(1000); {
	case n < 5:
		return time.Duration(random.IntN(48)) * time.Hour
	case n < 10:
		return -time.Hour
	}
	return time.Duration(1+random.IntN(torture.Figure(720, 240))) * time.Minute
}

// engineEnds ends every dispatched run, and remembers it by its tick: no tick
// is dispatched twice.
func (w *World) engineEnds(fired map[string]time.Time) {
	w.t.Helper()
	for _, d := range w.engine.dispatched {
		_, again := fired[d.Run.ID]
		require.False(w.t, again, "run %s was dispatched twice", d.Run.ID)
		fired[d.Run.ID] = d.Run.NominalAt
		w.report(d.Run.ID, jobs.Report{Status: jobs.RunSucceeded})
	}
	w.engine.dispatched = nil
}

// jumpsTenYears sets the clock ten years ahead, and back: nothing is settled.
func (w *World) jumpsTenYears(scheduler *jobs.Scheduler) {
	w.t.Helper()
	const decade = 10 * 365 * 24 * time.Hour
	w.Outage(decade)
	_, err := scheduler.Tick(w.ctx)
	require.ErrorIs(w.t, err, jobs.ErrClock)
	w.Outage(time.Second - decade) // past what a replica ahead of us has set
	w.Advance(0)
}
