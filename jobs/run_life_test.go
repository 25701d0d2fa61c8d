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
	p := newWorld(t, nil)
	job := p.create("job")
	run, err := p.CreateRun(p.ctx, p.Actor, job.ID, jobs.NewRun{})
	require.NoError(t, err)
	require.Equal(t, jobs.RunPending, run.Status)
	p.Advance(0)
	p.Outage(time.Second)
	for _, status := range []jobs.RunStatus{jobs.RunCreatingSail, jobs.RunWaitingForSail, jobs.RunCreatingRunner, jobs.RunRunning} {
		p.report(run.ID, jobs.Report{Status: status})
	}
	p.Outage(45200 * time.Millisecond)
	p.report(run.ID, jobs.Report{Status: jobs.RunSucceeded, Message: "done", Results: []byte(`{"outputPath": "x"}`)})
	p.Advance(0)

	got, err := p.JobRun(p.ctx, p.Actor, job.ID, run.ID)
	require.NoError(t, err)
	require.Equal(t, jobs.RunSucceeded, got.Status)
	require.Equal(t, "done", got.StatusMessage)
	require.JSONEq(t, `{"outputPath":"x"}`, string(got.Results))
	require.Equal(t, epoch, got.DispatchedAt)
	require.Equal(t, epoch.Add(time.Second), got.RunnerStartedAt)
	require.Equal(t, 45200*time.Millisecond, got.RunnerExecution)
	require.Equal(t, epoch.Add(46200*time.Millisecond), got.FinishedAt)
	require.Equal(t, got.FinishedAt, got.CleanedAt)
	require.Equal(t, []string{run.ID}, p.engine.cleaned)

	_, err = p.tryReport(run.ID, jobs.Report{Status: jobs.RunFailed})
	requireConflict(t, jobs.ConflictRunState, err)
	_, err = p.tryReport(run.ID, jobs.Report{})
	requireConflict(t, jobs.ConflictRunState, err)
	p.report(run.ID, jobs.Report{Status: jobs.RunSucceeded})
}

func TestReportsNeedTheTokenOfTheDispatch(t *testing.T) {
	p := newWorld(t, nil)
	job := p.create("job")
	run, err := p.CreateRun(p.ctx, p.Actor, job.ID, jobs.NewRun{})
	require.NoError(t, err)
	for _, token := range []string{"", "x", "x.y", "T1JHMQ.AAAA"} {
		_, err := p.ReportRun(p.ctx, job.ID, run.ID, token, jobs.Report{})
		require.ErrorIs(t, err, jobs.ErrNotFound)
	}
	p.Advance(0)
	p.report(run.ID, jobs.Report{Status: jobs.RunRunning})
	_, err = p.tryReport(run.ID, jobs.Report{Status: jobs.RunCreatingSail})
	requireConflict(t, jobs.ConflictRunState, err)
	for field, report := range map[string]jobs.Report{
		"status":                {Status: jobs.RunPending},
		"statusMessage":         {Message: string(make([]byte, 5000))},
		"results":               {Results: []byte(`[]`)},
		"runnerExecutionTimeUs": {RunnerExecution: -1},
	} {
		_, err := p.tryReport(run.ID, report)
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
			p := newWorld(t, &jobs.Options{Runs: tc.opts})
			job := p.create("job", func(j *jobs.NewJob) { j.TimeoutSeconds = tc.timeout })
			run := p.manual(job.ID)
			p.engine.answer = func() error { return errors.New("dial tcp 10.0.0.7:443: connection refused") }
			for p.Now().Before(epoch.Add(tc.bound - time.Minute)) {
				p.look()
				p.Outage(10 * time.Second)
			}
			require.Equal(t, []jobs.RunStatus{jobs.RunReady}, p.statuses(job.ID))
			require.InDelta(t, 9+tc.bound/(5*time.Minute), len(p.engine.dispatched), 3, "after 1, 2, 4, ... seconds, at most 5 minutes apart")
			for range 60 {
				p.Outage(10 * time.Second)
				p.look()
			}
			got, err := p.JobRun(p.ctx, p.Actor, job.ID, run.ID)
			require.NoError(t, err)
			require.Equal(t, jobs.RunFailed, got.Status)
			require.Equal(t, "could not be handed to the engine for "+tc.bound.String(), got.StatusMessage)
			require.Contains(t, p.engine.cancelled, run.ID, "an attempt may have reached the engine")
		})
	}
}

func TestAnOutageOfTheControlPlaneIsNoFailureToDispatch(t *testing.T) {
	p := newWorld(t, nil)
	job := p.create("job")
	p.manual(job.ID)
	p.engine.answer = func() error { return errors.New("no answer") }
	p.look()
	p.Outage(5 * time.Hour)
	p.look()
	require.Equal(t, []jobs.RunStatus{jobs.RunReady}, p.statuses(job.ID), "it was tried twice")
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
	p := newWorld(t, nil)
	job := p.create("job")
	_, err := p.CreateRun(p.ctx, p.Actor, job.ID, jobs.NewRun{})
	require.NoError(t, err)
	p.engine.answer = times(5, jobs.ErrEngineBusy)
	for i := range 7 {
		p.at(time.Duration(i) * time.Second)
	}
	require.Equal(t, []jobs.RunStatus{jobs.RunStarting}, p.statuses(job.ID))
	require.Equal(t, epoch.Add(5*time.Second), p.runs(job.ID)[0].DispatchedAt)
}

