package jobs_test

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
)

// engine is a dispatcher that remembers what it was asked, and answers as it
// is told to.
type engine struct {
	mu         sync.Mutex
	dispatched []jobs.Dispatch
	cancelled  []string
	cleaned    []string
	answer     func() error
	// refuse says of which runs a cancel is not acknowledged.
	refuse func(runID string) bool
}

func (e *engine) note(what func()) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	what()
	if e.answer != nil {
		return e.answer()
	}
	return nil
}

func (e *engine) Dispatch(_ context.Context, d jobs.Dispatch) error {
	return e.note(func() { e.dispatched = append(e.dispatched, d) })
}

func (e *engine) Cancel(_ context.Context, r jobs.RunRef) error {
	if e.refuse != nil && e.refuse(r.RunID) {
		return errors.New("not now")
	}
	return e.note(func() { e.cancelled = append(e.cancelled, r.RunID) })
}

func (e *engine) Cleanup(_ context.Context, r jobs.RunRef) error {
	return e.note(func() { e.cleaned = append(e.cleaned, r.RunID) })
}

// atRest reports whether nothing is due now.
func (w *World) atRest() bool {
	w.t.Helper()
	for kind := storage.DueJobs; kind <= storage.DueTombstones; kind++ {
		due, err := w.store.Due(w.ctx, storage.DueQuery{Kind: kind, Until: w.Now(), Limit: 1})
		require.NoError(w.t, err)
		if len(due.Items) > 0 {
			return false
		}
	}
	return true
}

// at has nothing work until a time after the epoch, and then the scheduler look.
func (w *World) at(d time.Duration) {
	w.t.Helper()
	w.Outage(epoch.Add(d).Sub(w.Now()))
	w.Advance(0)
}

// runs lists a job's runs, oldest first, as statuses.
func (w *World) statuses(id string) []jobs.RunStatus {
	w.t.Helper()
	var statuses []jobs.RunStatus
	runs := w.runs(id)
	for i := len(runs) - 1; i >= 0; i-- {
		statuses = append(statuses, runs[i].Status)
	}
	return statuses
}

// runs lists a job's runs, newest first.
func (w *World) runs(id string) []jobs.Run {
	w.t.Helper()
	list, err := w.ListRuns(w.ctx, w.Actor, id, jobs.RunQuery{})
	require.NoError(w.t, err)
	return list.Runs
}

// report reports on the newest dispatch of a run.
func (w *World) report(runID string, r jobs.Report) {
	w.t.Helper()
	_, err := w.tryReport(runID, r)
	require.NoError(w.t, err)
}

func (w *World) tryReport(runID string, r jobs.Report) (jobs.Run, error) {
	w.engine.mu.Lock()
	var d jobs.Dispatch
	for _, seen := range w.engine.dispatched {
		if seen.Run.ID == runID {
			d = seen
		}
	}
	w.engine.mu.Unlock()
	return w.ReportRun(w.ctx, d.Run.JobID, runID, d.Token, r)
}

// fates lists what became of a job's ticks, oldest first.
func (w *World) fates(id string) []string {
	w.t.Helper()
	list, err := w.ListTicks(w.ctx, w.Actor, id, jobs.TickQuery{})
	require.NoError(w.t, err)
	var fates []string
	for i := len(list.Ticks) - 1; i >= 0; i-- {
		tick := list.Ticks[i]
		fate := tick.NominalAt.Format("15:04") + " " + string(tick.Verdict)
		if tick.Reason != "" {
			fate += ": " + tick.Reason
		}
		if tick.Count > 1 {
			fate += " to " + tick.Until.Format("15:04")
		}
		fates = append(fates, fate)
	}
	return fates
}

// scheduled gives a new job a schedule and policies.
func scheduled(cron string, c schedule.ConcurrencyPolicy, m schedule.MissedSchedulePolicy) func(*jobs.NewJob) {
	return func(j *jobs.NewJob) {
		j.CronExpression, j.ConcurrencyPolicy, j.MissedSchedulePolicy = cron, c, m
	}
}
