package jobs_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/versions"
)

// runAt makes a run for a time after the epoch.
func (w *World) runAt(id string, d time.Duration) jobs.Run {
	w.t.Helper()
	run, err := w.CreateRun(w.ctx, w.Actor, id, jobs.NewRun{RunAt: epoch.Add(d)})
	require.NoError(w.t, err)
	return run
}

// waiting is what a run waits for now.
func (w *World) waiting(r jobs.Run) jobs.WaitingFor {
	w.t.Helper()
	run, err := w.JobRun(w.ctx, w.Actor, r.JobID, r.ID)
	require.NoError(w.t, err)
	return run.WaitingFor
}

func TestARunWaitsForItsTime(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job")
	run := w.runAt(job.ID, 3*time.Hour)
	require.Equal(t, epoch.Add(3*time.Hour), run.RunAt)
	require.Equal(t, jobs.RunPending, run.Status)
	require.Equal(t, jobs.WaitingForTime, run.WaitingFor)
	w.publish(job.ID, versions.Patch{Config: new(sql("other"))})
	_, err := w.UpdateJob(w.ctx, w.Actor, job.ID, jobs.JobPatch{Status: new(jobs.Paused)})
	require.NoError(t, err)

	w.at(3*time.Hour - time.Second)
	require.Empty(t, w.engine.dispatched)
	require.Equal(t, jobs.WaitingForTime, w.waiting(run))
	next, err := w.Scheduler.Tick(w.ctx)
	require.NoError(t, err)
	require.Equal(t, epoch.Add(3*time.Hour), next)

	w.at(3 * time.Hour)
	require.Len(t, w.engine.dispatched, 1, "a pause does not stop it")
	require.Equal(t, 1, w.engine.dispatched[0].Version.Number)
	require.Empty(t, w.waiting(run))
	require.Equal(t, run.ID, w.job(job.ID).LatestRun.ID)
}

func TestATimeOfTheLastMinuteIsAtOnce(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job")
	run := w.runAt(job.ID, -30*time.Second)
	require.Equal(t, jobs.WaitingForEngine, run.WaitingFor)
	require.Equal(t, epoch.Add(-30*time.Second), run.RunAt)
	w.Advance(0)
	require.Len(t, w.engine.dispatched, 1)
}

// Until its time nothing sees a run: no tick, no replacement, no dependent. From
// then on it is as any other.
func TestUntilItsTimeARunCountsForNothing(t *testing.T) {
	for _, policy := range []schedule.ConcurrencyPolicy{schedule.ConcurrencySkip, schedule.ConcurrencyReplace} {
		t.Run(string(policy), func(t *testing.T) {
			w := newWorld(t, nil)
			up := w.create("up", scheduled("0 13-15 * * *", policy, ""))
			down := w.create("down", scheduled("30 13-15 * * *", "", ""), dependsOn("up"))
			later := w.runAt(up.ID, 2*time.Hour-30*time.Second)
			w.at(time.Hour)
			w.finish(up.ID, jobs.RunSucceeded)
			require.Equal(t, jobs.WaitingForTime, w.waiting(later))
			require.Nil(t, up.LatestRun)
			require.NotEqual(t, later.ID, w.job(up.ID).LatestRun.ID)
			w.at(90 * time.Minute)
			require.Equal(t, []string{"13:30 fired"}, w.fates(down.ID))
			require.Equal(t, []jobs.RunStatus{jobs.RunStarting}, w.statuses(down.ID))

			w.at(2*time.Hour - 30*time.Second)
			w.at(2 * time.Hour)
			if policy == schedule.ConcurrencySkip {
				require.Equal(t, []string{"13:00 fired", "14:00 skipped: overlap"}, w.fates(up.ID))
				return
			}
			require.Equal(t, []string{"13:00 fired", "14:00 fired: replace"}, w.fates(up.ID))
			run, err := w.JobRun(w.ctx, w.Actor, up.ID, later.ID)
			require.NoError(t, err)
			require.False(t, run.CancelRequestedAt.IsZero())
		})
	}
}

func TestARunIsStartedBeforeItsTime(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job")
	run := w.runAt(job.ID, time.Hour)
	released, err := w.ReleaseRun(w.ctx, w.Actor, job.ID, run.ID)
	require.NoError(t, err)
	require.Equal(t, jobs.WaitingForEngine, released.WaitingFor)
	w.Advance(0)
	require.Len(t, w.engine.dispatched, 1)

	another := w.runAt(job.ID, time.Hour)
	cancelled, err := w.CancelRun(w.ctx, w.Actor, job.ID, another.ID)
	require.NoError(t, err)
	require.Equal(t, jobs.RunCancelled, cancelled.Status)
	w.at(time.Hour)
	require.Len(t, w.engine.dispatched, 1)
}

func TestWhatARunWaitsFor(t *testing.T) {
	w := newWorld(t, nil)
	w.create("up")
	down := w.create("down", scheduled("@hourly", "", ""), dependsOn("up"))
	held, err := w.CreateRun(w.ctx, w.Actor, down.ID, jobs.NewRun{Hold: true})
	require.NoError(t, err)
	require.Equal(t, jobs.WaitingForRelease, held.WaitingFor)
	w.manual(w.create("other").ID)

	up, err := w.ListJobs(w.ctx, w.Actor, jobs.JobQuery{SortByKey: true})
	require.NoError(t, err)
	w.run(up.Jobs[2].ID, jobs.RunSucceeded)
	running := w.manual(up.Jobs[2].ID)
	w.at(time.Hour)
	waits := w.runs(down.ID)[0]
	require.Equal(t, jobs.WaitingForDependencies, waits.WaitingFor)
	require.Equal(t, jobs.WaitingForDependencies, w.job(down.ID).LatestRun.WaitingFor)
	w.report(running.ID, jobs.Report{Status: jobs.RunSucceeded})

	replaced := w.create("replaced", scheduled("@hourly", schedule.ConcurrencyReplace, ""))
	w.at(2 * time.Hour)
	w.at(3 * time.Hour)
	require.Equal(t, jobs.WaitingForPredecessor, w.runs(replaced.ID)[0].WaitingFor)
	require.Empty(t, w.runs(replaced.ID)[1].WaitingFor)

	fresh, err := w.CreateRun(w.ctx, w.Actor, down.ID, jobs.NewRun{})
	require.NoError(t, err)
	require.Equal(t, jobs.WaitingForEngine, fresh.WaitingFor)
}

// The latest run was deleted: the newest of the others takes its place, but for
// those whose time has not come.
func TestTheLatestRunIsNeverOneThatWaitsForItsTime(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job")
	first := w.run(job.ID, jobs.RunSucceeded)
	second := w.run(job.ID, jobs.RunFailed)
	w.runAt(job.ID, time.Hour)
	require.NoError(t, w.DeleteRun(w.ctx, w.Actor, job.ID, second.ID))
	require.Equal(t, first.ID, w.job(job.ID).LatestRun.ID)
}
