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
func (p *World) run(id string, end jobs.RunStatus) jobs.Run {
	p.t.Helper()
	run, err := p.CreateRun(p.ctx, p.Actor, id, jobs.NewRun{})
	require.NoError(p.t, err)
	p.Advance(0)
	p.report(run.ID, jobs.Report{Status: end})
	p.Advance(0)
	return run
}

// finish ends the newest run of a job.
func (p *World) finish(id string, end jobs.RunStatus) {
	p.t.Helper()
	p.report(p.runs(id)[0].ID, jobs.Report{Status: end})
	p.Advance(0)
}

func TestFanInMakesARunWhenEveryUpstreamHasASuccess(t *testing.T) {
	p := newWorld(t, nil)
	a, b := p.create("a"), p.create("b")
	p.run(a.ID, jobs.RunSucceeded)
	join := p.create("join", dependsOn("a", "b"), scheduled("", schedule.ConcurrencyAllow, ""), func(j *jobs.NewJob) { j.MaxConcurrentRuns = 9 })
	p.run(b.ID, jobs.RunSucceeded)
	require.Empty(t, p.runs(join.ID), "what succeeded before the job was published is not used")

	p.run(a.ID, jobs.RunSucceeded)
	runs := p.runs(join.ID)
	require.Len(t, runs, 1)
	require.Equal(t, jobs.TriggerDependency, runs[0].Trigger)

	p.run(a.ID, jobs.RunSucceeded)
	p.run(a.ID, jobs.RunFailed)
	p.run(a.ID, jobs.RunSucceeded)
	require.Len(t, p.runs(join.ID), 1, "b has no success that was not used")
	p.run(b.ID, jobs.RunSucceeded)
	p.run(b.ID, jobs.RunSucceeded)
	require.Len(t, p.runs(join.ID), 3, "each success is used once")
	p.run(b.ID, jobs.RunSucceeded)
	require.Len(t, p.runs(join.ID), 3)
}

func TestFanInMeetsTheConcurrencyPolicy(t *testing.T) {
	p := newWorld(t, patient)
	up := p.create("up")
	down := p.create("down", dependsOn("up"))
	p.run(up.ID, jobs.RunSucceeded)
	p.Outage(time.Second)
	p.run(up.ID, jobs.RunSucceeded)
	require.Equal(t, []string{"12:00 fired"}, p.fates(down.ID), "the second success is kept")
	p.finish(down.ID, jobs.RunSucceeded)
	require.Equal(t, []string{"12:00 fired", "12:00 fired"}, p.fates(down.ID), "and used when the run has ended")
	p.finish(down.ID, jobs.RunSucceeded)
	require.Len(t, p.runs(down.ID), 2)
}

func TestAFailedUpstreamStartsNothing(t *testing.T) {
	p := newWorld(t, nil)
	up := p.create("up")
	down := p.create("down", dependsOn("up"))
	p.run(up.ID, jobs.RunFailed)
	p.run(up.ID, jobs.RunTimeout)
	require.Empty(t, p.runs(down.ID))
}

func TestAChainRunsThrough(t *testing.T) {
	p := newWorld(t, nil)
	first := p.create("first", scheduled("@hourly", "", ""))
	second := p.create("second", dependsOn("first"))
	third := p.create("third", dependsOn("second"))
	p.at(time.Hour)
	for _, job := range []jobs.Job{first, second, third} {
		require.Len(t, p.runs(job.ID), 1, job.Key)
		p.finish(job.ID, jobs.RunSucceeded)
	}
}

func TestAPausedDownstreamUsesNothingOfThePause(t *testing.T) {
	p := newWorld(t, nil)
	up := p.create("up")
	down := p.create("down", dependsOn("up"))
	_, err := p.UpdateJob(p.ctx, p.Actor, down.ID, jobs.JobPatch{Status: new(jobs.Paused)})
	require.NoError(t, err)
	p.run(up.ID, jobs.RunSucceeded)
	_, err = p.UpdateJob(p.ctx, p.Actor, down.ID, jobs.JobPatch{Status: new(jobs.Active)})
	require.NoError(t, err)
	p.Advance(0)
	require.Empty(t, p.runs(down.ID))
	p.run(up.ID, jobs.RunSucceeded)
	require.Len(t, p.runs(down.ID), 1)
}

