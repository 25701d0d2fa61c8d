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
func (w *World) newest(id string) jobs.Run {
	w.t.Helper()
	return w.runs(id)[0]
}

// ends lists the events of the ends of a job's runs, oldest first.
func (w *World) ends(id string) []jobs.Event {
	w.t.Helper()
	var ends []jobs.Event
	for _, e := range w.journal() {
		if e.JobID == id && slices.Contains([]jobs.EventKind{jobs.RunEndSucceeded, jobs.RunEndFailed, jobs.RunEndCancelled, jobs.RunEndTimeout}, e.Kind) {
			ends = append(ends, e)
		}
	}
	return ends
}

func TestARunThatFailsIsTriedAgain(t *testing.T) {
	w, s := newSpiedWorld(t, nil)
	job := w.create("job", scheduled("0 13 * * *", schedule.ConcurrencySkip, schedule.MissedLatest), retried(3))
	w.at(time.Hour)
	first := w.newest(job.ID)
	require.Equal(t, 1, first.Attempt)

	s.made()
	s.read()
	w.report(first.ID, jobs.Report{Status: jobs.RunFailed})
	require.Len(t, s.made(), 1, "the next attempt is made in the commit that ends the one before")
	reads, byName := s.read()
	require.LessOrEqual(t, reads, 3, "%v", byName)
	second := w.newest(job.ID)
	require.Equal(t, jobs.Run{
		ID: second.ID, OrganizationID: org, JobID: job.ID, JobKey: "job", WaitingFor: jobs.WaitingForTime, Number: first.Number + 1, JobVersion: 1, Status: jobs.RunPending,
		Trigger: jobs.TriggerRetry, NominalAt: first.NominalAt, Attempt: 2, RetryOf: first.ID, ResourceCleanupMode: jobs.CleanupAlways,
		CreatedAt: w.Now(), CreatedBy: first.CreatedBy, UpdatedAt: w.Now(), UpdatedBy: first.CreatedBy,
	}, second)
	require.Equal(t, second.ID, w.job(job.ID).LatestRun.ID)
	require.Empty(t, w.job(job.ID).LastOutcome, "the chain has not ended")

	w.at(time.Hour + 59*time.Second)
	require.Equal(t, jobs.RunPending, w.newest(job.ID).Status)
	w.at(time.Hour + time.Minute)
	require.Equal(t, jobs.RunStarting, w.newest(job.ID).Status)
	w.report(second.ID, jobs.Report{Status: jobs.RunTimeout})
	third := w.newest(job.ID)
	require.Equal(t, 3, third.Attempt)
	require.Equal(t, second.ID, third.RetryOf)
	w.at(time.Hour + 2*time.Minute + 59*time.Second)
	require.Equal(t, jobs.RunPending, w.newest(job.ID).Status, "the wait doubles")
	w.at(time.Hour + 3*time.Minute)
	w.report(third.ID, jobs.Report{Status: jobs.RunFailed})
	require.Equal(t, jobs.RunFailed, w.job(job.ID).LastOutcome)
	require.Equal(t, []jobs.RunStatus{jobs.RunFailed, jobs.RunTimeout, jobs.RunFailed}, w.statuses(job.ID))

	ends := w.ends(job.ID)
	require.Len(t, ends, 3)
	for i, e := range ends {
		require.Equal(t, i+1, e.Attempt)
		require.Equal(t, i == 2, e.Final)
	}
	again, err := w.RetryRun(w.ctx, w.Actor, job.ID, third.ID)
	require.NoError(t, err)
	require.Equal(t, 1, again.Attempt, "by hand a chain of its own begins")
	require.Equal(t, third.ID, again.RetryOf)
	w.Advance(0)
	w.report(again.ID, jobs.Report{Status: jobs.RunSucceeded})
	require.Equal(t, jobs.RunSucceeded, w.job(job.ID).LastOutcome)
	require.Equal(t, jobs.RunSucceeded, w.newest(job.ID).Status, "a success is followed by none")
}

