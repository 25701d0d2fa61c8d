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
)

// day is one of the calendar's.
const day = 24 * time.Hour

// What is kept without a word is bounded; a negative value keeps all.
func TestWhatIsKept(t *testing.T) {
	for name, tc := range map[string]struct {
		opts jobs.RunOptions
		// old is whether what is 91 days old is still there.
		oldRuns, oldTicks, oldEvents bool
	}{
		"by default":          {},
		"all, when negative":  {jobs.RunOptions{RetainFor: -1, RetainCount: -1, KeepTicks: -1, KeepEvents: -1}, true, true, true},
		"runs for longer":     {jobs.RunOptions{RetainFor: 100 * day}, true, false, false},
		"ticks for longer":    {jobs.RunOptions{KeepTicks: 100 * day}, false, true, false},
		"events for longer":   {jobs.RunOptions{KeepEvents: 100 * day}, false, false, true},
		"as many as there is": {jobs.RunOptions{RetainCount: -1}, false, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, &jobs.Options{Runs: tc.opts})
			job := w.create("job", scheduled("0 13 * * *", "", ""))
			for _, at := range []time.Duration{time.Hour, 91*day + time.Hour, 91*day + 25*time.Hour} {
				w.at(at)
				w.finish(job.ID, jobs.RunSucceeded)
			}
			w.at(91*day + 26*time.Hour)
			for {
				erased, err := w.Sweep(w.ctx, 100)
				require.NoError(t, err)
				if erased < 100 {
					break
				}
			}
			first := epoch.Add(time.Hour)
			old := func(at time.Time) bool { return !at.After(first.Add(time.Minute)) }

			runs := w.runs(job.ID)
			require.Equal(t, tc.oldRuns, old(runs[len(runs)-1].CreatedAt), "runs")
			ticks, err := w.ListTicks(w.ctx, w.Actor, job.ID, jobs.TickQuery{})
			require.NoError(t, err)
			require.Equal(t, tc.oldTicks, old(ticks.Ticks[len(ticks.Ticks)-1].NominalAt), "ticks")
			events, err := w.store.ListEvents(w.ctx, storage.EventQuery{OrganizationID: org, Ascending: true, Limit: 1})
			require.NoError(t, err)
			require.Equal(t, tc.oldEvents, old(events.Events[0].At), "events")
		})
	}
}

// Of a job's runs 10,000 are kept, whatever their age.
func TestHowManyRunsAreKept(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job")
	for range 10_150 {
		run, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{Hold: true})
		require.NoError(t, err)
		_, err = w.CancelRun(w.ctx, w.Actor, job.ID, run.ID)
		require.NoError(t, err)
	}
	oldest, err := w.store.ListRuns(w.ctx, storage.RunQuery{
		JobRef: storage.JobRef{OrganizationID: org, JobID: job.ID}, Ascending: true, Limit: 1,
	})
	require.NoError(t, err)
	require.EqualValues(t, 151, oldest.Runs[0].Number)
}

// What was kept for as long as it is to be goes many at a time.
func TestOldRunsAreForgottenTogether(t *testing.T) {
	w, s := newSpiedWorld(t, nil)
	job := w.create("job")
	for range 500 {
		run, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{Hold: true})
		require.NoError(t, err)
		_, err = w.CancelRun(w.ctx, w.Actor, job.ID, run.ID)
		require.NoError(t, err)
	}
	s.made()
	s.read()
	w.Outage(91 * day)
	for range 40 {
		_, err := w.Scheduler.Tick(w.ctx)
		require.NoError(t, err)
	}
	require.Equal(t, 1, len(w.runs(job.ID)), "the latest run stays") //nolint:testifylint // says less
	removed := 0
	commits := s.made()
	for _, c := range commits {
		require.LessOrEqual(t, len(c.RemoveRuns), 201)
		removed += len(c.RemoveRuns)
	}
	require.Equal(t, 499, removed)
	require.LessOrEqual(t, len(commits), 20)
	_, reads := s.read()
	require.LessOrEqual(t, reads["ListRuns"], 20)
}

// RetainCount is asked also when runs end in passes alone: no engine had them.
func TestRunsThatPassesEndAreCounted(t *testing.T) {
	w := newWorld(t, &jobs.Options{Runs: jobs.RunOptions{RetainCount: 10}})
	job := w.create("job", scheduled("* * * * *", schedule.ConcurrencyReplace, ""))
	scheduler := jobs.NewScheduler(w.Service, nil, nil)
	for range 200 {
		w.Outage(time.Minute)
		_, err := scheduler.Tick(w.ctx)
		require.NoError(t, err)
	}
	list, err := w.ListRuns(w.ctx, w.Actor, job.ID, jobs.RunQuery{Limit: 100})
	require.NoError(t, err)
	require.LessOrEqual(t, len(list.Runs), 20, "10, and what ended since the last look for more")
	require.Equal(t, jobs.RunReady, list.Runs[0].Status)
}

// uncleaned is an engine that cleans nothing up.
type uncleaned struct{ *engine }

func (uncleaned) Cleanup(context.Context, jobs.RunRef) error { return errors.New("not now") }

// Runs for which the engine is owed something are kept, and keep no others.
func TestRunsThatOweACleanupKeepNoOthers(t *testing.T) {
	w := newWorld(t, &jobs.Options{Runs: jobs.RunOptions{RetainCount: 10}})
	job := w.create("job")
	w.Scheduler = jobs.NewScheduler(w.Service, uncleaned{w.engine}, nil)
	const owing, others = 205, 100
	for range owing {
		run, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{})
		require.NoError(t, err)
		w.look()
		w.report(run.ID, jobs.Report{Status: jobs.RunSucceeded})
	}
	for range others {
		run, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{Hold: true})
		require.NoError(t, err)
		_, err = w.CancelRun(w.ctx, w.Actor, job.ID, run.ID)
		require.NoError(t, err)
	}
	kept := 0
	for query := (storage.RunQuery{JobRef: storage.JobRef{OrganizationID: org, JobID: job.ID}, Limit: 100}); ; {
		page, err := w.store.ListRuns(w.ctx, query)
		require.NoError(t, err)
		kept += len(page.Runs)
		if query.After = page.Next; !page.More {
			break
		}
	}
	require.LessOrEqual(t, kept, owing+20)
}
