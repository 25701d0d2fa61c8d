package jobs_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/versions"
)

// deaths are the ways in which the run of yesterday looks, from what the store
// knows, when everything that knew of it is gone.
var deaths = map[string]func(w *World, id string){
	"silent":    func(*World, string) {},
	"timed out": func(*World, string) {},
	"cancelled": func(w *World, id string) {
		_, err := w.CancelRun(w.ctx, w.Actor, id, w.runs(id)[0].ID)
		require.NoError(w.t, err)
	},
}

// restart is a scheduler that knows nothing of the one before it.
func (w *World) restart() {
	w.Scheduler = jobs.NewScheduler(w.Service, w.engine, nil)
	w.look()
}

// yesterday makes a job with a run that the engine has, and lets everything die.
// It comes back when the next tick is due.
func yesterday(t *testing.T, death string, c schedule.ConcurrencyPolicy, m schedule.MissedSchedulePolicy) (w *World, id string) {
	w = newWorld(t, nil)
	job := w.create("job", scheduled("0 2 * * *", c, m), func(j *jobs.NewJob) {
		j.MaxConcurrentRuns, j.TimeoutSeconds = 1, 48*3600
		if death == "timed out" {
			j.TimeoutSeconds = 3600
		}
	})
	w.at(14 * time.Hour)
	w.report(w.runs(job.ID)[0].ID, jobs.Report{Status: jobs.RunRunning})
	deaths[death](w, job.ID)
	w.Outage(24*time.Hour + 30*time.Second)
	w.restart()
	return w, job.ID
}

// TestADeadRunTakesNoTick: the tick fires when the run is known to be gone.
func TestADeadRunTakesNoTick(t *testing.T) {
	for death := range deaths {
		for _, c := range []schedule.ConcurrencyPolicy{"skip", "allow", "replace"} {
			for _, m := range []schedule.MissedSchedulePolicy{"skip", "latest", "all"} {
				t.Run(death+" "+string(c)+" "+string(m), func(t *testing.T) {
					w, id := yesterday(t, death, c, m)
					w.Outage(10 * time.Second)
					w.restart()
					w.Advance(3 * time.Minute)
					want := "02:00 fired"
					if c == "replace" {
						want += ": replace" // it waits for the dead run in any case
					}
					require.Equal(t, []string{"02:00 fired", want}, w.fates(id))
					require.Equal(t, jobs.RunStarting, w.runs(id)[0].Status)
				})
			}
		}
	}
}

// TestALiveRunTakesItsTick: its engine was only not heard of.
func TestALiveRunTakesItsTick(t *testing.T) {
	for _, m := range []schedule.MissedSchedulePolicy{"skip", "latest"} {
		w, id := yesterday(t, "silent", "skip", m)
		require.Equal(t, []string{"02:00 fired"}, w.fates(id))
		w.report(w.runs(id)[0].ID, jobs.Report{})
		w.Outage(20 * time.Second)
		w.look()
		require.Equal(t, []string{"02:00 fired", "02:00 skipped: overlap"}, w.fates(id), m)
	}
}

// TestAPublishHoldsATickForADeadRun: its run waits until the other one is known to
// be gone, or alive.
func TestAPublishHoldsATickForADeadRun(t *testing.T) {
	for alive, want := range map[bool]string{false: "02:00 fired: waiting", true: "02:00 skipped: overlap"} {
		w, id := yesterday(t, "silent", "skip", "latest")
		w.publish(id, versions.Patch{CronExpression: new("0 3 * * *")})
		require.Equal(t, []string{"02:00 fired", "02:00 fired: waiting"}, w.fates(id))
		if alive {
			w.report(w.runs(id)[1].ID, jobs.Report{})
		}
		w.Advance(3 * time.Minute)
		require.Equal(t, want, w.fates(id)[1])
		status := map[bool]jobs.RunStatus{false: jobs.RunStarting, true: jobs.RunCancelled}[alive]
		require.Equal(t, status, w.runs(id)[0].Status)
	}
}

// TestAJoinHoldsASuccessForADeadRun: nothing is skipped for it.
func TestAJoinHoldsASuccessForADeadRun(t *testing.T) {
	w := newWorld(t, nil)
	up := w.create("up")
	down := w.create("down", dependsOn("up"))
	w.run(up.ID, jobs.RunSucceeded)
	w.report(w.runs(down.ID)[0].ID, jobs.Report{Status: jobs.RunRunning})
	w.Outage(time.Hour)
	w.restart()
	w.run(up.ID, jobs.RunSucceeded)
	w.Advance(3 * time.Minute)
	require.Equal(t, []jobs.RunStatus{jobs.RunFailed, jobs.RunStarting}, w.statuses(down.ID))
}

// TestAHeldTickKeepsItsOwnDependencies: the tick was due under the version before,
// which had none.
func TestAHeldTickKeepsItsOwnDependencies(t *testing.T) {
	w, id := yesterday(t, "silent", "skip", "latest")
	w.create("never ran")
	w.publish(id, versions.Patch{DependsOn: &[]string{"never ran"}})
	w.Advance(3 * time.Minute)
	require.Equal(t, []string{"02:00 fired", "02:00 fired: waiting"}, w.fates(id))
	require.Equal(t, jobs.RunStarting, w.runs(id)[0].Status)
}

// TestAHeldTickAfterASecondOutage: what came due after it was seen on time.
func TestAHeldTickAfterASecondOutage(t *testing.T) {
	w := newWorld(t, &jobs.Options{Runs: jobs.RunOptions{Lease: 10 * time.Minute}})
	job := w.create("job", scheduled("*/5 * * * *", schedule.ConcurrencyAllow, schedule.MissedSkip), func(j *jobs.NewJob) { j.MaxConcurrentRuns = 2 })
	w.at(5 * time.Minute)
	w.at(10 * time.Minute)
	for _, r := range w.runs(job.ID) {
		w.report(r.ID, jobs.Report{Status: jobs.RunRunning})
	}
	w.at(25 * time.Minute) // both look dead: the tick of 12:25 is held
	w.at(28 * time.Minute) // nobody looked for three minutes
	w.Advance(20 * time.Minute)
	fates := w.fates(job.ID)
	t.Log(fates, w.statuses(job.ID))
	require.Contains(t, fates, "12:25 fired")
	require.Contains(t, fates, "12:30 fired")
}

func TestALeaseFromTheFutureTakesNoTick(t *testing.T) {
	const years = 10 * 365 * 24 * time.Hour
	w := newWorld(t, nil)
	job := w.create("job", scheduled("0 * * * *", schedule.ConcurrencySkip, schedule.MissedLatest))
	w.at(time.Hour)
	w.Outage(years)
	w.report(w.runs(job.ID)[0].ID, jobs.Report{Status: jobs.RunRunning})
	w.Outage(-years) // and then the engine dies
	w.Advance(time.Hour + 3*time.Minute)
	require.Equal(t, jobs.RunFailed, w.statuses(job.ID)[0])
	require.Equal(t, []string{"13:00 fired", "14:00 fired"}, w.fates(job.ID))
}