func TestASilentEngineLosesItsRun(t *testing.T) {
	p := newWorld(t, nil)
	job := p.create("job")
	run, err := p.CreateRun(p.ctx, p.Actor, job.ID, jobs.NewRun{})
	require.NoError(t, err)
	p.Advance(0)
	p.at(50 * time.Second)
	p.report(run.ID, jobs.Report{})
	p.Advance(110 * time.Second)
	require.Equal(t, []jobs.RunStatus{jobs.RunStarting}, p.statuses(job.ID), "a lease is over, and not watched yet")
	p.Advance(time.Minute)
	require.Equal(t, []jobs.RunStatus{jobs.RunFailed}, p.statuses(job.ID))
	require.Equal(t, []string{run.ID}, p.engine.cancelled)
}

func TestTimeout(t *testing.T) {
	p := newWorld(t, nil)
	job := p.create("job", func(j *jobs.NewJob) { j.TimeoutSeconds = 30 })
	run, err := p.CreateRun(p.ctx, p.Actor, job.ID, jobs.NewRun{})
	require.NoError(t, err)
	p.Advance(0)
	p.at(30 * time.Second)
	require.Equal(t, []jobs.RunStatus{jobs.RunTimeout}, p.statuses(job.ID))
	require.Equal(t, []string{run.ID}, p.engine.cancelled)
}

func TestCancel(t *testing.T) {
	p := newWorld(t, nil)
	job := p.create("job")
	start := func() jobs.Run {
		run, err := p.CreateRun(p.ctx, p.Actor, job.ID, jobs.NewRun{})
		require.NoError(t, err)
		return run
	}
	t.Run("before it is dispatched", func(t *testing.T) {
		run, err := p.CancelRun(p.ctx, p.Actor, job.ID, start().ID)
		require.NoError(t, err)
		require.Equal(t, jobs.RunCancelled, run.Status)
		p.Advance(0)
		require.Empty(t, p.engine.dispatched)
		_, err = p.CancelRun(p.ctx, p.Actor, job.ID, run.ID)
		requireConflict(t, jobs.ConflictRunState, err)
	})
	t.Run("confirmed by the engine", func(t *testing.T) {
		run := start()
		p.Advance(0)
		asked, err := p.CancelRun(p.ctx, p.Actor, job.ID, run.ID)
		require.NoError(t, err)
		require.Equal(t, jobs.RunStarting, asked.Status)
		p.Advance(0)
		require.Contains(t, p.engine.cancelled, run.ID)
		p.report(run.ID, jobs.Report{Status: jobs.RunCancelled})
		require.Equal(t, jobs.RunCancelled, p.runs(job.ID)[0].Status)
	})
	t.Run("or when the grace ends", func(t *testing.T) {
		run := start()
		p.Advance(0)
		_, err := p.CancelRun(p.ctx, p.Actor, job.ID, run.ID)
		require.NoError(t, err)
		p.Advance(31 * time.Second)
		require.Equal(t, jobs.RunCancelled, p.runs(job.ID)[0].Status)
	})
}

func TestDeletingAJobCancelsWhatRunsAtTheEngine(t *testing.T) {
	p := newWorld(t, nil)
	job := p.create("job")
	run, err := p.CreateRun(p.ctx, p.Actor, job.ID, jobs.NewRun{})
	require.NoError(t, err)
	p.Advance(0)
	p.engine.answer = times(2, errors.New("no answer"))
	require.NoError(t, p.DeleteJob(p.ctx, p.Actor, job.ID))
	for range 5 {
		_, _ = p.Scheduler.Tick(p.ctx)
		p.Outage(10 * time.Second)
	}
	require.GreaterOrEqual(t, len(p.engine.cancelled), 3, "repeated until acknowledged")
	require.Equal(t, run.ID, p.engine.cancelled[0])
	require.Equal(t, []string{run.ID}, p.engine.cleaned)
	_, err = p.tryReport(run.ID, jobs.Report{})
	require.ErrorIs(t, err, jobs.ErrNotFound, "the engine's order to stop")
	erased, err := p.Sweep(p.ctx, 100)
	require.NoError(t, err)
	require.Positive(t, erased)
	_, err = p.store.Tombstone(p.ctx, storage.JobRef{OrganizationID: org, JobID: job.ID})
	require.ErrorIs(t, err, jobs.ErrNotFound)
}

func TestRetention(t *testing.T) {
	p := newWorld(t, &jobs.Options{Runs: jobs.RunOptions{RetainFor: time.Hour, RetainCount: 2}})
	job := p.create("job")
	for range 4 {
		run, err := p.CreateRun(p.ctx, p.Actor, job.ID, jobs.NewRun{ResourceCleanupMode: jobs.CleanupNever})
		require.NoError(t, err)
		p.Advance(0)
		p.report(run.ID, jobs.Report{Status: jobs.RunSucceeded})
	}
	require.Len(t, p.runs(job.ID), 2, "by count")
	p.at(time.Hour)
	p.at(time.Hour + time.Minute) // what lost a race is looked at again
	require.Len(t, p.runs(job.ID), 1, "by age, all but the latest")
	require.Equal(t, p.runs(job.ID)[0].ID, p.job(job.ID).LatestRun.ID)
}
