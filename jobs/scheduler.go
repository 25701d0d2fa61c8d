package jobs

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// Scheduler turns due ticks into runs, hands runs to an engine, and watches them.
// Any number of schedulers, in any number of processes, may share a store. None is
// the leader: a tick fires once, because the commit that inserts its run also moves
// the job's cursor.
type Scheduler struct {
	core *core
	opts SchedulerOptions

	// loops has one loop for each kind of due items.
	loops []*loop
	// clock measures backoffs and pauses.
	clock *stopwatch
	vigil vigil
	guard clockGuard
	// engine is nil without a dispatcher.
	engine *engine
	// cleanups is the loop of cleanups. The loop of debts feeds it, so that no
	// cancel waits behind a cleanup.
	cleanups *loop

	storeOutage outage
	// running counts the calls of Run that go on, and ended is whether the last
	// work that the scheduler did was one.
	running atomic.Int64
	ended   atomic.Bool
}

// SchedulerOptions are the options of a [Scheduler]. Nil means the zero value.
type SchedulerOptions struct {
	// Poll is how long it may take until the scheduler sees a change of another
	// process; 1 second by default.
	Poll time.Duration
	// Workers is how many due items of one organization the scheduler works on at
	// once; 32 by default. For all organizations together it is twice as many, so
	// one organization leaves room for the others. Each kind of item has its own
	// workers: jobs, runs to dispatch, runs with a deadline, requests to the engine,
	// removed jobs.
	Workers int
	// RequestTimeout bounds each call of the [Dispatcher]; 10 seconds by default.
	RequestTimeout time.Duration
	// MaxOutage is the longest time for which all schedulers of a store may be
	// stopped; 366 days by default. Schedulers write the time to the store once a
	// day. When the clock is more than MaxOutage ahead of that time, the scheduler
	// takes the clock for wrong: it settles nothing, and reports [ErrClock]. After
	// a longer stop, start with a larger MaxOutage. If a wrong clock wrote a time
	// in the future, a scheduler replaces that time once it has not changed for two
	// days. MaxOutage is not used for stores whose server has a clock, such as Redis.
	MaxOutage time.Duration
	// OnError is called with each error of an item, also with those that the log
	// leaves out because they repeat. It gets [ErrHanging] when the dispatcher does
	// not return. Optional.
	OnError func(error)
}

// NewScheduler returns a scheduler for the service's store. With a nil dispatcher,
// it makes runs and ends overdue ones, and other schedulers dispatch them.
func NewScheduler(service *Service, dispatcher Dispatcher, opts *SchedulerOptions) *Scheduler {
	s := &Scheduler{core: service.core}
	if opts != nil {
		s.opts = *opts
	}
	orDefault(&s.opts.Poll, time.Second)
	orDefault(&s.opts.Workers, 32)
	orDefault(&s.opts.RequestTimeout, 10*time.Second)
	orDefault(&s.opts.MaxOutage, 366*24*time.Hour)
	lease := s.core.opts.Runs.Lease
	s.clock = newStopwatch(s.core.now, max(lease/2, s.opts.Poll))
	s.vigil.lease, s.guard.turn = lease, make(chan struct{}, 1)
	s.storeOutage = outage{who: "the store", log: s.core.opts.Logger, watch: s.clock}

	settling := s.addLoop(storage.DueJobs, stepJobs)
	settling.batch = jobsAtOnce
	deadlines := s.addLoop(storage.DueDeadlines, each(s.stepDeadline))
	deadlines.sees = s.vigil.see
	if dispatcher != nil {
		s.engine = newEngine(s, dispatcher)
		ready := s.addLoop(storage.DueReady, each(s.stepReady))
		ready.slots, ready.freed, ready.keepsSlots = s.engine.slots, s.engine.slots.freed, true
		ready.room = s.engine.reserve
		ready.can = s.engine.hasRoom
		if s.engine.capacity != nil {
			ready.roomAgain = s.engine.capacity.Freed()
		}
		debts := s.addLoop(storage.DueDebts, each(s.stepDebt))
		debts.sees = s.seesDebt
		s.cleanups = s.addLoop(storage.DueDebts, each(s.stepCleanup))
		s.cleanups.fed = true
		s.cleanups.slots, s.cleanups.freed, s.cleanups.keepsSlots = s.engine.cleanups, s.engine.cleanups.freed, true
		s.cleanups.room = s.engine.cleanups.take
		s.addLoop(storage.DueTombstones, each(s.stepTombstone))
	}
	return s
}

// addLoop adds the loop for one kind of due items.
func (s *Scheduler) addLoop(kind storage.DueKind, step func(context.Context, *Scheduler, *loop, []storage.DueItem)) *loop {
	l := &loop{
		kind: kind, step: step, batch: 1,
		news: make(chan struct{}, 1), freed: make(chan struct{}, 1),
		failing: failing{watch: s.clock, first: s.core.opts.Runs.DispatchBackoff},
		looking: watchedLooking{now: s.core.now},
	}
	l.slots = newSlots(2*s.opts.Workers, l.freed)
	l.room = l.slots.take
	s.loops = append(s.loops, l)
	return l
}

// Run works until the context ends. Then it finishes what it has begun, and returns
// nil. An error does not end it: it is logged, passed to OnError, and tried again.
// Ticks, deadlines and calls of the dispatcher run side by side, so a dispatcher
// that hangs delays no tick and no timeout. In the background, Run does what
// [Service.Sweep] does.
func (s *Scheduler) Run(ctx context.Context) error {
	s.running.Add(1)
	defer s.running.Add(-1)
	defer s.ended.Store(true)
	var group sync.WaitGroup
	for _, l := range s.loops {
		group.Go(func() { s.run(ctx, l) })
	}
	group.Go(func() { s.sweep(ctx) })
	if s.core.opts.Hooks.Queue != nil {
		group.Go(func() { s.countQueue(ctx) })
	}
	group.Wait()
	return nil
}

// Tick does everything that is due now, once, and waits for the dispatcher's
// answers. It is for hosts with their own timer, in place of Run. Call it again no
// later than next; next is zero when nothing is known to come due. After a change,
// call it earlier, because something may be due at once. Call it at least once a
// day, so that it writes down the time; see SchedulerOptions.MaxOutage. Tick erases
// nothing; see [Service.Sweep].
//
// The error joins all errors of items. An item that fails does not stop the others.
// A later call of Tick tries it again, with backoff.
func (s *Scheduler) Tick(ctx context.Context) (next time.Time, err error) {
	s.ended.Store(false)
	for _, l := range s.loops {
		later, lookErr := s.look(ctx, l)
		next, err = earliest(next, later), errors.Join(err, lookErr)
	}
	return next, err
}

// onError passes an error to SchedulerOptions.OnError.
func (s *Scheduler) onError(ctx context.Context, err error) {
	if s.opts.OnError != nil {
		ctx, cancel := context.WithTimeout(ctx, s.opts.RequestTimeout)
		defer cancel()
		_ = s.core.callOut(ctx, "SchedulerOptions.OnError", func(context.Context) { s.opts.OnError(err) }) // callOut logs a panic
	}
}
