package jobs_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
)

// manual makes a run by hand.
func (p *World) manual(id string) jobs.Run {
	p.t.Helper()
	run, err := p.CreateRun(p.ctx, p.Actor, id, jobs.NewRun{})
	require.NoError(p.t, err)
	return run
}

// look lets the scheduler look once, whatever goes wrong.
func (p *World) look() {
	_, _ = p.Scheduler.Tick(p.ctx)
}

func TestACancelDuringDispatchIsNotForgotten(t *testing.T) {
	for name, answer := range map[string]error{"busy": jobs.ErrEngineBusy, "failed": errors.New("no room")} {
		t.Run(name, func(t *testing.T) {
			p := newWorld(t, nil)
			job := p.create("job")
			run := p.manual(job.ID)
			first := true
			p.engine.answer = func() error {
				if !first {
					return nil
				}
				first = false
				_, err := p.CancelRun(p.ctx, p.Actor, job.ID, run.ID)
				require.NoError(t, err)
				return answer
			}
			for range 5 {
				p.look()
				p.Outage(2 * time.Second)
			}
			require.Len(t, p.engine.dispatched, 1, "not handed over again")
			require.Equal(t, []jobs.RunStatus{jobs.RunCancelled}, p.statuses(job.ID))
		})
	}
}

func TestACancelReachesAnEngineThatMayHaveTheRun(t *testing.T) {
	p := newWorld(t, nil)
	job := p.create("job")
	run := p.manual(job.ID)
	p.engine.answer = times(1, errors.New("the answer was lost"))
	p.look()
	require.Equal(t, []jobs.RunStatus{jobs.RunReady}, p.statuses(job.ID))
	_, err := p.CancelRun(p.ctx, p.Actor, job.ID, run.ID)
	require.NoError(t, err)
	p.Advance(0)
	require.Equal(t, []string{run.ID}, p.engine.cancelled)
}

func TestTimeCountsFromWhenTheEngineHasTheRun(t *testing.T) {
	p := newWorld(t, nil)
	job := p.create("job", func(j *jobs.NewJob) { j.TimeoutSeconds = 1 })
	p.manual(job.ID)
	p.engine.answer = times(1, errors.New("no room"))
	p.look()
	p.Outage(5 * time.Second)
	p.Advance(0)
	require.Equal(t, []jobs.RunStatus{jobs.RunStarting}, p.statuses(job.ID), "it waited, and did not run")
	p.Outage(time.Second)
	p.Advance(0)
	require.Equal(t, []jobs.RunStatus{jobs.RunTimeout}, p.statuses(job.ID))
}

func TestADeletedRunsDebtsArePaid(t *testing.T) {
	p := newWorld(t, nil)
	job := p.create("job")
	old := p.run(job.ID, jobs.RunSucceeded)
	run := p.manual(job.ID)
	p.Advance(0)
	p.report(run.ID, jobs.Report{Status: jobs.RunSucceeded})
	require.NoError(t, p.DeleteRun(p.ctx, p.Actor, job.ID, run.ID))

	_, err := p.JobRun(p.ctx, p.Actor, job.ID, run.ID)
	require.ErrorIs(t, err, jobs.ErrNotFound)
	require.ErrorIs(t, p.DeleteRun(p.ctx, p.Actor, job.ID, run.ID), jobs.ErrNotFound)
	require.Len(t, p.runs(job.ID), 1)
	require.Equal(t, old.ID, p.job(job.ID).LatestRun.ID)
	p.Advance(0)
	require.Equal(t, []string{old.ID, run.ID}, p.engine.cleaned)
	_, err = p.store.Run(p.ctx, storage.JobRef{OrganizationID: org, JobID: job.ID}, run.ID)
	require.ErrorIs(t, err, jobs.ErrNotFound, "and then it is gone for good")
}

func TestManyDebtsOfADeletedJobArePaid(t *testing.T) {
	p := newWorld(t, nil)
	job := p.create("job", scheduled("", schedule.ConcurrencyAllow, ""))
	for range 95 {
		p.manual(job.ID)
	}
	kept, err := p.CreateRun(p.ctx, p.Actor, job.ID, jobs.NewRun{ResourceCleanupMode: jobs.CleanupNever})
	require.NoError(t, err)
	p.Advance(0)
	require.NoError(t, p.DeleteJob(p.ctx, p.Actor, job.ID))
	for range 20 {
		p.look()
	}
	require.Len(t, p.engine.cancelled, 96)
	require.Len(t, p.engine.cleaned, 95)
	require.NotContains(t, p.engine.cleaned, kept.ID)
	require.True(t, p.atRest())
}

