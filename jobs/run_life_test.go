package jobs_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
)

func TestARunsLife(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job")
	run, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{})
	require.NoError(t, err)
	require.Equal(t, jobs.RunPending, run.Status)
	w.Advance(0)
	w.Outage(time.Second)
	for _, status := range []jobs.RunStatus{jobs.RunCreatingSail, jobs.RunWaitingForSail, jobs.RunCreatingRunner, jobs.RunRunning} {
		w.report(run.ID, jobs.Report{Status: status})
	}
	w.Outage(45200 * time.Millisecond)
	w.report(run.ID, jobs.Report{Status: jobs.RunSucceeded, Message: "done", Results: []byte(`{"outputPath": "x"}`)})
	w.Advance(0)

	got, err := w.JobRun(w.ctx, w.Actor, job.ID, run.ID)
	require.NoError(t, err)
	require.Equal(t, jobs.RunSucceeded, got.Status)
	require.Equal(t, "done", got.StatusMessage)
	require.JSONEq(t, `{"outputPath":"x"}`, string(got.Results))
	require.Equal(t, epoch, got.DispatchedAt)
	require.Equal(t, epoch.Add(time.Second), got.RunnerStartedAt)
	require.Equal(t, 45200*time.Millisecond, got.RunnerExecution)
	require.Equal(t, epoch.Add(46200*time.Millisecond), got.FinishedAt)
	require.Equal(t, got.FinishedAt, got.CleanedAt)
	require.Equal(t, []string{run.ID}, w.engine.cleaned)

	_, err = w.tryReport(run.ID, jobs.Report{Status: jobs.RunFailed})
	requireConflict(t, jobs.ConflictRunState, err)
	_, err = w.tryReport(run.ID, jobs.Report{})
	requireConflict(t, jobs.ConflictRunState, err)
	w.report(run.ID, jobs.Report{Status: jobs.RunSucceeded})
}

func TestReportsNeedTheTokenOfTheDispatch(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job")
	run, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{})
	require.NoError(t, err)
	for _, token := range []string{"", "x", "x.y", "T1JHMQ.AAAA"} {
		_, err := w.ReportRun(w.ctx, job.ID, run.ID, token, jobs.Report{})
		require.ErrorIs(t, err, jobs.ErrNotFound)
	}
	w.Advance(0)
	w.report(run.ID, jobs.Report{Status: jobs.RunRunning})
	_, err = w.tryReport(run.ID, jobs.Report{Status: jobs.RunCreatingSail})
	requireConflict(t, jobs.ConflictRunState, err)
	for field, report := range map[string]jobs.Report{
		"status":                {Status: jobs.RunPending},
		"statusMessage":         {Message: string(make([]byte, 5000))},
		"results":               {Results: []byte(`[]`)},
		"runnerExecutionTimeUs": {RunnerExecution: -1},
	} {
		_, err := w.tryReport(run.ID, report)
		requireField(t, field, err)
	}
}

func TestAnEngineThatCannotBeReachedIsTriedForAnHour(t *testing.T) {
	for name, tc := range map[string]struct {
		timeout int
		opts    jobs.RunOptions
		bound   time.Duration
	}{
		"by default":                  {0, jobs.RunOptions{}, time.Hour},
		"as the options say":          {0, jobs.RunOptions{DispatchFor: 20 * time.Minute}, 20 * time.Minute},
		"for as long as it may take":  {7200, jobs.RunOptions{}, 2 * time.Hour},
		"at least as the options say": {30, jobs.RunOptions{DispatchFor: 20 * time.Minute}, 20 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, &jobs.Options{Runs: tc.opts})
			job := w.create("job", func(j *jobs.NewJob) { j.TimeoutSeconds = tc.timeout })
			run := w.manual(job.ID)
			w.engine.answer = func() error { return errors.New("dial tcp 10.0.0.7:443: connection refused") }
			for w.Now().Before(epoch.Add(tc.bound - time.Minute)) {
				w.look()
				w.Outage(10 * time.Second)
			}
			require.Equal(t, []jobs.RunStatus{jobs.RunReady}, w.statuses(job.ID))
			require.InDelta(t, 9+tc.bound/(5*time.Minute), len(w.engine.dispatched), 3, "after 1, 2, 4, ... seconds, at most 5 minutes apart")
			for range 60 {
				w.Outage(10 * time.Second)
				w.look()
			}
			got, err := w.JobRun(w.ctx, w.Actor, job.ID, run.ID)
			require.NoError(t, err)
			require.Equal(t, jobs.RunFailed, got.Status)
			require.Equal(t, "could not be handed to the engine for "+tc.bound.String(), got.StatusMessage)
			require.Contains(t, w.engine.cancelled, run.ID, "an attempt may have reached the engine")
		})
	}
}

func TestAnOutageOfTheControlPlaneIsNoFailureToDispatch(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job")
	w.manual(job.ID)
	w.engine.answer = func() error { return errors.New("no answer") }
	w.look()
	w.Outage(5 * time.Hour)
	w.look()
	require.Equal(t, []jobs.RunStatus{jobs.RunReady}, w.statuses(job.ID), "it was tried twice")
}

