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
func (w *World) manual(id string) jobs.Run {
	w.t.Helper()
	run, err := w.CreateRun(w.ctx, w.Actor, id, jobs.NewRun{})
	require.NoError(w.t, err)
	return run
}

// look lets the scheduler look once, whatever goes wrong.
func (w *World) look() {
	_, _ = w.Scheduler.Tick(w.ctx)
}

func TestACancelDuringDispatchIsNotForgotten(t *testing.T) {
	for name, answer := range map[string]error{"busy": jobs.ErrEngineBusy, "failed": errors.New("no room")} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			job := w.create("job")
			run := w.manual(job.ID)
			first := true
			w.engine.answer = func() error {
				if !first {
					return nil
				}
				first = false
				_, err := w.CancelRun(w.ctx, w.Actor, job.ID, run.ID)
				require.NoError(t, err)
				return answer
			}
			for range 5 {
				w.look()
				w.Outage(2 * time.Second)
			}
			require.Len(t, w.engine.dispatched, 1, "not handed over again")
			require.Equal(t, []jobs.RunStatus{jobs.RunCancelled}, w.statuses(job.ID))
		})
	}
}

func TestACancelReachesAnEngineThatMayHaveTheRun(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job")
	run := w.manual(job.ID)
	w.engine.answer = times(1, errors.New("the answer was lost"))
	w.look()
	require.Equal(t, []jobs.RunStatus{jobs.RunReady}, w.statuses(job.ID))
	_, err := w.CancelRun(w.ctx, w.Actor, job.ID, run.ID)
	require.NoError(t, err)
	w.Advance(0)
	require.Equal(t, []string{run.ID}, w.engine.cancelled)
}

func TestTimeCountsFromWhenTheEngineHasTheRun(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", func(j *jobs.NewJob) { j.TimeoutSeconds = 1 })
	w.manual(job.ID)
	w.engine.answer = times(1, errors.New("no room"))
	w.look()
	w.Outage(5 * time.Second)
	w.Advance(0)
	require.Equal(t, []jobs.RunStatus{jobs.RunStarting}, w.statuses(job.ID), "it waited, and did not run")
	w.Outage(time.Second)
	w.Advance(0)
	require.Equal(t, []jobs.RunStatus{jobs.RunTimeout}, w.statuses(job.ID))
}

func TestADeletedRunsDebtsArePaid(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job")
	old := w.run(job.ID, jobs.RunSucceeded)
	run := w.manual(job.ID)
	w.Advance(0)
	w.report(run.ID, jobs.Report{Status: jobs.RunSucceeded})
	require.NoError(t, w.DeleteRun(w.ctx, w.Actor, job.ID, run.ID))

	_, err := w.JobRun(w.ctx, w.Actor, job.ID, run.ID)
	require.ErrorIs(t, err, jobs.ErrNotFound)
	require.ErrorIs(t, w.DeleteRun(w.ctx, w.Actor, job.ID, run.ID), jobs.ErrNotFound)
	require.Len(t, w.runs(job.ID), 1)
	require.Equal(t, old.ID, w.job(job.ID).LatestRun.ID)
	w.Advance(0)
	require.Equal(t, []string{old.ID, run.ID}, w.engine.cleaned)
	_, err = w.store.Run(w.ctx, storage.JobRef{OrganizationID: org, JobID: job.ID}, run.ID)
	require.ErrorIs(t, err, jobs.ErrNotFound, "and then it is gone for good")
}

func TestManyDebtsOfADeletedJobArePaid(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", scheduled("", schedule.ConcurrencyAllow, ""))
	for range 95 {
		w.manual(job.ID)
	}
	kept, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{ResourceCleanupMode: jobs.CleanupNever})
	require.NoError(t, err)
	w.Advance(0)
	require.NoError(t, w.DeleteJob(w.ctx, w.Actor, job.ID))
	for range 20 {
		w.look()
	}
	require.Len(t, w.engine.cancelled, 96)
	require.Len(t, w.engine.cleaned, 95)
	require.NotContains(t, w.engine.cleaned, kept.ID)
	require.True(t, w.atRest())
}

func TestOptionsThatAreNegativeAreDefaults(t *testing.T) {
	w := newWorld(t, &jobs.Options{Runs: jobs.RunOptions{
		Lease: -1, CancelGrace: -1, DispatchFor: -1, DispatchBackoff: -1, OnTime: -1,
		CatchUpWindow: -1, CatchUpCount: -1,
	}})
	job := w.create("job", scheduled("@hourly", "", ""))
	w.at(time.Hour)
	w.finish(job.ID, jobs.RunSucceeded)
	require.Equal(t, []string{"13:00 fired"}, w.fates(job.ID))
	require.Equal(t, []jobs.RunStatus{jobs.RunSucceeded}, w.statuses(job.ID))
}

