package local

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// Worker runs one dispatch and returns its results: a JSON object, or nil for
// none. Anything else makes the run fail. It ends soon after its context does:
// when the run is cancelled, times out, or is to stop for another reason. An
// error makes the run fail with its text as the status message.
type Worker func(ctx context.Context, d jobs.Dispatch) (results []byte, err error)

// Dispatcher is a [jobs.Dispatcher] that runs a [Worker] in this process.
type Dispatcher struct {
	service *jobs.Service
	worker  Worker
	opts    Options
	slots   chan struct{}
	group   sync.WaitGroup

	mu      sync.Mutex
	closed  bool
	running map[jobs.RunRef]*run
}

// run is a run that a [Dispatcher] has taken.
type run struct {
	dispatch jobs.Dispatch
	cancel   context.CancelCauseFunc
	// token is that of the latest dispatch. Earlier ones are not valid any more.
	token atomic.Pointer[string]
}

// Options change how a [Dispatcher] works. The zero value works.
type Options struct {
	// Concurrency is how many runs run at once; 4 by default. A dispatch
	// beyond that waits a second for a free slot, and is then refused with
	// [jobs.ErrEngineBusy].
	Concurrency int
	// Cleanup frees what a run that has ended still holds. Optional.
	Cleanup func(ctx context.Context, run jobs.RunRef) error
	// Logger is told, at Warn, of reports that could not be made. Nothing is
	// logged by default.
	Logger *slog.Logger
}

// The causes that end a worker's context; see context.Cause.
var (
	// ErrRunCancelled means that somebody asked the run to stop.
	ErrRunCancelled = errors.New("local: the run was cancelled")
	// ErrRunTimeout means that the run took longer than its version's timeout.
	ErrRunTimeout = errors.New("local: the run timed out")
	// ErrRunGone means that the run was removed, or dispatched to another engine.
	ErrRunGone = errors.New("local: the run is gone")
	// ErrShutdown means that the dispatcher is closed, and its time to drain is
	// over.
	ErrShutdown = errors.New("local: the dispatcher is shut down")
)

// New returns a dispatcher that reports to the service. Close it when the
// schedulers that use it have ended.
func New(service *jobs.Service, worker Worker, opts *Options) *Dispatcher {
	d := &Dispatcher{service: service, worker: worker, running: map[jobs.RunRef]*run{}}
	if opts != nil {
		d.opts = *opts
	}
	if d.opts.Concurrency <= 0 {
		d.opts.Concurrency = 4
	}
	if d.opts.Logger == nil {
		d.opts.Logger = slog.New(slog.DiscardHandler)
	}
	d.slots = make(chan struct{}, d.opts.Concurrency)
	return d
}

// Dispatch implements [jobs.Dispatcher]. A run that is running here already
// goes on under the new token, and is not started again.
func (d *Dispatcher) Dispatch(ctx context.Context, dispatch jobs.Dispatch) error {
	if d.renew(dispatch) {
		return nil
	}
	patience := time.NewTimer(slotPatience)
	defer patience.Stop()
	select {
	case d.slots <- struct{}{}:
	case <-patience.C:
		return jobs.ErrEngineBusy
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", jobs.ErrEngineBusy, ctx.Err())
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	ref := refOf(dispatch.Run)
	if _, again := d.running[ref]; d.closed || again {
		<-d.slots
		return fmt.Errorf("%w: it is closed, or has taken the run meanwhile", jobs.ErrEngineBusy)
	}
	// The run lives longer than the request that began it.
	runCtx, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	r := &run{dispatch: dispatch, cancel: cancel}
	r.token.Store(&dispatch.Token)
	d.running[ref] = r
	d.group.Go(func() {
		defer func() { <-d.slots }()
		defer d.forget(ref)
		d.run(runCtx, r)
	})
	return nil
}

// slotPatience is how long a dispatch waits for a free slot: short runs then
// follow each other without a pause, and long ones do not delay the scheduler.
const slotPatience = time.Second

// renew gives a run that is running here its new token, and reports whether
// there is such a run.
func (d *Dispatcher) renew(dispatch jobs.Dispatch) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	r, running := d.running[refOf(dispatch.Run)]
	if running {
		r.token.Store(&dispatch.Token)
	}
	return running
}

func (d *Dispatcher) forget(ref jobs.RunRef) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.running[ref].cancel(nil)
	delete(d.running, ref)
}

func refOf(r jobs.Run) jobs.RunRef {
	return jobs.RunRef{OrganizationID: r.OrganizationID, JobID: r.JobID, RunID: r.ID}
}

// Cancel implements [jobs.Dispatcher]: it ends the worker's context.
func (d *Dispatcher) Cancel(_ context.Context, ref jobs.RunRef) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if r, ok := d.running[ref]; ok {
		r.cancel(ErrRunCancelled)
	}
	return nil
}

// Cleanup implements [jobs.Dispatcher] with Options.Cleanup.
func (d *Dispatcher) Cleanup(ctx context.Context, ref jobs.RunRef) error {
	if d.opts.Cleanup == nil {
		return nil
	}
	return d.opts.Cleanup(ctx, ref)
}

// Close refuses further dispatches and waits for the runs that are running.
// When the context ends first, their workers are told to stop, and have ten
// more seconds. A run that ends that way fails, with the message of
// [ErrShutdown]. A run whose worker ignores its context is lost with the process.
func (d *Dispatcher) Close(ctx context.Context) error {
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
	for _, r := range d.running {
		r.cancel(ErrShutdown)
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