func TestAScheduleWithDependencies(t *testing.T) {
	nightly := func(keys ...string) func(*jobs.NewJob) {
		return func(j *jobs.NewJob) { j.CronExpression, j.DependsOn = "@hourly", keys }
	}
	t.Run("fires when they have succeeded", func(t *testing.T) {
		p := newWorld(t, nil)
		up := p.create("up")
		down := p.create("down", nightly("up"))
		p.run(up.ID, jobs.RunSucceeded)
		p.at(time.Hour)
		require.Equal(t, []string{"13:00 fired"}, p.fates(down.ID))
		require.Equal(t, []jobs.RunStatus{jobs.RunStarting}, p.statuses(down.ID))
	})
	t.Run("is skipped when one never ran", func(t *testing.T) {
		p := newWorld(t, nil)
		p.create("up")
		down := p.create("down", nightly("up"))
		p.at(time.Hour)
		require.Equal(t, []string{"13:00 skipped: dependency"}, p.fates(down.ID))
	})
	t.Run("is skipped when one failed", func(t *testing.T) {
		p := newWorld(t, nil)
		up := p.create("up")
		down := p.create("down", nightly("up"))
		p.run(up.ID, jobs.RunFailed)
		p.at(time.Hour)
		require.Equal(t, []string{"13:00 skipped: dependency"}, p.fates(down.ID))
	})
	t.Run("waits while one is going, and runs when it succeeds", func(t *testing.T) {
		p := newWorld(t, patient)
		up := p.create("up", scheduled("@hourly", "", ""))
		down := p.create("down", nightly("up"))
		p.at(time.Hour)
		require.Equal(t, []string{"13:00 fired: waiting"}, p.fates(down.ID))
		require.Equal(t, []jobs.RunStatus{jobs.RunPending}, p.statuses(down.ID))
		_, err := p.ReleaseRun(p.ctx, p.Actor, down.ID, p.runs(down.ID)[0].ID)
		requireConflict(t, jobs.ConflictRunState, err)
		p.finish(up.ID, jobs.RunSucceeded)
		require.Equal(t, []jobs.RunStatus{jobs.RunStarting}, p.statuses(down.ID))
	})
	t.Run("waits, and is skipped when it fails", func(t *testing.T) {
		p := newWorld(t, patient)
		up := p.create("up", scheduled("@hourly", "", ""))
		down := p.create("down", nightly("up"))
		p.at(time.Hour)
		p.finish(up.ID, jobs.RunFailed)
		require.Equal(t, []jobs.RunStatus{jobs.RunCancelled}, p.statuses(down.ID))
		require.Equal(t, []string{"13:00 skipped: dependency"}, p.fates(down.ID))
	})
	t.Run("one waits at most", func(t *testing.T) {
		p := newWorld(t, patient)
		p.create("up", scheduled("@hourly", "", ""))
		down := p.create("down", nightly("up"))
		p.at(time.Hour)
		p.at(2 * time.Hour)
		require.Equal(t, []jobs.RunStatus{jobs.RunCancelled, jobs.RunPending}, p.statuses(down.ID))
	})
	t.Run("meets concurrency when it is released", func(t *testing.T) {
		p := newWorld(t, patient)
		up := p.create("up", scheduled("@hourly", "", ""))
		down := p.create("down", nightly("up"))
		p.at(time.Hour)
		_, err := p.CreateRun(p.ctx, p.Actor, down.ID, jobs.NewRun{})
		require.NoError(t, err)
		p.finish(up.ID, jobs.RunSucceeded)
		require.Equal(t, []jobs.RunStatus{jobs.RunCancelled, jobs.RunStarting}, p.statuses(down.ID))
		require.Equal(t, []string{"13:00 skipped: overlap"}, p.fates(down.ID))
	})
	t.Run("a paused upstream counts by its latest run", func(t *testing.T) {
		p := newWorld(t, nil)
		up := p.create("up", scheduled("@hourly", "", ""))
		down := p.create("down", nightly("up"))
		p.run(up.ID, jobs.RunSucceeded)
		_, err := p.UpdateJob(p.ctx, p.Actor, up.ID, jobs.JobPatch{Status: new(jobs.Paused)})
		require.NoError(t, err)
		p.at(time.Hour)
		require.Equal(t, []string{"13:00 fired"}, p.fates(down.ID))
	})
}

