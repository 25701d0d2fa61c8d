package jobs_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
)

// Documents with the end of a pause may be applied at any time: before it, when it
// is over and nobody has noticed, when a scheduler has, and where there is no job.
func TestDocumentsOfAPauseThatIsOver(t *testing.T) {
	pausedFor := func(d time.Duration) func(*jobs.NewJob) {
		return func(j *jobs.NewJob) { j.Status, j.PausedUntil = jobs.Paused, epoch.Add(d) }
	}
	hourly := scheduled("@hourly", schedule.ConcurrencySkip, schedule.MissedLatest)
	w := newWorld(t, nil)
	given := doc("job", hourly, pausedFor(90*time.Minute))
	require.Equal(t, []string{"job created"}, w.apply(w.Actor, nil, given))
	require.Equal(t, []string{"job unchanged"}, w.apply(w.Actor, nil, given))
	exported := w.exported(w.Actor)

	w.Outage(90 * time.Minute) // and no scheduler looks
	stale := w.exported(w.Actor)
	require.Equal(t, exported, stale)
	require.Equal(t, []string{"job unchanged", "new created"}, w.apply(w.Actor, &jobs.ApplyOptions{DryRun: true}, given, doc("new", pausedFor(time.Hour))))
	require.Equal(t, exported, w.exported(w.Actor))
	require.Equal(t, []string{"job unchanged"}, w.apply(w.Actor, nil, stale...))
	is := w.exported(w.Actor)
	require.Equal(t, jobs.Active, is[0].Status)
	require.True(t, is[0].PausedUntil.IsZero())

	w.at(5 * time.Hour)
	require.Equal(t, []string{"job unchanged", "new created"}, w.apply(w.Actor, nil, given, doc("new", pausedFor(time.Hour))))
	later := doc("job", hourly, pausedFor(6*time.Hour))
	require.Equal(t, []string{"job updated /status /pausedUntil"}, w.apply(w.Actor, nil, later))
	require.Equal(t, []string{"job updated /status /pausedUntil"}, w.apply(w.Actor, nil, given))
}
