package jobs

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// Scheduler turns due ticks into runs, hands runs to an engine, and watches
// them. Any number of schedulers, in as many processes, may share a store;
// none is the leader. What makes a tick fire once is the job's cursor, which
// is moved in the same commit that inserts the run.
type Scheduler struct {
	core *core
	opts SchedulerOptions

	// loops are one for each kind of what is due.
	loops []*loop
	// clock measures backoffs and pauses.
	clock *stopwatch
	vigil vigil
	guard clockGuard
	// engine is nil without a dispatcher.
	engine *engine
	// cleanups is the loop of cleanups, which the loop of debts feeds: a cancel
	// stands behind none of them.
	cleanups *loop

	storeOutage outage
}

// SchedulerOptions change how a [Scheduler] works. The zero value works.
type SchedulerOptions struct {
	// Poll is how soon a change made by another process is seen; 1 second by
	// default.
	Poll time.Duration
	// Workers is how many due items of each kind (jobs, runs to dispatch, runs
	// with a deadline, requests to the engine, removed jobs) of one organization
	// are worked on at once; 32 by default. Twice as many are in all, so that no
	// organization keeps the others waiting.
	Workers int
	// RequestTimeout bounds each request to the dispatcher; 10 seconds by default.
	RequestTimeout time.Duration
	// MaxOutage is how long all schedulers may have been away; 366 days by
	// default. A clock that is further ahead of the time that a scheduler last
	// wrote down, once a day, is not believed: nothing is settled, and [ErrClock]
	// reported. If they really were away for longer, begin with a larger one. A
	// time in the future that no scheduler renews for two days is replaced.
	// Stores with a server's clock have no use for it.
	MaxOutage time.Duration
	// OnError hears of each error of each item, beside the service's logger,
	// and with [ErrHanging] of each request that the dispatcher does not return
	// from. Optional.
	OnError func(error)
}

// NewScheduler returns a scheduler for the service's store. Without a
// dispatcher it makes runs and ends those whose time is over, and leaves it to
// other schedulers to dispatch them.
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

// addLoop adds the loop that looks after a kind.
func (s *Scheduler) addLoop(kind storage.DueKind, step func(context.Context, *Scheduler, *loop, []storage.DueItem)) *loop {
	l := &loop{
		kind: kind, step: step, batch: 1,
		news: make(chan struct{}, 1), freed: make(chan struct{}, 1),
		failing: failing{watch: s.clock, first: s.core.opts.Runs.DispatchBackoff},
	}
	l.slots = newSlots(2*s.opts.Workers, l.freed)
	l.room = l.slots.take
	s.loops = append(s.loops, l)
	return l
}

// Run works until the context ends, and returns nil then, after what it had
// begun. Errors are reported and retried; they do not end it. Schedules,
// deadlines and the engine are looked after side by side, so that an engine that
// hangs delays no tick and no timeout. What nobody reads any more is erased in
// the background.
func (s *Scheduler) Run(ctx context.Context) error {
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

// Tick does once what is due now, for hosts with their own timer, and returns
// when to call it again at the latest to be on time for what is known now; the
// zero time when nothing is. Call it once a day at least, or long silences make
// its clock unbelievable. A change made meanwhile may be due earlier. It
// waits for the dispatcher's answers. It erases nothing: see [Service.Sweep].
//
// The error joins what went wrong. One item that fails does not keep others
// from their turn; it is tried again with backoff.
func (s *Scheduler) Tick(ctx context.Context) (next time.Time, err error) {
	for _, l := range s.loops {
		later, lookErr := s.look(ctx, l)
		next, err = earliest(next, later), errors.Join(err, lookErr)
	}
	return next, err
}

// onError tells the embedder of an error.
func (s *Scheduler) onError(ctx context.Context, err error) {
	if s.opts.OnError != nil {
		ctx, cancel := context.WithTimeout(ctx, s.opts.RequestTimeout)
		defer cancel()
		_ = s.core.callOut(ctx, "SchedulerOptions.OnError", func(context.Context) { s.opts.OnError(err) }) // it is logged there
	}
}
