package jobstest

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// Engine takes the runs of a [World], and does with them what the test says. It
// is a [jobs.Dispatcher], which other schedulers may share.
type Engine struct {
	w *World

	mu      sync.Mutex
	scripts map[string]*script
	// arrived are the dispatches since the scheduler last looked, as they came:
	// it may hand over several at once. They are put in order before they count.
	arrived    []arrival
	dispatched []jobs.Dispatch
	// latest is the latest dispatch of each run.
	latest map[string]jobs.Dispatch
	open   []*task
}

// arrival is a dispatch, and whether the engine refused it.
type arrival struct {
	jobs.Dispatch
	refused bool
}

// task is a run that the engine has.
type task struct {
	play
	runID     string
	started   bool
	cancelled bool
	// endAt is when it ends, and nextAt when the engine reports next.
	endAt, nextAt time.Time
}

func newEngine(w *World) *Engine {
	e := &Engine{w: w, scripts: map[string]*script{}, latest: map[string]jobs.Dispatch{}}
	e.Succeed("", time.Second)
	e.script("").lasts = true
	return e
}

// Dispatch is [jobs.Dispatcher].Dispatch.
func (e *Engine) Dispatch(_ context.Context, d jobs.Dispatch) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	refusal := e.refusalOf(d.JobKey)
	e.arrived = append(e.arrived, arrival{d, refusal != nil})
	return refusal
}

// Cancel is [jobs.Dispatcher].Cancel.
func (e *Engine) Cancel(_ context.Context, run jobs.RunRef) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, work := range e.open {
		if work.runID == run.RunID && !work.silent {
			work.cancelled, work.nextAt = true, e.w.Now()
		}
	}
	return nil
}

// Cleanup is [jobs.Dispatcher].Cleanup.
func (e *Engine) Cleanup(context.Context, jobs.RunRef) error { return nil }

// Dispatched are the dispatches of a job's runs so far, oldest first, those of all
// jobs when the key is "". A dispatch that the engine refused is there too.
func (e *Engine) Dispatched(key string) []jobs.Dispatch {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.arrange()
	return slices.DeleteFunc(slices.Clone(e.dispatched), func(d jobs.Dispatch) bool { return key != "" && d.JobKey != key })
}

// Report reports on a run that was handed to the engine, now. The test ends if the
// service does not take the report.
func (e *Engine) Report(run jobs.Run, report jobs.Report) {
	e.w.tb.Helper()
	e.mu.Lock()
	e.arrange()
	d, known := e.latest[run.ID]
	e.mu.Unlock()
	if !known {
		e.w.tb.Fatalf("run %d of job %s was not handed to the engine\n%s", run.Number, run.JobKey, e.w.ledgerOf(run.JobID))
	}
	if _, err := e.w.ReportRun(e.w.tb.Context(), run.JobID, run.ID, d.Token, report); err != nil {
		e.w.tb.Fatalf("report on run %d of job %s: %v\n%s", run.Number, d.JobKey, err, e.w.ledgerOf(run.JobID))
	}
	if report.Status.Terminal() {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.open = slices.DeleteFunc(e.open, func(work *task) bool { return work.runID == run.ID })
	}
}

// arrange puts what has arrived in order, and begins to work on it.
func (e *Engine) arrange() {
	slices.SortStableFunc(e.arrived, func(a, b arrival) int {
		return cmp.Or(cmp.Compare(a.JobKey, b.JobKey), cmp.Compare(a.Run.Number, b.Run.Number))
	})
	now := e.w.Now()
	for _, d := range e.arrived {
		e.dispatched, e.latest[d.Run.ID] = append(e.dispatched, d.Dispatch), d.Dispatch
		if d.refused {
			continue
		}
		// A run that it has goes on under the new token.
		if !slices.ContainsFunc(e.open, func(work *task) bool { return work.runID == d.Run.ID }) {
			does := e.playOf(d.JobKey)
			e.open = append(e.open, &task{runID: d.Run.ID, play: does, nextAt: now, endAt: now.Add(does.after)})
		}
	}
	e.arrived = nil
}

// next is when the engine reports next; zero for never.
func (e *Engine) next() (next time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, work := range e.open {
		if !work.silent && (next.IsZero() || work.nextAt.Before(next)) {
			next = work.nextAt
		}
	}
	return next
}

// act makes the reports that are due.
func (e *Engine) act() {
	e.mu.Lock()
	e.arrange()
	open := slices.Clone(e.open)
	e.mu.Unlock()
	for _, work := range open {
		for e.isDue(work) {
			d, report := e.nextReport(work)
			run, err := e.w.ReportRun(e.w.tb.Context(), d.Run.JobID, d.Run.ID, d.Token, report)
			e.noteReport(work, d, report, run, err)
		}
	}
}

// isDue reports whether the engine is to report on a run now.
func (e *Engine) isDue(work *task) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.w.Now()
	if work.dies && work.started && !work.endAt.After(now) {
		work.silent = true
	}
	return slices.Contains(e.open, work) && !work.silent && !work.nextAt.After(now)
}

// nextReport is what the engine says of a run now, and the dispatch it had it by.
func (e *Engine) nextReport(work *task) (jobs.Dispatch, jobs.Report) {
	e.mu.Lock()
	defer e.mu.Unlock()
	d, report := e.latest[work.runID], jobs.Report{}
	switch {
	case work.cancelled:
		report.Status = jobs.RunCancelled
	case !work.started:
		report.Status = jobs.RunRunning
	case !work.open && !work.endAt.After(e.w.Now()):
		report = work.report
	}
	return d, report
}

// noteReport notes how a report was answered.
func (e *Engine) noteReport(work *task, d jobs.Dispatch, report jobs.Report, run jobs.Run, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.w.Now()
	_, conflict := errors.AsType[*jobs.ConflictError](err)
	switch {
	case errors.Is(err, jobs.ErrNotFound), conflict, err == nil && report.Status.Terminal():
		e.open = slices.DeleteFunc(e.open, func(other *task) bool { return other == work })
	case err != nil:
		work.nextAt = now.Add(time.Second) // the store is away
	case !run.CancelRequestedAt.IsZero():
		work.cancelled = true
	default:
		work.started = true
		work.nextAt = now.Add(max(d.Lease/2, 1))
		if !work.open && work.endAt.Before(work.nextAt) {
			work.nextAt = work.endAt
		}
	}
}
