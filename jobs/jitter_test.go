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
func (p *World) startOf(id string) time.Time {
	p.t.Helper()
	run := p.runs(id)[0]
	record, err := p.store.Run(p.ctx, p.record(id).JobRef, run.ID)
	require.NoError(p.t, err)
	return record.ReadyAt
}

func TestAScheduledRunWaitsAPartOfTheJitter(t *testing.T) {
	const seconds = 600
	p := newWorld(t, nil)
	job := p.create("job", scheduled("@hourly", "", ""), jittered(seconds))
	for hour := 1; hour <= 5; hour++ {
		tick := epoch.Add(time.Duration(hour) * time.Hour)
		p.at(time.Duration(hour)*time.Hour + 300*time.Millisecond)
		run := p.runs(job.ID)[0]
		require.Equal(t, tick, run.NominalAt, "the nominal time does not change")
		require.Equal(t, tick, p.job(job.ID).LastScheduledAt)
		start := p.startOf(job.ID)
		require.Equal(t, start, tick.Add(jobs.JitterOf(job.ID, tick, seconds)), "whichever replica settles the tick")
		require.Equal(t, jobs.RunPending, run.Status)
		require.Equal(t, jobs.WaitingForTime, run.WaitingFor)
		require.Len(t, p.engine.dispatched, hour-1)

		manual, err := p.CreateRun(p.ctx, p.Actor, job.ID, jobs.NewRun{})
		require.NoError(t, err)
		require.Equal(t, jobs.WaitingForEngine, manual.WaitingFor, "only scheduled runs wait")
		_, err = p.CancelRun(p.ctx, p.Actor, job.ID, manual.ID)
		require.NoError(t, err)

		p.at(start.Sub(epoch))
		require.Len(t, p.engine.dispatched, hour)
		p.report(run.ID, jobs.Report{Status: jobs.RunSucceeded})
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
			p := newWorld(t, &jobs.Options{Runs: jobs.RunOptions{OnTime: 10 * time.Second}})
			job := p.create("job", scheduled("*/5 * * * *", policy, ""), jittered(299))
			p.at(5 * time.Minute)
			p.Outage(4*time.Minute + 50*time.Second)
			_, err := p.CreateRun(p.ctx, p.Actor, p.create("other").ID, jobs.NewRun{})
			require.NoError(t, err)
			first := p.runs(job.ID)[0]
			if start := p.startOf(job.ID); !start.After(p.Now()) {
				p.Advance(0)
			}
			p.at(10 * time.Minute)
			require.Equal(t, want, p.fates(job.ID))
			if policy == schedule.ConcurrencyReplace {
				run, err := p.JobRun(p.ctx, p.Actor, job.ID, first.ID)
				require.NoError(t, err)
				require.True(t, run.Status == jobs.RunCancelled || !run.CancelRequestedAt.IsZero())
			}
		})
	}
}

// After an outage ticks that are late wait their part from when they are settled:
// not all jobs start at once.
func TestALateTickWaitsFromWhenItIsSettled(t *testing.T) {
	p := newWorld(t, nil)
	job := p.create("job", scheduled("@hourly", "", ""), jittered(600))
	p.at(2*time.Hour + 40*time.Minute)
	tick := epoch.Add(2 * time.Hour)
	require.Equal(t, tick, p.runs(job.ID)[0].NominalAt)
	require.Equal(t, p.Now().Add(jobs.JitterOf(job.ID, tick, 600)), p.startOf(job.ID))
}
