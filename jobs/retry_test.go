package jobs_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/versions"
)

// retried gives a new job attempts, the second a minute after the first.
func retried(attempts int) func(*jobs.NewJob) {
	return func(j *jobs.NewJob) {
		j.Retry = versions.Retry{MaxAttempts: attempts, BackoffSeconds: 60, MaxBackoffSeconds: 150}
	}
}

// newest is the newest run of a job.
func (p *World) newest(id string) jobs.Run {
	p.t.Helper()
	return p.runs(id)[0]
}

// ends lists the events of the ends of a job's runs, oldest first.
func (p *World) ends(id string) []jobs.Event {
	p.t.Helper()
	var ends []jobs.Event
	for _, e := range p.journal() {
		if e.JobID == id && slices.Contains([]jobs.EventKind{jobs.RunEndSucceeded, jobs.RunEndFailed, jobs.RunEndCancelled, jobs.RunEndTimeout}, e.Kind) {
			ends = append(ends, e)
		}
	}
	return ends
}

func TestARunThatFailsIsTriedAgain(t *testing.T) {
	p, s := newSpiedWorld(t, nil)
	job := p.create("job", scheduled("0 13 * * *", schedule.ConcurrencySkip, schedule.MissedLatest), retried(3))
	p.at(time.Hour)
	first := p.newest(job.ID)
	require.Equal(t, 1, first.Attempt)

	s.made()
	s.read()
	p.report(first.ID, jobs.Report{Status: jobs.RunFailed})
	require.Len(t, s.made(), 1, "the next attempt is made in the commit that ends the one before")
	reads, byName := s.read()
	require.LessOrEqual(t, reads, 3, "%v", byName)
	second := p.newest(job.ID)
	require.Equal(t, jobs.Run{
		ID: second.ID, OrganizationID: org, JobID: job.ID, JobKey: "job", WaitingFor: jobs.WaitingForTime, Number: first.Number + 1, JobVersion: 1, Status: jobs.RunPending,
		Trigger: jobs.TriggerRetry, NominalAt: first.NominalAt, Attempt: 2, RetryOf: first.ID, ResourceCleanupMode: jobs.CleanupAlways,
		CreatedAt: p.Now(), CreatedBy: first.CreatedBy, UpdatedAt: p.Now(), UpdatedBy: first.CreatedBy,
	}, second)
	require.Equal(t, second.ID, p.job(job.ID).LatestRun.ID)
	require.Empty(t, p.job(job.ID).LastOutcome, "the chain has not ended")

	p.at(time.Hour + 59*time.Second)
	require.Equal(t, jobs.RunPending, p.newest(job.ID).Status)
	p.at(time.Hour + time.Minute)
	require.Equal(t, jobs.RunStarting, p.newest(job.ID).Status)
	p.report(second.ID, jobs.Report{Status: jobs.RunTimeout})
	third := p.newest(job.ID)
	require.Equal(t, 3, third.Attempt)
	require.Equal(t, second.ID, third.RetryOf)
	p.at(time.Hour + 2*time.Minute + 59*time.Second)
	require.Equal(t, jobs.RunPending, p.newest(job.ID).Status, "the wait doubles")
	p.at(time.Hour + 3*time.Minute)
	p.report(third.ID, jobs.Report{Status: jobs.RunFailed})
	require.Equal(t, jobs.RunFailed, p.job(job.ID).LastOutcome)
	require.Equal(t, []jobs.RunStatus{jobs.RunFailed, jobs.RunTimeout, jobs.RunFailed}, p.statuses(job.ID))

	ends := p.ends(job.ID)
	require.Len(t, ends, 3)
	for i, e := range ends {
		require.Equal(t, i+1, e.Attempt)
		require.Equal(t, i == 2, e.Final)
	}
	again, err := p.RetryRun(p.ctx, p.Actor, job.ID, third.ID)
	require.NoError(t, err)
	require.Equal(t, 1, again.Attempt, "by hand a chain of its own begins")
	require.Equal(t, third.ID, again.RetryOf)
	p.Advance(0)
	p.report(again.ID, jobs.Report{Status: jobs.RunSucceeded})
	require.Equal(t, jobs.RunSucceeded, p.job(job.ID).LastOutcome)
	require.Equal(t, jobs.RunSucceeded, p.newest(job.ID).Status, "a success is followed by none")
}