func TestRetentionThatIsSwitchedOffKeepsRuns(t *testing.T) {
	w := newWorld(t, &jobs.Options{Runs: jobs.RunOptions{RetainFor: time.Hour}})
	job := w.create("job")
	w.run(job.ID, jobs.RunSucceeded)
	w.run(job.ID, jobs.RunSucceeded)
	later := jobs.NewService(w.store, &jobs.Options{Now: w.Now, Runs: jobs.RunOptions{RetainFor: -1}})
	w.Scheduler = jobs.NewScheduler(later, w.engine, nil)
	w.at(2 * time.Hour)
	require.Len(t, w.runs(job.ID), 2)
}

func TestManyHeldRunsDoNotHideTheOneThatCounts(t *testing.T) {
	w := newWorld(t, patient)
	job := w.create("job", scheduled("@hourly", schedule.ConcurrencySkip, ""))
	for range 1001 {
		_, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{Hold: true})
		require.NoError(t, err)
	}
	w.manual(job.ID)
	w.at(time.Hour)
	require.Equal(t, []string{"13:00 skipped: overlap"}, w.fates(job.ID))
}

func TestAReplacementWaitsOnlyForWhatItReplaces(t *testing.T) {
	w := newWorld(t, patient)
	job := w.create("job", scheduled("@hourly", schedule.ConcurrencyReplace, ""))
	w.at(time.Hour)
	first := w.runs(job.ID)[0]
	w.at(2 * time.Hour)
	replacement := w.runs(job.ID)[0]
	w.manual(job.ID)
	w.Advance(0)
	w.report(first.ID, jobs.Report{Status: jobs.RunCancelled})
	w.Advance(0)
	got, err := w.JobRun(w.ctx, w.Actor, job.ID, replacement.ID)
	require.NoError(t, err)
	require.Equal(t, jobs.RunStarting, got.Status)
}

func TestMyRunsTellNothingOfHiddenJobs(t *testing.T) {
	w := newWorld(t, nil)
	hidden := w.create("hidden", func(j *jobs.NewJob) { j.TeamIDs = []string{"T2"} })
	seen := w.create("seen")
	first := w.manual(seen.ID)
	for range 250 {
		w.Outage(time.Second)
		w.manual(hidden.ID)
	}
	w.Outage(time.Second)
	second := w.manual(seen.ID)
	viewer := member("M", teams.Viewer, "T1")

	page, err := w.ListMyRuns(w.ctx, viewer, jobs.RunQuery{Limit: 1})
	require.NoError(t, err)
	require.Equal(t, second.ID, page.Runs[0].ID)
	require.NotEmpty(t, page.Marker)
	page, err = w.ListMyRuns(w.ctx, viewer, jobs.RunQuery{Limit: 1, Marker: page.Marker})
	require.NoError(t, err)
	require.Equal(t, first.ID, page.Runs[0].ID)
	require.Empty(t, page.Marker)
	none, err := w.ListMyRuns(w.ctx, member("M", teams.Viewer, "T3"), jobs.RunQuery{Limit: 1})
	require.NoError(t, err)
	require.Empty(t, none.Runs)
	require.Empty(t, none.Marker, "as in an organization without runs")
}

func TestADispatchersErrorIsToldWhateverItWraps(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job")
	w.manual(job.ID)
	w.engine.answer = times(1, jobs.ErrNotFound)
	_, err := w.Scheduler.Tick(w.ctx)
	require.ErrorContains(t, err, "the dispatcher: storage: not found")
}

// deaf is an engine that never comes back.
type deaf struct{ engine }

func (*deaf) Dispatch(context.Context, jobs.Dispatch) error { select {} }

func TestADispatcherThatNeverComesBackIsLeftBehind(t *testing.T) {
	w := newWorld(t, nil)
	w.Scheduler = jobs.NewScheduler(w.Service, &deaf{}, &jobs.SchedulerOptions{RequestTimeout: time.Millisecond})
	job := w.create("job")
	w.manual(job.ID)
	_, err := w.Scheduler.Tick(w.ctx)
	require.ErrorContains(t, err, "context deadline exceeded")
	require.Equal(t, []jobs.RunStatus{jobs.RunReady}, w.statuses(job.ID))
}
