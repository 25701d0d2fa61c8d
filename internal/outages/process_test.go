package outages_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/local"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/storagetest/faultstore"
)

// clock is the time of one process: the simulated one, and how far it is off.
type clock struct{ off atomic.Int64 }

func (c *clock) Now() time.Time { return time.Now().Add(time.Duration(c.off.Load())) }

// step sets the clock, ahead or back.
func (c *clock) step(d time.Duration) { c.off.Add(int64(d)) }

// errKilled is what a process that was killed is answered by its store.
var errKilled = errors.New("the process was killed")

// door is between a process and the store. It is held while the process is
// stopped, and closed for good when it is killed.
type door struct {
	mu     sync.Mutex
	held   chan struct{}
	closed bool
	// left is with how many more calls it closes by itself; 0 for never.
	left int
	// takes is how long a call takes at the store, which answers one at a time.
	takes time.Duration
	turn  chan struct{}
}

func newDoor() *door { return &door{turn: make(chan struct{}, 1)} }

// pass waits until a call may be made.
func (d *door) pass(context.Context, time.Duration) error {
	for {
		d.mu.Lock()
		held, closed, takes := d.held, d.closed, d.takes
		if d.left > 0 && held == nil {
			d.left--
			d.closed = d.closed || d.left == 0
		}
		d.mu.Unlock()
		switch {
		case closed:
			return errKilled
		case held != nil:
			<-held
		case takes > 0:
			d.turn <- struct{}{}
			<-time.After(takes)
			<-d.turn
			return nil
		default:
			return nil
		}
	}
}

func (d *door) hold() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.held = make(chan struct{})
}

func (d *door) release() {
	d.mu.Lock()
	defer d.mu.Unlock()
	close(d.held)
	d.held = nil
}

// slow has each call take so long, one after the other.
func (d *door) slow(takes time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.takes = takes
}

// closeAfter has it close by itself behind the last of so many more calls.
func (d *door) closeAfter(calls int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.left = calls
}

func (d *door) isClosed() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.closed
}

func (d *door) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
	if d.held != nil {
		close(d.held)
		d.held = nil
	}
}

// process is a control plane: a service and a scheduler that end together.
type process struct {
	*jobs.Service
	w     *World
	clock *clock
	door  *door
	store *faultstore.Store
	group sync.WaitGroup
	stop  context.CancelFunc

	mu   sync.Mutex
	errs []error
}

// newProcess makes a process that does not schedule yet.
func (w *World) newProcess(store storage.Store) *process {
	p := &process{w: w, clock: &clock{}, door: newDoor()}
	p.store = faultstore.New(store, faultstore.Plan{Rates: faultstore.Rates{Delay: 1}, Wait: p.door.pass})
	p.Service = jobs.NewService(p.store, &jobs.Options{Now: p.clock.Now, Runs: w.runs})
	return p
}

// start starts a control plane that hands runs to a dispatcher.
func (w *World) start(dispatcher jobs.Dispatcher, change ...func(*process)) *process {
	p := w.newProcess(w.store)
	for _, f := range change {
		f(p)
	}
	p.schedule(dispatcher)
	return p
}

// off has the clock of a process be wrong.
func off(d time.Duration) func(*process) { return func(p *process) { p.clock.step(d) } }

func (p *process) schedule(dispatcher jobs.Dispatcher) {
	ctx, stop := context.WithCancel(context.Background())
	p.stop = stop
	p.w.processes = append(p.w.processes, p)
	scheduler := jobs.NewScheduler(p.Service, dispatcher, &jobs.SchedulerOptions{OnError: p.note})
	p.group.Go(func() { _ = scheduler.Run(ctx) })
}

func (p *process) note(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.errs = append(p.errs, err)
}

// heard is whether the scheduler told of an error.
func (p *process) heard(what error) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, err := range p.errs {
		if errors.Is(err, what) {
			return true
		}
	}
	return false
}

// kill ends the process wherever it is: nothing that it was doing is finished.
func (p *process) kill() {
	p.door.close()
	p.end()
}

// end ends the process after what it has begun.
func (p *process) end() {
	p.stop()
	p.group.Wait()
}

// calls is how many calls of the store the process has made.
func (p *process) calls() int64 { return p.store.Counts().Total().Calls }

// local is a dispatcher that works in a process.
func (w *World) local(p *process, worker local.Worker, concurrency int) *local.Dispatcher {
	d := local.New(p.Service, worker, &local.Options{Concurrency: concurrency})
	w.t.Cleanup(func() {
		ctx, stop := context.WithCancel(context.Background())
		stop()
		_ = d.Close(ctx) // it says that the context has ended
	})
	return d
}