func TestWhichEndsAreRetried(t *testing.T) {
	for _, c := range []struct {
		name    string
		end     func(p *World, run jobs.Run)
		status  jobs.RunStatus
		retried bool
	}{
		{"it failed", func(p *World, run jobs.Run) { p.report(run.ID, jobs.Report{Status: jobs.RunFailed}) }, jobs.RunFailed, true},
		{"it took too long", func(p *World, run jobs.Run) { p.report(run.ID, jobs.Report{Status: jobs.RunTimeout}) }, jobs.RunTimeout, true},
		{"it succeeded", func(p *World, run jobs.Run) { p.report(run.ID, jobs.Report{Status: jobs.RunSucceeded}) }, jobs.RunSucceeded, false},
		{"it was lost", func(p *World, run jobs.Run) {
			p.report(run.ID, jobs.Report{Status: jobs.RunRunning})
			p.Advance(3 * time.Minute)
		}, jobs.RunFailed, true},
		{"the engine cancelled it", func(p *World, run jobs.Run) {
			p.report(run.ID, jobs.Report{Status: jobs.RunCancelled})
		}, jobs.RunCancelled, false},
		{"it failed when it was to stop", func(p *World, run jobs.Run) {
			_, err := p.CancelRun(p.ctx, p.Actor, run.JobID, run.ID)
			require.NoError(p.t, err)
			p.report(run.ID, jobs.Report{Status: jobs.RunFailed})
		}, jobs.RunFailed, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newWorld(t, nil)
			job := p.create("job", retried(2))
			run := p.manual(job.ID)
			p.Advance(0)
			c.end(p, run)
			ended, err := p.JobRun(p.ctx, p.Actor, job.ID, run.ID)
			require.NoError(t, err)
			require.Equal(t, c.status, ended.Status)
			require.Equal(t, c.retried, len(p.runs(job.ID)) == 2)
		})
	}
}

func TestWhatTheEngineNeverTookIsRetriedUnlessItRefused(t *testing.T) {
	for _, refuses := range []bool{true, false} {
		p := newWorld(t, &jobs.Options{Runs: jobs.RunOptions{DispatchFor: time.Second, DispatchBackoff: time.Second}})
		job := p.create("job", retried(2))
		p.manual(job.ID)
		p.engine.answer = func() error {
			if refuses {
				return jobs.ErrRejected
			}
			return errors.New("the engine is away")
		}
		for range 5 {
			_, _ = p.Scheduler.Tick(p.ctx)
			p.Outage(time.Second)
		}
		runs := p.runs(job.ID)
		require.Equal(t, jobs.RunFailed, runs[len(runs)-1].Status)
		require.Equal(t, refuses, len(runs) == 1, "%v", runs)
	}
}

func TestAWaitingAttemptHoldsItsPlace(t *testing.T) {
	p := newWorld(t, nil)
	job := p.create("job", scheduled("0 * * * *", schedule.ConcurrencySkip, schedule.MissedLatest), func(j *jobs.NewJob) {
		j.Retry = versions.Retry{MaxAttempts: 2, BackoffSeconds: 2 * 60 * 60}
	})
	p.at(time.Hour)
	p.report(p.newest(job.ID).ID, jobs.Report{Status: jobs.RunFailed})
	p.at(2 * time.Hour)
	require.Equal(t, []string{"13:00 fired", "14:00 skipped: overlap"}, p.fates(job.ID))
	_, err := p.UpdateJob(p.ctx, p.Actor, job.ID, jobs.JobPatch{Status: new(jobs.Paused)})
	require.NoError(t, err)
	p.at(3 * time.Hour)
	require.Equal(t, jobs.RunStarting, p.newest(job.ID).Status, "a pause does not stop it")

	again := p.create("again", scheduled("0 * * * *", schedule.ConcurrencyReplace, schedule.MissedLatest), retried(2), func(j *jobs.NewJob) {
		j.Retry.BackoffSeconds, j.Retry.MaxBackoffSeconds = 7200, 7200
	})
	p.at(4 * time.Hour)
	p.report(p.newest(again.ID).ID, jobs.Report{Status: jobs.RunFailed})
	p.at(5 * time.Hour)
	require.Equal(t, []jobs.RunStatus{jobs.RunFailed, jobs.RunCancelled, jobs.RunStarting}, p.statuses(again.ID), "replace cancels it")
	require.Equal(t, jobs.RunCancelled, p.job(again.ID).LastOutcome)
}

func TestTheChainOfACancelledAttemptIsOver(t *testing.T) {
	p := newWorld(t, nil)
	job := p.create("job", retried(9))
	p.manual(job.ID)
	p.Advance(0)
	p.report(p.newest(job.ID).ID, jobs.Report{Status: jobs.RunFailed})
	waiting := p.newest(job.ID)
	p.publish(job.ID, versions.Patch{Retry: &versions.Retry{MaxAttempts: 1}})
	cancelled, err := p.CancelRun(p.ctx, p.Actor, job.ID, waiting.ID)
	require.NoError(t, err)
	require.Equal(t, jobs.RunCancelled, cancelled.Status)
	require.Len(t, p.runs(job.ID), 2)
	ends := p.ends(job.ID)
	require.False(t, ends[0].Final)
	require.True(t, ends[1].Final)

	p.manual(job.ID)
	p.Advance(0)
	p.report(p.newest(job.ID).ID, jobs.Report{Status: jobs.RunFailed})
	require.Len(t, p.runs(job.ID), 3, "a run goes by the version that it runs")
}