func TestOptionsThatAreNegativeAreDefaults(t *testing.T) {
	p := newWorld(t, &jobs.Options{Runs: jobs.RunOptions{
		Lease: -1, CancelGrace: -1, DispatchFor: -1, DispatchBackoff: -1, OnTime: -1,
		CatchUpWindow: -1, CatchUpCount: -1,
	}})
	job := p.create("job", scheduled("@hourly", "", ""))
	p.at(time.Hour)
	p.finish(job.ID, jobs.RunSucceeded)
	require.Equal(t, []string{"13:00 fired"}, p.fates(job.ID))
	require.Equal(t, []jobs.RunStatus{jobs.RunSucceeded}, p.statuses(job.ID))
}

func TestRetentionThatIsSwitchedOffKeepsRuns(t *testing.T) {
	p := newWorld(t, &jobs.Options{Runs: jobs.RunOptions{RetainFor: time.Hour}})
	job := p.create("job")
	p.run(job.ID, jobs.RunSucceeded)
	p.run(job.ID, jobs.RunSucceeded)
	later := jobs.NewService(p.store, &jobs.Options{Now: p.Now, Runs: jobs.RunOptions{RetainFor: -1}})
	p.Scheduler = jobs.NewScheduler(later, p.engine, nil)
	p.at(2 * time.Hour)
	require.Len(t, p.runs(job.ID), 2)
}

func TestManyHeldRunsDoNotHideTheOneThatCounts(t *testing.T) {
	p := newWorld(t, patient)
	job := p.create("job", scheduled("@hourly", schedule.ConcurrencySkip, ""))
	for range 1001 {
		_, err := p.CreateRun(p.ctx, p.Actor, job.ID, jobs.NewRun{Hold: true})
		require.NoError(t, err)
	}
	p.manual(job.ID)
	p.at(time.Hour)
	require.Equal(t, []string{"13:00 skipped: overlap"}, p.fates(job.ID))
}

func TestAReplacementWaitsOnlyForWhatItReplaces(t *testing.T) {
	p := newWorld(t, patient)
	job := p.create("job", scheduled("@hourly", schedule.ConcurrencyReplace, ""))
	p.at(time.Hour)
	first := p.runs(job.ID)[0]
	p.at(2 * time.Hour)
	replacement := p.runs(job.ID)[0]
	p.manual(job.ID)
	p.Advance(0)
	p.report(first.ID, jobs.Report{Status: jobs.RunCancelled})
	p.Advance(0)
	got, err := p.JobRun(p.ctx, p.Actor, job.ID, replacement.ID)
	require.NoError(t, err)
	require.Equal(t, jobs.RunStarting, got.Status)
}

func TestMyRunsTellNothingOfHiddenJobs(t *testing.T) {
	p := newWorld(t, nil)
	hidden := p.create("hidden", func(j *jobs.NewJob) { j.TeamIDs = []string{"T2"} })
	seen := p.create("seen")
	first := p.manual(seen.ID)
	for range 250 {
		p.Outage(time.Second)
		p.manual(hidden.ID)
	}
	p.Outage(time.Second)
	second := p.manual(seen.ID)
	viewer := member("M", teams.Viewer, "T1")

	page, err := p.ListMyRuns(p.ctx, viewer, jobs.RunQuery{Limit: 1})
	require.NoError(t, err)
	require.Equal(t, second.ID, page.Runs[0].ID)
	require.NotEmpty(t, page.Marker)
	page, err = p.ListMyRuns(p.ctx, viewer, jobs.RunQuery{Limit: 1, Marker: page.Marker})
	require.NoError(t, err)
	require.Equal(t, first.ID, page.Runs[0].ID)
	require.Empty(t, page.Marker)
	none, err := p.ListMyRuns(p.ctx, member("M", teams.Viewer, "T3"), jobs.RunQuery{Limit: 1})
	require.NoError(t, err)
	require.Empty(t, none.Runs)
	require.Empty(t, none.Marker, "as in an organization without runs")
}

func TestADispatchersErrorIsToldWhateverItWraps(t *testing.T) {
	p := newWorld(t, nil)
	job := p.create("job")
	p.manual(job.ID)
	p.engine.answer = times(1, jobs.ErrNotFound)
	_, err := p.Scheduler.Tick(p.ctx)
	require.ErrorContains(t, err, "the dispatcher: storage: not found")
}

// deaf is an engine that never comes back.
type deaf struct{ engine }

func (*deaf) Dispatch(context.Context, jobs.Dispatch) error { select {} }

func TestADispatcherThatNeverComesBackIsLeftBehind(t *testing.T) {
	p := newWorld(t, nil)
	p.Scheduler = jobs.NewScheduler(p.Service, &deaf{}, &jobs.SchedulerOptions{RequestTimeout: time.Millisecond})
	job := p.create("job")
	p.manual(job.ID)
	_, err := p.Scheduler.Tick(p.ctx)
	require.ErrorContains(t, err, "context deadline exceeded")
	require.Equal(t, []jobs.RunStatus{jobs.RunReady}, p.statuses(job.ID))
}
