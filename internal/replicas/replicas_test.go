//go:build unix

package replicas_test

import (
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/redistest"
	"github.com/jobledger/jobledger/internal/testclock"
	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/jobs"
)

// scale is how much TestReplicas does.
type scale struct {
	rounds, factor int
	// minutes is how many pass for the jobs before the replicas may end.
	minutes int
	each    times
	lull    time.Duration
}

// scaled is a few seconds, or the full figures: 100,000 ticks.
func scaled() scale {
	if torture.On() {
		return scale{rounds: 13, factor: 480, minutes: 1850, each: times{200, 200, 100, 50, 50, 500}, lull: 1200 * time.Millisecond}
	}
	return scale{rounds: 4, factor: 600, minutes: 60, each: times{4, 4, 2, 1, 1, 5}, lull: time.Second}
}

// TestReplicas has four processes schedule on one store while they are killed,
// held still, all away at once, and disagree about the time, with an engine that
// hangs, is out of reach and loses runs.
func TestReplicas(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) {
		proveReplicas(t, place{onSQLite, filepath.Join(t.TempDir(), "jobs.db")})
	})
	t.Run("Redis", func(t *testing.T) {
		proveReplicas(t, place{onRedis, redistest.Start(t).Addr})
	})
}

func proveReplicas(t *testing.T, at place) {
	t.Helper()
	if !torture.On() {
		t.Parallel() // it waits more than it works
	}
	s := scaled()
	store, closeStore, err := at.open(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, closeStore()) })
	w := &World{place: at, start: time.Now(), factor: s.factor, heard: &heard{failed: map[string]int{}}}
	// Long enough ago that this time does not overtake a server's clock.
	w.epoch = w.start.Add(-30 * 24 * time.Hour).UTC().Truncate(time.Minute)
	born := testclock.At(w.epoch)
	create(t, jobs.NewService(store, &jobs.Options{Now: born.Now}), s.rounds)
	w.start = time.Now()
	w.engine = startEngine(t, jobs.NewService(store, &jobs.Options{Now: w.now, Runs: runOptions(w.factor)}), w.now)

	lasts := time.Duration(s.minutes) * time.Minute / time.Duration(s.factor)
	pain := &torment{replicas: 4, each: s.each, lull: s.lull, until: w.start.Add(lasts), seed: 14}
	require.NoError(t, pain.inflict(t.Context(), w))
	w.engine.ends()
	lived := time.Since(w.start)

	// Later than any clock that was believed.
	left := newSettler(t, store, w.now().Add((maxSkew+maxStep)*time.Duration(w.factor)), runOptions(w.factor))
	left.settle()
	a := &audit{t: t, service: left.service, upTo: left.clock.Now()}
	found := a.all()
	for _, h := range found {
		a.checkLost(h, w)
	}
	a.checkSkips(found, w, store)

	t.Logf("%s: %d ticks of %d jobs, 0 without a fate, 0 with two; %d runs, %d by joins, none created twice; "+
		"%d kills, %d pauses, %d clock steps, %d outages of all; the engine hung %d times and lost %d runs; "+
		"0 live runs lost (%d of a stalled engine), %d skips, none for a dead run; %d runs dispatched again; %s with replicas, %s to settle",
		at.kind, a.ticks, a.jobs, a.runs, a.joins,
		pain.killed.Load(), pain.paused.Load(), pain.stepped.Load(), pain.outages.Load(), pain.hung.Load(), pain.died.Load(),
		a.stalled, a.skips, w.engine.twice,
		lived.Round(time.Millisecond), (time.Since(w.start) - lived).Round(time.Millisecond))
	for _, verdict := range slices.Sorted(maps.Keys(a.fates)) {
		t.Logf("%s: %d ticks %s", at.kind, a.fates[verdict], verdict)
	}
	for _, failure := range slices.Sorted(maps.Keys(w.heard.failed)) {
		t.Logf("%s: %d times a replica reported:%s", at.kind, w.heard.failed[failure], failure)
	}
	require.GreaterOrEqual(t, a.ticks, int(float64(s.rounds*s.minutes)*perMinute))
}
