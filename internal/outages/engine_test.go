package outages_test

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// engine is an engine apart from the control plane. It works on what it has been
// given whether the control plane is there or not, and knows a run by its ID.
type engine struct {
	mu sync.Mutex
	// api is where it reports to; nil while that is away.
	api *jobs.Service
	// lasts is how long a run takes; a second by default.
	lasts func(jobs.Dispatch) time.Duration
	// before is called with each dispatch before the engine takes it. Optional.
	before func(context.Context, jobs.Dispatch) error
	// onCancel is called with each request to cancel. Optional.
	onCancel func(context.Context, jobs.RunRef) error
	works    map[string]*work
	// refused are the runs of which the engine was told to stop while it was
	// working on them and nobody had asked to cancel.
	refused []string
	group   sync.WaitGroup
}

// work is a run that the engine has.
type work struct {
	jobs.Dispatch
	began     time.Time
	times     int // how often it was handed over
	stop      context.CancelFunc
	cancelled chan struct{}
	ended     bool
}

func newEngine() *engine { return &engine{works: map[string]*work{}} }

// reportsTo has the engine report to a service from now on.
func (e *engine) reportsTo(api *jobs.Service) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.api = api
}

func (e *engine) Dispatch(ctx context.Context, d jobs.Dispatch) error {
	e.mu.Lock()
	before := e.before
	e.mu.Unlock()
	if before != nil {
		if err := before(ctx, d); err != nil {
			return err
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if w := e.works[d.Run.ID]; w != nil {
		w.Token = d.Token
		w.times++
		return nil
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	w := &work{Dispatch: d, began: time.Now(), times: 1, stop: stop, cancelled: make(chan struct{})}
	e.works[d.Run.ID] = w
	lasts := time.Second
	if e.lasts != nil {
		lasts = e.lasts(d)
	}
	e.group.Go(func() { e.work(ctx, w, lasts) })
	return nil
}

// work reports that it has begun, heartbeats four times a lease, and reports the
// end until it is heard.
func (e *engine) work(ctx context.Context, w *work, lasts time.Duration) {
	defer e.over(w)
	done := time.After(lasts)
	beat := time.NewTicker(w.Lease / 4)
	defer beat.Stop()
	report := jobs.Report{}
	cancelled := w.cancelled
	_, _ = e.report(ctx, w, jobs.Report{Status: jobs.RunRunning})
	for {
		select {
		case <-ctx.Done(): // it died
			return
		case <-done:
			report.Status = jobs.RunSucceeded
			beat.Reset(2 * time.Second)
		case <-cancelled:
			cancelled = nil
			if report.Status == "" {
				report.Status = jobs.RunCancelled
			}
		case <-beat.C:
		}
		heard, gone := e.report(ctx, w, report)
		if gone && report.Status == "" {
			e.mu.Lock()
			e.refused = append(e.refused, w.Run.ID)
			e.mu.Unlock()
		}
		if gone || heard && report.Status != "" {
			return
		}
	}
}

// report reports, and returns whether that was heard, and whether the run is gone.
func (e *engine) report(ctx context.Context, w *work, report jobs.Report) (heard, gone bool) {
	e.mu.Lock()
	api, token := e.api, w.Token
	e.mu.Unlock()
	if api == nil {
		return false, false
	}
	_, err := api.ReportRun(ctx, w.Run.JobID, w.Run.ID, token, report)
	_, conflict := errors.AsType[*jobs.ConflictError](err)
	return err == nil, conflict || errors.Is(err, jobs.ErrNotFound)
}

func (e *engine) over(w *work) {
	e.mu.Lock()
	defer e.mu.Unlock()
	w.ended = true
	w.stop()
}

func (e *engine) Cancel(ctx context.Context, ref jobs.RunRef) error {
	e.mu.Lock()
	onCancel, w := e.onCancel, e.works[ref.RunID]
	e.mu.Unlock()
	if onCancel != nil {
		if err := onCancel(ctx, ref); err != nil {
			return err
		}
	}
	if w != nil {
		select {
		case w.cancelled <- struct{}{}:
		case <-time.After(time.Second): // it has ended, or is told already
		}
	}
	return nil
}

func (e *engine) Cleanup(context.Context, jobs.RunRef) error { return nil }

// forget has the engine lose a run without a word. It does not know it any more.
func (e *engine) forget(runID string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.works[runID].stop()
	delete(e.works, runID)
}

// die ends the engine and all that it has. One that comes back knows nothing.
func (e *engine) die() {
	e.mu.Lock()
	for _, w := range e.works {
		w.stop()
	}
	e.mu.Unlock()
	e.group.Wait()
	e.mu.Lock()
	defer e.mu.Unlock()
	clear(e.works)
}

// has returns what the engine knows of a run; nil for nothing.
func (e *engine) has(runID string) *work {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.works[runID]
}
