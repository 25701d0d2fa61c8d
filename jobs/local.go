package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jobledger/jobledger/versions"
)

// Worker runs one dispatch and returns its results, a JSON object, or nil for
// none; anything else makes the run fail. It
// ends soon after its context does: when the run is cancelled, times out, or
// is to stop for another reason. An error makes the run fail with its text as
// the status message.
type Worker func(ctx context.Context, d Dispatch) (results []byte, err error)

// LocalDispatcher is a [Dispatcher] that runs a Go function in this process,
// with bounded concurrency, timeout, cancellation and heartbeats. It is the
// embedded default; a run does not outlive the process, and is lost with it.
//
// Beside schedulers in other processes, each with a dispatcher of its own, a
// cancel or cleanup may be asked of one that does not have the run: a worker
// then hears of a cancel with its next heartbeat, a quarter of RunOptions.Lease
// later at most, and Cleanup must do for runs of other processes.
type LocalDispatcher struct {
	service *Service
	worker  Worker
	opts    LocalOptions
	slots   chan struct{}
	group   sync.WaitGroup

	mu      sync.Mutex
	closed  bool
	running map[RunRef]*localRun
}

// localRun is a run that a [LocalDispatcher] has taken.
type localRun struct {
	dispatch Dispatch
	cancel   context.CancelCauseFunc
	// token is that of the latest dispatch; earlier ones count no more.
	token atomic.Pointer[string]
}

// LocalOptions change how a [LocalDispatcher] works. The zero value works.
type LocalOptions struct {
	// Concurrency is how many runs run at once; 4 by default. More wait a
	// second for their turn, and are dispatched again later.
	Concurrency int
	// Cleanup frees what a run that has ended still holds. Optional.
	Cleanup func(ctx context.Context, run RunRef) error
}

// Errors that end a worker's context; see context.Cause.
var (
	// ErrRunCancelled: somebody asked the run to stop.
	ErrRunCancelled = errors.New("jobs: the run was cancelled")
	// ErrRunTimeout: the run took longer than its version's timeout.
	ErrRunTimeout = errors.New("jobs: the run timed out")
	// ErrRunGone: the run was removed, or dispatched anew.
	ErrRunGone = errors.New("jobs: the run is gone")
	// ErrShutdown: the dispatcher is closed, and its time to drain is over.
	ErrShutdown = errors.New("jobs: the dispatcher is shut down")
)

// NewLocalDispatcher returns a dispatcher that reports to the service. Close
// it when the schedulers that use it have ended.
func NewLocalDispatcher(service *Service, worker Worker, opts *LocalOptions) *LocalDispatcher {
	d := &LocalDispatcher{service: service, worker: worker, running: map[RunRef]*localRun{}}
	if opts != nil {
		d.opts = *opts
	}
	orDefault(&d.opts.Concurrency, 4)
	d.slots = make(chan struct{}, d.opts.Concurrency)
	return d
}

// Dispatch implements [Dispatcher]. A run that is running here already goes on
// under the new token, and is not started again.
func (d *LocalDispatcher) Dispatch(ctx context.Context, dispatch Dispatch) error {
	if d.goesOn(dispatch) {
		return nil
	}
	patience := time.NewTimer(slotPatience)
	defer patience.Stop()
	select {
	case d.slots <- struct{}{}:
	case <-patience.C:
		return ErrEngineBusy
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", ErrEngineBusy, ctx.Err())
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	ref := dispatch.Run.ref()
	if _, again := d.running[ref]; d.closed || again {
		<-d.slots
		return fmt.Errorf("%w: it is closed, or has taken the run meanwhile", ErrEngineBusy)
	}
	// The run lives on after the request that began it.
	runCtx, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	run := &localRun{dispatch: dispatch, cancel: cancel}
	run.token.Store(&dispatch.Token)
	d.running[ref] = run
	d.group.Go(func() {
		defer func() { <-d.slots }()
		defer d.forget(ref)
		d.run(runCtx, run)
	})
	return nil
}

// slotPatience is how long a dispatch waits for room: short runs then follow
// each other without a pause, and long ones do not hold up the scheduler.
const slotPatience = time.Second

// goesOn gives a run that is running here its new token, and reports whether
// there is one.
func (d *LocalDispatcher) goesOn(dispatch Dispatch) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	run, running := d.running[dispatch.Run.ref()]
	if running {
		run.token.Store(&dispatch.Token)
	}
	return running
}

func (d *LocalDispatcher) forget(ref RunRef) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.running[ref].cancel(nil)
	delete(d.running, ref)
}