func TestAChainGoesOnWithTheVersionThatItBeganWith(t *testing.T) {
	p := newWorld(t, nil)
	job := p.create("job", retried(3))
	p.manual(job.ID)
	p.Advance(0)
	p.report(p.newest(job.ID).ID, jobs.Report{Status: jobs.RunFailed})
	p.publish(job.ID, versions.Patch{Retry: &versions.Retry{}, TimeoutSeconds: new(60)})
	for range 2 {
		p.Outage(5 * time.Minute)
		p.Advance(0)
		require.Equal(t, 1, p.newest(job.ID).JobVersion)
		p.report(p.newest(job.ID).ID, jobs.Report{Status: jobs.RunFailed})
	}
	require.Len(t, p.runs(job.ID), 3)
}

func TestDependentsGoByTheWholeChain(t *testing.T) {
	p := newWorld(t, nil)
	up := p.create("up", scheduled("0 * * * *", schedule.ConcurrencyAllow, schedule.MissedLatest), retried(3))
	joins := p.create("joins", dependsOn("up"))
	ticks := p.create("ticks", dependsOn("up"), scheduled("0 * * * *", schedule.ConcurrencySkip, schedule.MissedLatest))
	p.at(time.Hour)
	p.report(p.newest(up.ID).ID, jobs.Report{Status: jobs.RunFailed})
	p.Advance(0)
	require.Equal(t, jobs.RunPending, p.newest(ticks.ID).Status, "a failure that is retried is none")
	require.Empty(t, p.runs(joins.ID))

	p.at(time.Hour + time.Minute)
	p.report(p.newest(up.ID).ID, jobs.Report{Status: jobs.RunFailed})
	p.at(time.Hour + 3*time.Minute)
	require.Equal(t, jobs.RunPending, p.newest(ticks.ID).Status)
	p.report(p.newest(up.ID).ID, jobs.Report{Status: jobs.RunSucceeded})
	p.Advance(0)
	require.Equal(t, jobs.RunStarting, p.newest(ticks.ID).Status)
	require.Len(t, p.runs(joins.ID), 1)
	p.report(p.newest(ticks.ID).ID, jobs.Report{Status: jobs.RunSucceeded})

	p.at(2 * time.Hour)
	for range 3 {
		p.report(p.newest(up.ID).ID, jobs.Report{Status: jobs.RunFailed})
		p.Outage(3 * time.Minute)
		p.Advance(0)
	}
	require.Equal(t, jobs.RunCancelled, p.newest(ticks.ID).Status, "the last attempt failed")
	require.Len(t, p.runs(joins.ID), 1)
}

func TestARemovedJobHasNoFurtherAttempt(t *testing.T) {
	p := newWorld(t, nil)
	job := p.create("job", retried(3))
	p.manual(job.ID)
	p.Advance(0)
	run := p.newest(job.ID)
	p.report(run.ID, jobs.Report{Status: jobs.RunFailed})
	require.NoError(t, p.DeleteJob(p.ctx, p.Actor, job.ID))
	p.Outage(time.Hour)
	p.Advance(0)
	require.Len(t, p.engine.dispatched, 1)
	require.True(t, p.atRest())
	page, err := p.store.ListRuns(p.ctx, storage.RunQuery{JobRef: storage.JobRef{OrganizationID: org, JobID: job.ID}, Removed: true, Limit: 9})
	require.NoError(t, err)
	require.Empty(t, page.Runs)
}

func TestAnAttemptOutlivesThoseBeforeIt(t *testing.T) {
	p := newWorld(t, nil)
	job := p.create("job", retried(2))
	p.manual(job.ID)
	p.Advance(0)
	first := p.newest(job.ID)
	p.report(first.ID, jobs.Report{Status: jobs.RunFailed})
	require.NoError(t, p.DeleteRun(p.ctx, p.Actor, job.ID, first.ID))
	p.Outage(time.Minute)
	p.Advance(0)
	require.Equal(t, jobs.RunStarting, p.newest(job.ID).Status)
	require.Equal(t, first.ID, p.newest(job.ID).RetryOf, "the name of a run that is gone")
}

func TestAWaitingAttemptCanBeReleased(t *testing.T) {
	p := newWorld(t, nil)
	job := p.create("job", retried(2))
	p.manual(job.ID)
	p.Advance(0)
	p.report(p.newest(job.ID).ID, jobs.Report{Status: jobs.RunFailed})
	_, err := p.ReleaseRun(p.ctx, p.Actor, job.ID, p.newest(job.ID).ID)
	require.NoError(t, err)
	p.Advance(0)
	require.Equal(t, jobs.RunStarting, p.newest(job.ID).Status)
}
