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
	group   sync.WaitGroup
	// freed tells that there may be room again.
	freed chan struct{}
	// over is closed, once, when nothing is waited for any more.
	over chan struct{}
	end  sync.Once

	mu     sync.Mutex
	closed bool
	taken  int
	// by is how many of them are an organization's.
	by      map[string]int
	running map[jobs.RunRef]*run
}

// run is a run that a [Dispatcher] has taken.
type run struct {
	dispatch jobs.Dispatch
	cancel   context.CancelCauseFunc
	// token is that of the latest dispatch. Earlier ones are not valid any more.
	token atomic.Pointer[string]
	// returned is closed when the worker has returned.
	returned chan struct{}
}

// Options change how a [Dispatcher] works. The zero value works.
type Options struct {
	// Concurrency is how many workers work at once; 128 by default, which is for
	// those that wait for others: for work that needs this machine, say less. The
	// scheduler hands over no more than that; what waits costs nothing.
	Concurrency int
	// PerOrganization is how many runs of one organization run at once, so that
	// long ones of one leave room for the others; by default as many as there is
	// room for.
	PerOrganization int
	// Cleanup frees what a run that has ended still holds. Optional.
	Cleanup func(ctx context.Context, run jobs.RunRef) error
	// OnStuck hears of a run whose worker goes on ten seconds after its context
	// has ended. Its slot stays taken until the worker returns. Optional.
	OnStuck func(run jobs.RunRef)
	// Logger is told, at Warn, of reports that could not be made, of workers that
	// panic and of those that ignore the end of their context. Nothing is logged
	// by default.
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
	d := &Dispatcher{service: service, worker: worker, running: map[jobs.RunRef]*run{}, by: map[string]int{}}
	if opts != nil {
		d.opts = *opts
	}
	if d.opts.Concurrency <= 0 {
		d.opts.Concurrency = 128
	}
	if d.opts.PerOrganization <= 0 {
		d.opts.PerOrganization = d.opts.Concurrency
	}
	if d.opts.Logger == nil {
		d.opts.Logger = slog.New(slog.DiscardHandler)
	}
	d.freed, d.over = make(chan struct{}, 1), make(chan struct{})
	return d
}

// Dispatch implements [jobs.Dispatcher]. A run that is running here already
// goes on under the new token, and is not started again.
func (d *Dispatcher) Dispatch(ctx context.Context, dispatch jobs.Dispatch) error {
	if d.renew(dispatch) {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	ref := refOf(dispatch.Run)
	if _, again := d.running[ref]; d.closed || again || d.free(ref.OrganizationID) <= 0 {
		return fmt.Errorf("%w: it is full or closed, or has taken the run meanwhile", jobs.ErrEngineBusy)
	}
	// The run lives longer than the request that began it.
	runCtx, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	r := &run{dispatch: dispatch, cancel: cancel, returned: make(chan struct{})}
	r.token.Store(&dispatch.Token)
	d.running[ref] = r
	d.taken++
	d.by[ref.OrganizationID]++
	d.group.Go(func() {
		defer d.forget(ref)
		d.run(runCtx, r)
	})
	return nil
}

// Free implements [jobs.Capacity].
func (d *Dispatcher) Free(organizationID string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return 0
	}
	return d.free(organizationID)
}

// free is how many runs of an organization there is room for.
func (d *Dispatcher) free(organizationID string) int {
	return min(d.opts.Concurrency-d.taken, d.opts.PerOrganization-d.by[organizationID])
}

// Freed implements [jobs.Capacity].
func (d *Dispatcher) Freed() <-chan struct{} { return d.freed }

// Cleans implements [jobs.Capacity].
func (d *Dispatcher) Cleans() bool { return d.opts.Cleanup != nil }

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

// leave gives back the slot of a worker that has returned. What is left of the run
// is its report, which needs none.
func (d *Dispatcher) leave(organizationID string) {
	d.mu.Lock()
	d.taken--
	if d.by[organizationID]--; d.by[organizationID] == 0 {
		delete(d.by, organizationID)
	}
	d.mu.Unlock()
	select {
	case d.freed <- struct{}{}:
	default: // somebody is told already
	}
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
		d.end.Do(func() { close(d.over) })
	}
	return ctx.Err()
}

// stopPatience is how long workers have to stop when they are told to.
const stopPatience = 10 * time.Second
