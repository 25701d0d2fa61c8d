package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/jobledger/jobledger/versions"
)

// Worker runs one dispatch and returns its results, a JSON object or nil. It
// ends soon after its context does: when the run is cancelled, times out, or
// is to stop for another reason. An error makes the run fail with its text as
// the status message.
type Worker func(ctx context.Context, d Dispatch) (results []byte, err error)

// LocalDispatcher is a [Dispatcher] that runs a Go function in this process,
// with bounded concurrency, timeout, cancellation and heartbeats. It is the
// embedded default; a run does not outlive the process, and is lost with it.
type LocalDispatcher struct {
	service *Service
	worker  Worker
	opts    LocalOptions
	slots   chan struct{}
	group   sync.WaitGroup

	mu      sync.Mutex
	closed  bool
	running map[RunRef]context.CancelCauseFunc
}

// LocalOptions change how a [LocalDispatcher] works. The zero value works.
type LocalOptions struct {
	// Concurrency is how many runs run at once; 4 by default. More are
	// refused, and dispatched again later.
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
	d := &LocalDispatcher{service: service, worker: worker, running: map[RunRef]context.CancelCauseFunc{}}
	if opts != nil {
		d.opts = *opts
	}
	orDefault(&d.opts.Concurrency, 4)
	d.slots = make(chan struct{}, d.opts.Concurrency)
	return d
}

// Dispatch implements [Dispatcher]. A run that is running here already is
// taken, and not started again.
func (d *LocalDispatcher) Dispatch(ctx context.Context, dispatch Dispatch) error {
	ref := dispatch.Run.ref()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return fmt.Errorf("%w: %w", ErrEngineBusy, ErrShutdown)
	}
	if _, again := d.running[ref]; again {
		return nil
	}
	select {
	case d.slots <- struct{}{}:
	default:
		return ErrEngineBusy
	}
	// The run lives on after the request that began it.
	runCtx, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	d.running[ref] = cancel
	d.group.Go(func() {
		defer func() { <-d.slots }()
		defer d.forget(ref)
		d.run(runCtx, cancel, dispatch)
	})
	return nil
}

func (d *LocalDispatcher) forget(ref RunRef) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.running[ref](nil)
	delete(d.running, ref)
}

// run runs the worker beside its heartbeat, and reports how it ended.
func (d *LocalDispatcher) run(ctx context.Context, cancel context.CancelCauseFunc, dispatch Dispatch) {
	d.report(ctx, dispatch, Report{Status: RunRunning}, cancel)
	if errors.Is(context.Cause(ctx), ErrRunGone) {
		return // removed, or dispatched anew, before it began
	}
	if timeout := time.Duration(dispatch.Version.TimeoutSeconds) * time.Second; timeout > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeoutCause(ctx, timeout, ErrRunTimeout)
		defer stop()
	}
	beating, stopBeating := context.WithCancel(ctx)
	var heart sync.WaitGroup
	heart.Go(func() { d.heartbeat(beating, dispatch, cancel) })
	results, err := d.work(ctx, dispatch)
	stopBeating()
	heart.Wait()
	if cause := context.Cause(ctx); errors.Is(cause, ErrRunGone) {
		return
	}
	d.report(context.WithoutCancel(ctx), dispatch, ending(ctx, results, err), func(error) {})
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

// heartbeat keeps the lease, and stops the worker when the service says so.
func (d *LocalDispatcher) heartbeat(ctx context.Context, dispatch Dispatch, cancel context.CancelCauseFunc) {
	ticker := time.NewTicker(d.service.opts.Runs.Lease / 4)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			d.report(ctx, dispatch, Report{Status: RunRunning}, cancel)
		}
	}
}

// report reports, and stops the worker when the run is gone or has ended. One
// that cannot be made now is made with the next heartbeat, which says the same;
// a terminal one is tried again, and when it is never made leaves the run to its lease.
func (d *LocalDispatcher) report(ctx context.Context, dispatch Dispatch, report Report, cancel context.CancelCauseFunc) {
	for n := range maxReports {
		run, err := d.service.ReportRun(ctx, dispatch.Run.JobID, dispatch.Run.ID, dispatch.Token, report)
		_, ended := errors.AsType[*ConflictError](err)
		switch {
		case err == nil && !run.CancelRequestedAt.IsZero():
			cancel(ErrRunCancelled)
			return
		case err == nil:
			return
		case ended, errors.Is(err, ErrNotFound):
			cancel(ErrRunGone)
			return
		case isInvalid(err):
			report = Report{Status: RunFailed, Message: clip(err.Error())}
		case !report.Status.Terminal() || pause(ctx, n) != nil:
			return
		}
		d.service.opts.Logger.WarnContext(ctx, "jobledger: report a run's end", slog.String("run", dispatch.Run.ID), slog.Any("error", err))
	}
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
	if cancel, ok := d.running[run]; ok {
		cancel(ErrRunCancelled)
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
// When the context ends first, their workers are told to stop, and waited for.
// A run that ends that way fails, with the message of [ErrShutdown].
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
	for _, cancel := range d.running {
		cancel(ErrShutdown)
	}
	d.mu.Unlock()
	<-drained
	return ctx.Err()
}
