package outages_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/jobstest"
)

// life is some jobs under a scheduler that looks when it is told to, by a clock
// that is moved.
type life struct {
	*jobstest.World
	t    *testing.T
	jobs []jobs.Job
	mu   sync.Mutex
	// given are the runs that the engine has.
	given []jobs.Dispatch

	// said is what happened, edits how often somebody edited, and rows what
	// became of ticks and runs.
	said  []string
	edits int
	rows  []string
}

func newLife(t *testing.T, define []func(*jobs.NewJob)) *life {
	l := &life{t: t, World: jobstest.New(t, &jobstest.Options{
		Start:   time.Date(2026, 3, 1, 12, 0, 30, 0, time.UTC),
		Service: jobs.Options{Runs: jobs.RunOptions{Lease: 4 * time.Minute}},
	})}
	l.Scheduler = jobs.NewScheduler(l.Service, l, &jobs.SchedulerOptions{Workers: 1}) // in order
	w := &World{t: t, people: l.Service}
	for n, change := range define {
		l.jobs = append(l.jobs, w.create(actor, fmt.Sprint("job-", n), change))
	}
	return l
}

func (l *life) Dispatch(_ context.Context, d jobs.Dispatch) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.given = append(l.given, d)
	return nil
}

func (l *life) Cancel(context.Context, jobs.RunRef) error  { return nil }
func (l *life) Cleanup(context.Context, jobs.RunRef) error { return nil }

// do has a step happen.
func (l *life) do(s step) {
	l.t.Helper()
	l.said = append(l.said, l.Now().Format(time.TimeOnly)+": "+s.String())
	ctx, job := l.t.Context(), l.jobs[s.job]
	switch s.what {
	case "pass":
		l.Outage(s.by)
	case "look":
		_, err := l.Scheduler.Tick(ctx)
		require.NoError(l.t, err)
	case "succeed":
		l.end(job, jobs.RunSucceeded)
	case "fail":
		l.end(job, jobs.RunFailed)
	case "beat":
		for _, d := range l.given {
			_, _ = l.Service.ReportRun(ctx, d.Run.JobID, d.Run.ID, d.Token, jobs.Report{}) // it may be lost already
		}
	case "lose":
		l.oldest(job)
	case "run":
		_, err := l.Service.CreateRun(ctx, actor, job.ID, jobs.NewRun{})
		require.NoError(l.t, err)
	case "cancel":
		list, err := l.Service.ListRuns(ctx, actor, job.ID, jobs.RunQuery{Limit: 1})
		require.NoError(l.t, err)
		for _, run := range list.Runs {
			_, _ = l.Service.CancelRun(ctx, actor, job.ID, run.ID) // it may have ended
		}
	case "pause", "resume":
		status := map[string]jobs.Status{"pause": jobs.Paused, "resume": jobs.Active}[s.what]
		_, err := l.Service.UpdateJob(ctx, actor, job.ID, jobs.JobPatch{Status: &status})
		require.NoError(l.t, err)
	}
}

// end ends the oldest run of a job that the engine has.
func (l *life) end(job jobs.Job, status jobs.RunStatus) {
	if d, has := l.oldest(job); has {
		_, _ = l.Service.ReportRun(l.t.Context(), job.ID, d.Run.ID, d.Token, jobs.Report{Status: status}) // it may be lost already
	}
}

// oldest takes the oldest run of a job away from the engine, if there is one.
func (l *life) oldest(job jobs.Job) (oldest jobs.Dispatch, has bool) {
	at := -1
	for i, d := range l.given {
		if d.Run.JobID == job.ID && (at < 0 || d.Run.Number < l.given[at].Run.Number) {
			at = i
		}
	}
	if at < 0 {
		return oldest, false
	}
	oldest = l.given[at]
	l.given = slices.Delete(l.given, at, at+1)
	return oldest, true
}

// write writes down what became of all ticks and runs, without the IDs and the
// versions of the runs.
func (l *life) write() {
	l.t.Helper()
	w := &World{t: l.t, people: l.Service}
	for _, job := range l.jobs {
		for _, tick := range w.ticks(job) {
			l.rows = append(l.rows, fmt.Sprintf("%s tick %s to %s, %d: %s %s", job.Key,
				tick.NominalAt.Format(time.RFC3339Nano), tick.Until.Format(time.TimeOnly), tick.Count, tick.Verdict, tick.Reason))
		}
		for _, run := range w.history(job) {
			l.rows = append(l.rows, fmt.Sprintf("%s run %d of %s: %s run %s, dispatched %s, finished %s", job.Key, run.Number,
				run.NominalAt.Format(time.TimeOnly), run.Trigger, run.Status, run.DispatchedAt.Format(time.TimeOnly), run.FinishedAt.Format(time.TimeOnly)))
		}
		now, err := l.Service.Job(l.t.Context(), actor, job.ID)
		require.NoError(l.t, err)
		l.rows = append(l.rows, fmt.Sprintf("%s is %s, next at %s, last at %s", job.Key, now.Status, now.NextRunAt, now.LastScheduledAt))
	}
}
