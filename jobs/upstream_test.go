package jobs_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/versions"
)

// run runs a job by hand to an end.
func (w *World) run(id string, end jobs.RunStatus) jobs.Run {
	w.t.Helper()
	run, err := w.CreateRun(w.ctx, w.Actor, id, jobs.NewRun{})
	require.NoError(w.t, err)
	w.Advance(0)
	w.report(run.ID, jobs.Report{Status: end})
	w.Advance(0)
	return run
}

// finish ends the newest run of a job.
func (w *World) finish(id string, end jobs.RunStatus) {
	w.t.Helper()
	w.report(w.runs(id)[0].ID, jobs.Report{Status: end})
	w.Advance(0)
}

func TestFanInMakesARunWhenEveryUpstreamHasASuccess(t *testing.T) {
	w := newWorld(t, nil)
	a, b := w.create("a"), w.create("b")
	w.run(a.ID, jobs.RunSucceeded)
	join := w.create("join", dependsOn("a", "b"), scheduled("", schedule.ConcurrencyAllow, ""), func(j *jobs.NewJob) { j.MaxConcurrentRuns = 9 })
	w.run(b.ID, jobs.RunSucceeded)
	require.Empty(t, w.runs(join.ID), "what succeeded before the job was published is not used")

	w.run(a.ID, jobs.RunSucceeded)
	runs := w.runs(join.ID)
	require.Len(t, runs, 1)
	require.Equal(t, jobs.TriggerDependency, runs[0].Trigger)

	w.run(a.ID, jobs.RunSucceeded)
	w.run(a.ID, jobs.RunFailed)
	w.run(a.ID, jobs.RunSucceeded)
	require.Len(t, w.runs(join.ID), 1, "b has no success that was not used")
	w.run(b.ID, jobs.RunSucceeded)
	w.run(b.ID, jobs.RunSucceeded)
	require.Len(t, w.runs(join.ID), 3, "each success is used once")
	w.run(b.ID, jobs.RunSucceeded)
	require.Len(t, w.runs(join.ID), 3)
}

func TestFanInMeetsTheConcurrencyPolicy(t *testing.T) {
	w := newWorld(t, patient)
	up := w.create("up")
	down := w.create("down", dependsOn("up"))
	w.run(up.ID, jobs.RunSucceeded)
	w.Outage(time.Second)
	w.run(up.ID, jobs.RunSucceeded)
	require.Equal(t, []string{"12:00 fired"}, w.fates(down.ID), "the second success is kept")
	w.finish(down.ID, jobs.RunSucceeded)
	require.Equal(t, []string{"12:00 fired", "12:00 fired"}, w.fates(down.ID), "and used when the run has ended")
	w.finish(down.ID, jobs.RunSucceeded)
	require.Len(t, w.runs(down.ID), 2)
}

func TestAFailedUpstreamStartsNothing(t *testing.T) {
	w := newWorld(t, nil)
	up := w.create("up")
	down := w.create("down", dependsOn("up"))
	w.run(up.ID, jobs.RunFailed)
	w.run(up.ID, jobs.RunTimeout)
	require.Empty(t, w.runs(down.ID))
}

func TestAChainRunsThrough(t *testing.T) {
	w := newWorld(t, nil)
	first := w.create("first", scheduled("@hourly", "", ""))
	second := w.create("second", dependsOn("first"))
	third := w.create("third", dependsOn("second"))
	w.at(time.Hour)
	for _, job := range []jobs.Job{first, second, third} {
		require.Len(t, w.runs(job.ID), 1, job.Key)
		w.finish(job.ID, jobs.RunSucceeded)
	}
}

func TestAPausedDownstreamUsesNothingOfThePause(t *testing.T) {
	w := newWorld(t, nil)
	up := w.create("up")
	down := w.create("down", dependsOn("up"))
	_, err := w.UpdateJob(w.ctx, w.Actor, down.ID, jobs.JobPatch{Status: new(jobs.Paused)})
	require.NoError(t, err)
	w.run(up.ID, jobs.RunSucceeded)
	_, err = w.UpdateJob(w.ctx, w.Actor, down.ID, jobs.JobPatch{Status: new(jobs.Active)})
	require.NoError(t, err)
	w.Advance(0)
	require.Empty(t, w.runs(down.ID))
	w.run(up.ID, jobs.RunSucceeded)
	require.Len(t, w.runs(down.ID), 1)
}