func TestARejectedRunFailsAtOnce(t *testing.T) {
	p := newWorld(t, nil)
	job := p.create("job")
	p.manual(job.ID)
	p.engine.answer = func() error { return fmt.Errorf("%w: no such image at 10.0.0.7", jobs.ErrRejected) }
	p.look()
	run := p.runs(job.ID)[0]
	require.Equal(t, jobs.RunFailed, run.Status)
	require.Equal(t, "the engine refused the run", run.StatusMessage)
}

func TestABusyEngineIsNoFailure(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job")
	_, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{})
	require.NoError(t, err)
	w.engine.answer = times(5, jobs.ErrEngineBusy)
	for i := range 7 {
		w.at(time.Duration(i) * time.Second)
	}
	require.Equal(t, []jobs.RunStatus{jobs.RunStarting}, w.statuses(job.ID))
	require.Equal(t, epoch.Add(5*time.Second), w.runs(job.ID)[0].DispatchedAt)
}

func TestASilentEngineLosesItsRun(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job")
	run, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{})
	require.NoError(t, err)
	w.Advance(0)
	w.at(50 * time.Second)
	w.report(run.ID, jobs.Report{})
	w.Advance(110 * time.Second)
	require.Equal(t, []jobs.RunStatus{jobs.RunStarting}, w.statuses(job.ID), "a lease is over, and not watched yet")
	w.Advance(time.Minute)
	require.Equal(t, []jobs.RunStatus{jobs.RunFailed}, w.statuses(job.ID))
	require.Equal(t, []string{run.ID}, w.engine.cancelled)
}

func TestTimeout(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", func(j *jobs.NewJob) { j.TimeoutSeconds = 30 })
	run, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{})
	require.NoError(t, err)
	w.Advance(0)
	w.at(30 * time.Second)
	require.Equal(t, []jobs.RunStatus{jobs.RunTimeout}, w.statuses(job.ID))
	require.Equal(t, []string{run.ID}, w.engine.cancelled)
}

func TestCancel(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job")
	start := func() jobs.Run {
		run, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{})
		require.NoError(t, err)
		return run
	}
	t.Run("before it is dispatched", func(t *testing.T) {
		run, err := w.CancelRun(w.ctx, w.Actor, job.ID, start().ID)
		require.NoError(t, err)
		require.Equal(t, jobs.RunCancelled, run.Status)
		w.Advance(0)
		require.Empty(t, w.engine.dispatched)
		_, err = w.CancelRun(w.ctx, w.Actor, job.ID, run.ID)
		requireConflict(t, jobs.ConflictRunState, err)
	})
	t.Run("confirmed by the engine", func(t *testing.T) {
		run := start()
		w.Advance(0)
		asked, err := w.CancelRun(w.ctx, w.Actor, job.ID, run.ID)
		require.NoError(t, err)
		require.Equal(t, jobs.RunStarting, asked.Status)
		w.Advance(0)
		require.Contains(t, w.engine.cancelled, run.ID)
		w.report(run.ID, jobs.Report{Status: jobs.RunCancelled})
		require.Equal(t, jobs.RunCancelled, w.runs(job.ID)[0].Status)
	})
	t.Run("or when the grace ends", func(t *testing.T) {
		run := start()
		w.Advance(0)
		_, err := w.CancelRun(w.ctx, w.Actor, job.ID, run.ID)
		require.NoError(t, err)
		w.Advance(31 * time.Second)
		require.Equal(t, jobs.RunCancelled, w.runs(job.ID)[0].Status)
	})
}

func TestDeletingAJobCancelsWhatRunsAtTheEngine(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job")
	run, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{})
	require.NoError(t, err)
	w.Advance(0)
	w.engine.answer = times(2, errors.New("no answer"))
	require.NoError(t, w.DeleteJob(w.ctx, w.Actor, job.ID))
	for range 5 {
		_, _ = w.Scheduler.Tick(w.ctx)
		w.Outage(10 * time.Second)
	}
	require.GreaterOrEqual(t, len(w.engine.cancelled), 3, "repeated until acknowledged")
	require.Equal(t, run.ID, w.engine.cancelled[0])
	require.Equal(t, []string{run.ID}, w.engine.cleaned)
	_, err = w.tryReport(run.ID, jobs.Report{})
	require.ErrorIs(t, err, jobs.ErrNotFound, "the engine's order to stop")
	erased, err := w.Sweep(w.ctx, 100)
	require.NoError(t, err)
	require.Positive(t, erased)
	_, err = w.store.Tombstone(w.ctx, storage.JobRef{OrganizationID: org, JobID: job.ID})
	require.ErrorIs(t, err, jobs.ErrNotFound)
}

func TestRetention(t *testing.T) {
	w := newWorld(t, &jobs.Options{Runs: jobs.RunOptions{RetainFor: time.Hour, RetainCount: 2}})
	job := w.create("job")
	for range 4 {
		run, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{ResourceCleanupMode: jobs.CleanupNever})
		require.NoError(t, err)
		w.Advance(0)
		w.report(run.ID, jobs.Report{Status: jobs.RunSucceeded})
	}
	require.Len(t, w.runs(job.ID), 2, "by count")
	w.at(time.Hour)
	w.at(time.Hour + time.Minute) // what lost a race is looked at again
	require.Len(t, w.runs(job.ID), 1, "by age, all but the latest")
	require.Equal(t, w.runs(job.ID)[0].ID, w.job(job.ID).LatestRun.ID)
}