func TestRetryRunsTheSameVersion(t *testing.T) {
	p := newWorld(t, nil)
	job := p.create("job")
	first := p.run(job.ID, jobs.RunFailed)
	p.publish(job.ID, versions.Patch{Config: new(sql("select 2"))})
	again, err := p.RetryRun(p.ctx, p.Actor, job.ID, first.ID)
	require.NoError(t, err)
	require.Equal(t, 1, again.JobVersion)
	require.Equal(t, jobs.TriggerRetry, again.Trigger)
	require.Equal(t, first.ID, again.RetryOf)
	_, err = p.RetryRun(p.ctx, p.Actor, job.ID, again.ID)
	requireConflict(t, jobs.ConflictRunState, err)
}

func TestHoldAndRelease(t *testing.T) {
	p := newWorld(t, nil)
	job := p.create("job")
	held, err := p.CreateRun(p.ctx, p.Actor, job.ID, jobs.NewRun{Hold: true})
	require.NoError(t, err)
	p.at(time.Hour)
	require.Empty(t, p.engine.dispatched)
	ready, err := p.ReleaseRun(p.ctx, p.Actor, job.ID, held.ID)
	require.NoError(t, err)
	require.Equal(t, jobs.RunReady, ready.Status)
	_, err = p.ReleaseRun(p.ctx, p.Actor, job.ID, held.ID)
	requireConflict(t, jobs.ConflictRunState, err)
	p.Advance(0)
	require.Len(t, p.engine.dispatched, 1)
}

func TestAnIdempotencyKeyMakesOneRun(t *testing.T) {
	p := newWorld(t, nil)
	job := p.create("job")
	first, err := p.CreateRun(p.ctx, p.Actor, job.ID, jobs.NewRun{IdempotencyKey: "k"})
	require.NoError(t, err)
	again, err := p.CreateRun(p.ctx, p.Actor, job.ID, jobs.NewRun{IdempotencyKey: "k"})
	require.NoError(t, err)
	require.Equal(t, first, again)
	other, err := p.CreateRun(p.ctx, p.Actor, job.ID, jobs.NewRun{IdempotencyKey: "l"})
	require.NoError(t, err)
	require.NotEqual(t, first.ID, other.ID)
}

func TestDeleteRun(t *testing.T) {
	p := newWorld(t, nil)
	job := p.create("job")
	first := p.run(job.ID, jobs.RunSucceeded)
	second, err := p.CreateRun(p.ctx, p.Actor, job.ID, jobs.NewRun{})
	require.NoError(t, err)
	requireConflict(t, jobs.ConflictRunState, p.DeleteRun(p.ctx, p.Actor, job.ID, second.ID))
	_, err = p.CancelRun(p.ctx, p.Actor, job.ID, second.ID)
	require.NoError(t, err)
	require.NoError(t, p.DeleteRun(p.ctx, p.Actor, job.ID, second.ID))
	require.ErrorIs(t, p.DeleteRun(p.ctx, p.Actor, job.ID, second.ID), jobs.ErrNotFound)
	require.Equal(t, first.ID, p.job(job.ID).LatestRun.ID)
}
