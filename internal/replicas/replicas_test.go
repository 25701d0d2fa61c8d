package replicas_test

import (
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/redistest"
	"github.com/jobledger/jobledger/jobs"
)

// scale is how much TestReplicas does.
type scale struct {
	rounds, factor int
	// minutes is how many pass for the jobs before the replicas may end.
	minutes       int
	kills, pauses int
	lull          time.Duration
}

// scaled is a few seconds, or the full figures: 100,000 ticks.
func scaled() scale {
	if torture() {
		return scale{rounds: 13, factor: 480, minutes: 1850, kills: 200, pauses: 200, lull: 1200 * time.Millisecond}
	}
	return scale{rounds: 4, factor: 600, minutes: 110, kills: 8, pauses: 8, lull: 2 * time.Second}
}

// TestReplicas has four processes schedule on one store while they are killed,
// held still, and disagree about the time.
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
	s := scaled()
	store, closeStore, err := at.open(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, closeStore()) })
	w := &world{place: at, start: time.Now(), factor: s.factor, heard: newHeard()}
	// Long enough ago that this time does not overtake a server's clock.
	w.epoch = w.start.Add(-30 * 24 * time.Hour).UTC().Truncate(time.Minute)
	born := handClock{now: w.epoch}
	create(t, jobs.NewService(store, &jobs.Options{Now: born.Now}), s.rounds)
	w.start = time.Now()

	lasts := time.Duration(s.minutes) * time.Minute / time.Duration(s.factor)
	pain := &torment{
		replicas: 4, kills: s.kills, pauses: s.pauses, lull: s.lull,
		until: w.start.Add(lasts), seed: 14,
	}
	require.NoError(t, pain.inflict(t.Context(), w))
	lived := time.Since(w.start)

	left := newSettler(t, store, fastClock{start: w.start, epoch: w.epoch, factor: w.factor, skew: maxSkew}.Now(), runOptions(w.factor))
	left.settle()
	a := &audit{t: t, service: left.service, upTo: left.clock.Now()}
	a.all()

	t.Logf("%s: %d ticks of %d jobs, 0 without a fate, 0 with two; %d runs, %d by joins, none created twice; "+
		"%d kills, %d pauses (%d longer than a lease), %d runs dispatched twice or more; %s with replicas, %s to settle",
		at.kind, a.ticks, a.jobs, a.runs, a.joins,
		pain.killed.Load(), pain.paused.Load(), pain.long.Load(), w.heard.twice(),
		lived.Round(time.Millisecond), (time.Since(w.start) - lived).Round(time.Millisecond))
	for _, verdict := range slices.Sorted(maps.Keys(a.fates)) {
		t.Logf("%s: %d ticks %s", at.kind, a.fates[verdict], verdict)
	}
	for _, failure := range slices.Sorted(maps.Keys(w.heard.failed)) {
		t.Logf("%s: %d times a replica reported:%s", at.kind, w.heard.failed[failure], failure)
	}
	require.GreaterOrEqual(t, a.ticks, int(float64(s.rounds*s.minutes)*perMinute))
}
