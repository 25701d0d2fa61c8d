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

// Worker executes one run and returns its results: a JSON object of at most 64 KiB,
// or nil for none. Other results make the run fail. An error makes the run fail
// too, with the error's text as the run's status message. The context ends when the
// run must stop; context.Cause says why. A worker must return soon after that. If
// it returns an error then, the run ends as cancelled or timeout, by the cause.
type Worker func(ctx context.Context, d jobs.Dispatch) (results []byte, err error)

// Dispatcher is a [jobs.Dispatcher] that runs a [Worker] in this process.
type Dispatcher struct {
	service *jobs.Service
	worker  Worker
	opts    Options
	group   sync.WaitGroup
	// freed gets a value when there may be room again.
	freed chan struct{}
	// over is closed when Close has stopped waiting for workers.
	over chan struct{}
	end  sync.Once

	mu     sync.Mutex
	closed bool
	taken  int
	// by is the part of taken of each organization.
	by      map[string]int
	running map[jobs.RunRef]*run
}

// run is a run that a [Dispatcher] has taken.
type run struct {
	dispatch jobs.Dispatch
	cancel   context.CancelCauseFunc
	// token is the token of the latest dispatch. Earlier tokens are no longer
	// valid.
	token atomic.Pointer[string]
	// returned is closed when the worker has returned.
	returned chan struct{}
}

// Options are the options of a [Dispatcher]. Nil means the zero value.
type Options struct {
	// Concurrency is how many workers work at once; 128 by default. That suits
	// workers that mostly wait for other machines; choose fewer when they use this
	// machine's processors. Further runs wait in the store.
	Concurrency int
	// PerOrganization is how many workers work for one organization at once, so
	// that its long runs leave room for others; by default Concurrency.
	PerOrganization int
	// Cleanup frees what an ended run still holds. Optional.
	Cleanup func(ctx context.Context, run jobs.RunRef) error
	// OnStuck is called with a run whose worker has not returned ten seconds after
	// its context ended. The worker's slot stays taken until it returns. Optional.
	OnStuck func(run jobs.RunRef)
	// Logger gets, at level Warn, reports that failed, workers that panicked, and
	// workers that do not return. By default nothing is logged.
	Logger *slog.Logger
}

// The causes that end a worker's context, as context.Cause returns them. A worker
// may return them: members read their texts as the status message of the run.
var (
	// ErrRunCancelled means that somebody asked the run to stop.
	ErrRunCancelled = errors.New("the run was cancelled")
	// ErrRunTimeout means that the run took longer than its version's timeout.
	ErrRunTimeout = errors.New("the run timed out")
	// ErrRunGone means that the run was removed, has ended, or was dispatched to
	// another engine. The result of the worker is not used.
	ErrRunGone = errors.New("the run is gone")
	// ErrShutdown means that [Dispatcher.Close] was called and its context has
	// ended.
	ErrShutdown = errors.New("the dispatcher is shut down")
)

// New returns a dispatcher that reports to the service. Call Close when the
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

// Dispatch implements [jobs.Dispatcher]. If the run is running here already, it
// goes on under the new token, and does not start again.
func (d *Dispatcher) Dispatch(ctx context.Context, dispatch jobs.Dispatch) error {
	if d.renew(dispatch) {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	ref := refOf(dispatch.Run)
	if _, again := d.running[ref]; d.closed || again || d.free(ref.OrganizationID) <= 0 {
		return fmt.Errorf("%w: the dispatcher is full or closed, or has taken the run meanwhile", jobs.ErrEngineBusy)
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

// free is for how many more runs of an organization there is room.
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

// leave gives back the slot of a worker that has returned. The report that follows
// needs no slot.
func (d *Dispatcher) leave(organizationID string) {
	d.mu.Lock()
	d.taken--
	if d.by[organizationID]--; d.by[organizationID] == 0 {
		delete(d.by, organizationID)
	}
	d.mu.Unlock()
	select {
	case d.freed <- struct{}{}:
	default: // the channel has a value already
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

// Close refuses further dispatches, and waits until all workers have returned and
// their runs are reported. If ctx ends first, Close ends the workers' contexts with
// [ErrShutdown], waits at most ten more seconds, and returns the error of ctx. A
// worker that then returns an error makes its run fail, with that error's text. A
// run whose worker does not return is lost when the process ends.
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

// stopPatience is how long a worker may take to return after its context has ended.
const stopPatience = 10 * time.Second