func TestAScheduleWithDependencies(t *testing.T) {
	nightly := func(keys ...string) func(*jobs.NewJob) {
		return func(j *jobs.NewJob) { j.CronExpression, j.DependsOn = "@hourly", keys }
	}
	t.Run("fires when they have succeeded", func(t *testing.T) {
		w := newWorld(t, nil)
		up := w.create("up")
		down := w.create("down", nightly("up"))
		w.run(up.ID, jobs.RunSucceeded)
		w.at(time.Hour)
		require.Equal(t, []string{"13:00 fired"}, w.fates(down.ID))
		require.Equal(t, []jobs.RunStatus{jobs.RunStarting}, w.statuses(down.ID))
	})
	t.Run("is skipped when one never ran", func(t *testing.T) {
		w := newWorld(t, nil)
		w.create("up")
		down := w.create("down", nightly("up"))
		w.at(time.Hour)
		require.Equal(t, []string{"13:00 skipped: dependency"}, w.fates(down.ID))
	})
	t.Run("is skipped when one failed", func(t *testing.T) {
		w := newWorld(t, nil)
		up := w.create("up")
		down := w.create("down", nightly("up"))
		w.run(up.ID, jobs.RunFailed)
		w.at(time.Hour)
		require.Equal(t, []string{"13:00 skipped: dependency"}, w.fates(down.ID))
	})
	t.Run("waits while one is going, and runs when it succeeds", func(t *testing.T) {
		w := newWorld(t, patient)
		up := w.create("up", scheduled("@hourly", "", ""))
		down := w.create("down", nightly("up"))
		w.at(time.Hour)
		require.Equal(t, []string{"13:00 fired: waiting"}, w.fates(down.ID))
		require.Equal(t, []jobs.RunStatus{jobs.RunPending}, w.statuses(down.ID))
		_, err := w.ReleaseRun(w.ctx, w.Actor, down.ID, w.runs(down.ID)[0].ID)
		requireConflict(t, jobs.ConflictRunState, err)
		w.finish(up.ID, jobs.RunSucceeded)
		require.Equal(t, []jobs.RunStatus{jobs.RunStarting}, w.statuses(down.ID))
	})
	t.Run("waits, and is skipped when it fails", func(t *testing.T) {
		w := newWorld(t, patient)
		up := w.create("up", scheduled("@hourly", "", ""))
		down := w.create("down", nightly("up"))
		w.at(time.Hour)
		w.finish(up.ID, jobs.RunFailed)
		require.Equal(t, []jobs.RunStatus{jobs.RunCancelled}, w.statuses(down.ID))
		require.Equal(t, []string{"13:00 skipped: dependency"}, w.fates(down.ID))
	})
	t.Run("one waits at most", func(t *testing.T) {
		w := newWorld(t, patient)
		w.create("up", scheduled("@hourly", "", ""))
		down := w.create("down", nightly("up"))
		w.at(time.Hour)
		w.at(2 * time.Hour)
		require.Equal(t, []jobs.RunStatus{jobs.RunCancelled, jobs.RunPending}, w.statuses(down.ID))
	})
	t.Run("meets concurrency when it is released", func(t *testing.T) {
		w := newWorld(t, patient)
		up := w.create("up", scheduled("@hourly", "", ""))
		down := w.create("down", nightly("up"))
		w.at(time.Hour)
		_, err := w.CreateRun(w.ctx, w.Actor, down.ID, jobs.NewRun{})
		require.NoError(t, err)
		w.finish(up.ID, jobs.RunSucceeded)
		require.Equal(t, []jobs.RunStatus{jobs.RunCancelled, jobs.RunStarting}, w.statuses(down.ID))
		require.Equal(t, []string{"13:00 skipped: overlap"}, w.fates(down.ID))
	})
	t.Run("a paused upstream counts by its latest run", func(t *testing.T) {
		w := newWorld(t, nil)
		up := w.create("up", scheduled("@hourly", "", ""))
		down := w.create("down", nightly("up"))
		w.run(up.ID, jobs.RunSucceeded)
		_, err := w.UpdateJob(w.ctx, w.Actor, up.ID, jobs.JobPatch{Status: new(jobs.Paused)})
		require.NoError(t, err)
		w.at(time.Hour)
		require.Equal(t, []string{"13:00 fired"}, w.fates(down.ID))
	})
}

func TestRetryRunsTheSameVersion(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job")
	first := w.run(job.ID, jobs.RunFailed)
	w.publish(job.ID, versions.Patch{Config: new(sql("select 2"))})
	again, err := w.RetryRun(w.ctx, w.Actor, job.ID, first.ID)
	require.NoError(t, err)
	require.Equal(t, 1, again.JobVersion)
	require.Equal(t, jobs.TriggerRetry, again.Trigger)
	require.Equal(t, first.ID, again.RetryOf)
	_, err = w.RetryRun(w.ctx, w.Actor, job.ID, again.ID)
	requireConflict(t, jobs.ConflictRunState, err)
}

func TestHoldAndRelease(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job")
	held, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{Hold: true})
	require.NoError(t, err)
	w.at(time.Hour)
	require.Empty(t, w.engine.dispatched)
	ready, err := w.ReleaseRun(w.ctx, w.Actor, job.ID, held.ID)
	require.NoError(t, err)
	require.Equal(t, jobs.RunReady, ready.Status)
	_, err = w.ReleaseRun(w.ctx, w.Actor, job.ID, held.ID)
	requireConflict(t, jobs.ConflictRunState, err)
	w.Advance(0)
	require.Len(t, w.engine.dispatched, 1)
}

func TestAnIdempotencyKeyMakesOneRun(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job")
	first, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{IdempotencyKey: "k"})
	require.NoError(t, err)
	again, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{IdempotencyKey: "k"})
	require.NoError(t, err)
	require.Equal(t, first, again)
	other, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{IdempotencyKey: "l"})
	require.NoError(t, err)
	require.NotEqual(t, first.ID, other.ID)
}

func TestDeleteRun(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job")
	first := w.run(job.ID, jobs.RunSucceeded)
	second, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{})
	require.NoError(t, err)
	requireConflict(t, jobs.ConflictRunState, w.DeleteRun(w.ctx, w.Actor, job.ID, second.ID))
	_, err = w.CancelRun(w.ctx, w.Actor, job.ID, second.ID)
	require.NoError(t, err)
	require.NoError(t, w.DeleteRun(w.ctx, w.Actor, job.ID, second.ID))
	require.ErrorIs(t, w.DeleteRun(w.ctx, w.Actor, job.ID, second.ID), jobs.ErrNotFound)
	require.Equal(t, first.ID, w.job(job.ID).LatestRun.ID)
}