// run runs the worker beside its heartbeat, and reports how it ended.
func (d *LocalDispatcher) run(ctx context.Context, run *localRun) {
	gone := d.report(ctx, run, Report{Status: RunRunning})
	switch cause := context.Cause(ctx); {
	case gone, errors.Is(cause, ErrRunGone):
		return // removed, or ended, before it began
	case cause != nil: // cancelled before it began
		d.report(context.WithoutCancel(ctx), run, ending(ctx, nil, cause))
		return
	}
	if timeout := time.Duration(run.dispatch.Version.TimeoutSeconds) * time.Second; timeout > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeoutCause(ctx, timeout, ErrRunTimeout)
		defer stop()
	}
	beating, stopBeating := context.WithCancel(ctx)
	var heart sync.WaitGroup
	heart.Go(func() { d.heartbeat(beating, run) })
	results, err := d.work(ctx, run.dispatch)
	stopBeating()
	heart.Wait()
	if cause := context.Cause(ctx); errors.Is(cause, ErrRunGone) {
		return
	}
	d.report(context.WithoutCancel(ctx), run, ending(ctx, results, err))
}

// work calls the worker. Its panic is a failed run.
func (d *LocalDispatcher) work(ctx context.Context, dispatch Dispatch) (results []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the worker panicked: %v", p)
		}
	}()
	return d.worker(ctx, dispatch)
}

// ending is the report of how a worker ended. A worker that succeeded although
// it was asked to stop has succeeded.
func ending(ctx context.Context, results []byte, err error) Report {
	report := Report{Status: RunSucceeded, Results: results}
	if err == nil {
		return report
	}
	report.Status, report.Message = RunFailed, clip(err.Error())
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, ErrRunCancelled):
		report.Status = RunCancelled
	case errors.Is(cause, ErrRunTimeout):
		report.Status = RunTimeout
	}
	return report
}

// clip shortens a message to what a report may hold.
func clip(text string) string {
	return strings.ToValidUTF8(text[:min(len(text), maxStatusMessage)], "?")
}

// heartbeat keeps the lease, and stops the worker when the service says so. Not
// found is believed the second time: the run may have been claimed anew, and the
// dispatch with its new token be on its way.
func (d *LocalDispatcher) heartbeat(ctx context.Context, run *localRun) {
	ticker := time.NewTicker(d.service.opts.Runs.Lease / 4)
	defer ticker.Stop()
	for missed := 0; ; {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if !d.report(ctx, run, Report{Status: RunRunning}) {
			missed = 0
		} else if missed++; missed > 1 {
			run.cancel(ErrRunGone)
		}
	}
}

// report reports, stops the worker when the run is cancelled or has ended, and
// returns whether the run was not found. A report that cannot be made now is
// made with the next heartbeat, which says the same; a terminal one is tried
// again, and when it is never made leaves the run to its lease.
func (d *LocalDispatcher) report(ctx context.Context, run *localRun, report Report) (gone bool) {
	for n := range maxReports {
		token := *run.token.Load()
		seen, err := d.service.ReportRun(ctx, run.dispatch.Run.JobID, run.dispatch.Run.ID, token, report)
		_, ended := errors.AsType[*ConflictError](err)
		switch {
		case err == nil && !seen.CancelRequestedAt.IsZero():
			run.cancel(ErrRunCancelled)
			return false
		case err == nil:
			return false
		case token != *run.token.Load(): // dispatched anew meanwhile
		case ended:
			run.cancel(ErrRunGone)
			return false
		case errors.Is(err, ErrNotFound):
			return true
		case isInvalid(err):
			report = Report{Status: RunFailed, Message: clip(err.Error())}
		case !report.Status.Terminal() || pause(ctx, n) != nil:
			return false
		default:
			d.service.opts.Logger.WarnContext(ctx, "jobledger: report a run's end", slog.String("run", run.dispatch.Run.ID), slog.Any("error", err))
		}
	}
	return false
}

// isInvalid reports whether a report was refused for what it says.
func isInvalid(err error) bool {
	_, invalid := errors.AsType[versions.FieldErrors](err)
	return invalid
}

// maxReports bounds how often a terminal report is tried.
const maxReports = 20

// Cancel implements [Dispatcher]: it ends the worker's context.
func (d *LocalDispatcher) Cancel(_ context.Context, run RunRef) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if r, ok := d.running[run]; ok {
		r.cancel(ErrRunCancelled)
	}
	return nil
}

// Cleanup implements [Dispatcher] with LocalOptions.Cleanup.
func (d *LocalDispatcher) Cleanup(ctx context.Context, run RunRef) error {
	if d.opts.Cleanup == nil {
		return nil
	}
	return d.opts.Cleanup(ctx, run)
}

// Close refuses further dispatches and waits for the runs that are running.
// When the context ends first, their workers are told to stop, and have ten more
// seconds. A run that ends that way fails, with the message of [ErrShutdown];
// one whose worker does not heed its context is lost with the process.
func (d *LocalDispatcher) Close(ctx context.Context) error {
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	drained := make(chan struct{})
	go func() {
		d.group.Wait()
		close(drained)
	}()
	select {
	case <-drained:
		return nil
	case <-ctx.Done():
	}
	d.mu.Lock()
	for _, run := range d.running {
		run.cancel(ErrShutdown)
	}
	d.mu.Unlock()
	timer := time.NewTimer(stopPatience)
	defer timer.Stop()
	select {
	case <-drained:
	case <-timer.C:
	}
	return ctx.Err()
}

// stopPatience is how long workers have to stop when they are told to.
const stopPatience = 10 * time.Second
