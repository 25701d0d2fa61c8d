package jobs_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
)

// jittered gives a new job a jitter.
func jittered(seconds int) func(*jobs.NewJob) {
	return func(j *jobs.NewJob) { j.JitterSeconds = seconds }
}

// startOf is when the scheduler is to dispatch the newest run of a job.
func (w *World) startOf(id string) time.Time {
	w.t.Helper()
	run := w.runs(id)[0]
	record, err := w.store.Run(w.ctx, w.record(id).JobRef, run.ID)
	require.NoError(w.t, err)
	return record.ReadyAt
}

func TestAScheduledRunWaitsAPartOfTheJitter(t *testing.T) {
	const seconds = 600
	w := newWorld(t, nil)
	job := w.create("job", scheduled("@hourly", "", ""), jittered(seconds))
	for hour := 1; hour <= 5; hour++ {
		tick := epoch.Add(time.Duration(hour) * time.Hour)
		w.at(time.Duration(hour)*time.Hour + 300*time.Millisecond)
		run := w.runs(job.ID)[0]
		require.Equal(t, tick, run.NominalAt, "the nominal time does not change")
		require.Equal(t, tick, w.job(job.ID).LastScheduledAt)
		start := w.startOf(job.ID)
		require.Equal(t, start, tick.Add(jobs.JitterOf(job.ID, tick, seconds)), "whichever replica settles the tick")
		require.Equal(t, jobs.RunPending, run.Status)
		require.Equal(t, jobs.WaitingForTime, run.WaitingFor)
		require.Len(t, w.engine.dispatched, hour-1)

		manual, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{})
		require.NoError(t, err)
		require.Equal(t, jobs.WaitingForEngine, manual.WaitingFor, "only scheduled runs wait")
		_, err = w.CancelRun(w.ctx, w.Actor, job.ID, manual.ID)
		require.NoError(t, err)

		w.at(start.Sub(epoch))
		require.Len(t, w.engine.dispatched, hour)
		w.report(run.ID, jobs.Report{Status: jobs.RunSucceeded})
	}
}

func TestPartsOfTheJitterAreSpread(t *testing.T) {
	const seconds = 100
	seen := map[time.Duration]int{}
	for _, id := range []string{"A", "B", "C", "D", "E"} {
		for n := range 200 {
			at := epoch.Add(time.Duration(n) * time.Hour)
			part := jobs.JitterOf(id, at, seconds)
			require.Equal(t, part, jobs.JitterOf(id, at, seconds))
			require.GreaterOrEqual(t, part, time.Duration(0))
			require.Less(t, part, seconds*time.Second)
			seen[part/(10*time.Second)]++
		}
	}
	for tenth := range time.Duration(10) {
		require.InDelta(t, 100, seen[tenth], 40, "tenth %d", tenth)
	}
	require.Zero(t, jobs.JitterOf("A", epoch, 0))
}

// A run that waits for its part holds its place: what meets it is skipped, or
// replaces it.
func TestARunCountsWhileItWaitsForItsPart(t *testing.T) {
	for policy, want := range map[schedule.ConcurrencyPolicy][]string{
		schedule.ConcurrencySkip:    {"12:05 fired", "12:10 skipped: overlap"},
		schedule.ConcurrencyReplace: {"12:05 fired", "12:10 fired: replace"},
	} {
		t.Run(string(policy), func(t *testing.T) {
			w := newWorld(t, &jobs.Options{Runs: jobs.RunOptions{OnTime: 10 * time.Second}})
			job := w.create("job", scheduled("*/5 * * * *", policy, ""), jittered(299))
			w.at(5 * time.Minute)
			w.Outage(4*time.Minute + 50*time.Second)
			_, err := w.CreateRun(w.ctx, w.Actor, w.create("other").ID, jobs.NewRun{})
			require.NoError(t, err)
			first := w.runs(job.ID)[0]
			if start := w.startOf(job.ID); !start.After(w.Now()) {
				w.Advance(0)
			}
			w.at(10 * time.Minute)
			require.Equal(t, want, w.fates(job.ID))
			if policy == schedule.ConcurrencyReplace {
				run, err := w.JobRun(w.ctx, w.Actor, job.ID, first.ID)
				require.NoError(t, err)
				require.True(t, run.Status == jobs.RunCancelled || !run.CancelRequestedAt.IsZero())
			}
		})
	}
}

// After an outage ticks that are late wait their part from when they are settled:
// not all jobs start at once.
func TestALateTickWaitsFromWhenItIsSettled(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", scheduled("@hourly", "", ""), jittered(600))
	w.at(2*time.Hour + 40*time.Minute)
	tick := epoch.Add(2 * time.Hour)
	require.Equal(t, tick, w.runs(job.ID)[0].NominalAt)
	require.Equal(t, w.Now().Add(jobs.JitterOf(job.ID, tick, 600)), w.startOf(job.ID))
}