func TestWhichEndsAreRetried(t *testing.T) {
	for _, c := range []struct {
		name    string
		end     func(w *World, run jobs.Run)
		status  jobs.RunStatus
		retried bool
	}{
		{"it failed", func(w *World, run jobs.Run) { w.report(run.ID, jobs.Report{Status: jobs.RunFailed}) }, jobs.RunFailed, true},
		{"it took too long", func(w *World, run jobs.Run) { w.report(run.ID, jobs.Report{Status: jobs.RunTimeout}) }, jobs.RunTimeout, true},
		{"it succeeded", func(w *World, run jobs.Run) { w.report(run.ID, jobs.Report{Status: jobs.RunSucceeded}) }, jobs.RunSucceeded, false},
		{"it was lost", func(w *World, run jobs.Run) {
			w.report(run.ID, jobs.Report{Status: jobs.RunRunning})
			w.Advance(3 * time.Minute)
		}, jobs.RunFailed, true},
		{"the engine cancelled it", func(w *World, run jobs.Run) {
			w.report(run.ID, jobs.Report{Status: jobs.RunCancelled})
		}, jobs.RunCancelled, false},
		{"it failed when it was to stop", func(w *World, run jobs.Run) {
			_, err := w.CancelRun(w.ctx, w.Actor, run.JobID, run.ID)
			require.NoError(w.t, err)
			w.report(run.ID, jobs.Report{Status: jobs.RunFailed})
		}, jobs.RunFailed, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, nil)
			job := w.create("job", retried(2))
			run := w.manual(job.ID)
			w.Advance(0)
			c.end(w, run)
			ended, err := w.JobRun(w.ctx, w.Actor, job.ID, run.ID)
			require.NoError(t, err)
			require.Equal(t, c.status, ended.Status)
			require.Equal(t, c.retried, len(w.runs(job.ID)) == 2)
		})
	}
}

func TestWhatTheEngineNeverTookIsRetriedUnlessItRefused(t *testing.T) {
	for _, refuses := range []bool{true, false} {
		w := newWorld(t, &jobs.Options{Runs: jobs.RunOptions{DispatchFor: time.Second, DispatchBackoff: time.Second}})
		job := w.create("job", retried(2))
		w.manual(job.ID)
		w.engine.answer = func() error {
			if refuses {
				return jobs.ErrRejected
			}
			return errors.New("the engine is away")
		}
		for range 5 {
			_, _ = w.Scheduler.Tick(w.ctx)
			w.Outage(time.Second)
		}
		runs := w.runs(job.ID)
		require.Equal(t, jobs.RunFailed, runs[len(runs)-1].Status)
		require.Equal(t, refuses, len(runs) == 1, "%v", runs)
	}
}

func TestAWaitingAttemptHoldsItsPlace(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", scheduled("0 * * * *", schedule.ConcurrencySkip, schedule.MissedLatest), func(j *jobs.NewJob) {
		j.Retry = versions.Retry{MaxAttempts: 2, BackoffSeconds: 2 * 60 * 60}
	})
	w.at(time.Hour)
	w.report(w.newest(job.ID).ID, jobs.Report{Status: jobs.RunFailed})
	w.at(2 * time.Hour)
	require.Equal(t, []string{"13:00 fired", "14:00 skipped: overlap"}, w.fates(job.ID))
	_, err := w.UpdateJob(w.ctx, w.Actor, job.ID, jobs.JobPatch{Status: new(jobs.Paused)})
	require.NoError(t, err)
	w.at(3 * time.Hour)
	require.Equal(t, jobs.RunStarting, w.newest(job.ID).Status, "a pause does not stop it")

	again := w.create("again", scheduled("0 * * * *", schedule.ConcurrencyReplace, schedule.MissedLatest), retried(2), func(j *jobs.NewJob) {
		j.Retry.BackoffSeconds, j.Retry.MaxBackoffSeconds = 7200, 7200
	})
	w.at(4 * time.Hour)
	w.report(w.newest(again.ID).ID, jobs.Report{Status: jobs.RunFailed})
	w.at(5 * time.Hour)
	require.Equal(t, []jobs.RunStatus{jobs.RunFailed, jobs.RunCancelled, jobs.RunStarting}, w.statuses(again.ID), "replace cancels it")
	require.Equal(t, jobs.RunCancelled, w.job(again.ID).LastOutcome)
}

func TestTheChainOfACancelledAttemptIsOver(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", retried(9))
	w.manual(job.ID)
	w.Advance(0)
	w.report(w.newest(job.ID).ID, jobs.Report{Status: jobs.RunFailed})
	waiting := w.newest(job.ID)
	w.publish(job.ID, versions.Patch{Retry: &versions.Retry{MaxAttempts: 1}})
	cancelled, err := w.CancelRun(w.ctx, w.Actor, job.ID, waiting.ID)
	require.NoError(t, err)
	require.Equal(t, jobs.RunCancelled, cancelled.Status)
	require.Len(t, w.runs(job.ID), 2)
	ends := w.ends(job.ID)
	require.False(t, ends[0].Final)
	require.True(t, ends[1].Final)

	w.manual(job.ID)
	w.Advance(0)
	w.report(w.newest(job.ID).ID, jobs.Report{Status: jobs.RunFailed})
	require.Len(t, w.runs(job.ID), 3, "a run goes by the version that it runs")
}

func TestAChainGoesOnWithTheVersionThatItBeganWith(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", retried(3))
	w.manual(job.ID)
	w.Advance(0)
	w.report(w.newest(job.ID).ID, jobs.Report{Status: jobs.RunFailed})
	w.publish(job.ID, versions.Patch{Retry: &versions.Retry{}, TimeoutSeconds: new(60)})
	for range 2 {
		w.Outage(5 * time.Minute)
		w.Advance(0)
		require.Equal(t, 1, w.newest(job.ID).JobVersion)
		w.report(w.newest(job.ID).ID, jobs.Report{Status: jobs.RunFailed})
	}
	require.Len(t, w.runs(job.ID), 3)
}

func TestDependentsGoByTheWholeChain(t *testing.T) {
	w := newWorld(t, nil)
	up := w.create("up", scheduled("0 * * * *", schedule.ConcurrencyAllow, schedule.MissedLatest), retried(3))
	joins := w.create("joins", dependsOn("up"))
	ticks := w.create("ticks", dependsOn("up"), scheduled("0 * * * *", schedule.ConcurrencySkip, schedule.MissedLatest))
	w.at(time.Hour)
	w.report(w.newest(up.ID).ID, jobs.Report{Status: jobs.RunFailed})
	w.Advance(0)
	require.Equal(t, jobs.RunPending, w.newest(ticks.ID).Status, "a failure that is retried is none")
	require.Empty(t, w.runs(joins.ID))

	w.at(time.Hour + time.Minute)
	w.report(w.newest(up.ID).ID, jobs.Report{Status: jobs.RunFailed})
	w.at(time.Hour + 3*time.Minute)
	require.Equal(t, jobs.RunPending, w.newest(ticks.ID).Status)
	w.report(w.newest(up.ID).ID, jobs.Report{Status: jobs.RunSucceeded})
	w.Advance(0)
	require.Equal(t, jobs.RunStarting, w.newest(ticks.ID).Status)
	require.Len(t, w.runs(joins.ID), 1)
	w.report(w.newest(ticks.ID).ID, jobs.Report{Status: jobs.RunSucceeded})

	w.at(2 * time.Hour)
	for range 3 {
		w.report(w.newest(up.ID).ID, jobs.Report{Status: jobs.RunFailed})
		w.Outage(3 * time.Minute)
		w.Advance(0)
	}
	require.Equal(t, jobs.RunCancelled, w.newest(ticks.ID).Status, "the last attempt failed")
	require.Len(t, w.runs(joins.ID), 1)
}

func TestARemovedJobHasNoFurtherAttempt(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", retried(3))
	w.manual(job.ID)
	w.Advance(0)
	run := w.newest(job.ID)
	w.report(run.ID, jobs.Report{Status: jobs.RunFailed})
	require.NoError(t, w.DeleteJob(w.ctx, w.Actor, job.ID))
	w.Outage(time.Hour)
	w.Advance(0)
	require.Len(t, w.engine.dispatched, 1)
	require.True(t, w.atRest())
	page, err := w.store.ListRuns(w.ctx, storage.RunQuery{JobRef: storage.JobRef{OrganizationID: org, JobID: job.ID}, Removed: true, Limit: 9})
	require.NoError(t, err)
	require.Empty(t, page.Runs)
}

func TestAnAttemptOutlivesThoseBeforeIt(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", retried(2))
	w.manual(job.ID)
	w.Advance(0)
	first := w.newest(job.ID)
	w.report(first.ID, jobs.Report{Status: jobs.RunFailed})
	require.NoError(t, w.DeleteRun(w.ctx, w.Actor, job.ID, first.ID))
	w.Outage(time.Minute)
	w.Advance(0)
	require.Equal(t, jobs.RunStarting, w.newest(job.ID).Status)
	require.Equal(t, first.ID, w.newest(job.ID).RetryOf, "the name of a run that is gone")
}

func TestAWaitingAttemptCanBeReleased(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", retried(2))
	w.manual(job.ID)
	w.Advance(0)
	w.report(w.newest(job.ID).ID, jobs.Report{Status: jobs.RunFailed})
	_, err := w.ReleaseRun(w.ctx, w.Actor, job.ID, w.newest(job.ID).ID)
	require.NoError(t, err)
	w.Advance(0)
	require.Equal(t, jobs.RunStarting, w.newest(job.ID).Status)
}
