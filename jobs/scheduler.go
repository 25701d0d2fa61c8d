package jobs

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// Scheduler turns due ticks into runs, hands runs to an engine, and watches
// them. Any number of schedulers, in as many processes, may share a store;
// none is the leader. What makes a tick fire once is the job's cursor, which
// is moved in the same commit that inserts the run.
type Scheduler struct {
	core       *core
	dispatcher Dispatcher
	opts       SchedulerOptions

	// watches are one for each kind of what is due.
	watches []*watch

	// hanging counts the requests that the dispatcher has not answered.
	hanging atomic.Int64

	mu sync.Mutex
	// busyUntil is until when the engine is not asked to take another run.
	busyUntil time.Time
}

// watch looks after one kind of what is due, in a loop of its own: no kind waits
// for another.
type watch struct {
	kind storage.DueKind
	// step does what is due for one item; ticks are settled up to the horizon.
	step func(ctx context.Context, item storage.DueItem, horizon time.Time) error
	// news tells the loop that there may be something to do now.
	news    chan struct{}
	failing failing
}

// SchedulerOptions change how a [Scheduler] works. The zero value works.
type SchedulerOptions struct {
	// Poll is how soon a change made by another process is seen; 1 second by
	// default.
	Poll time.Duration
	// Workers is how many due items of each kind (jobs, runs to dispatch, runs
	// with a deadline, requests to the engine, removed jobs) are worked on at
	// once; 8 by default.
	Workers int
	// RequestTimeout bounds each request to the dispatcher; 10 seconds by default.
	RequestTimeout time.Duration
	// MaxOutage is how far the clock may be ahead of the latest commit; 366
	// days by default. Beyond that the clock is not believed: nothing is
	// settled, and [ErrClock] reported, until a commit says that the time is
	// right: any edit does, such as [Service.ResetSchedule]. Stores with a
	// server's clock have no use for it.
	MaxOutage time.Duration
	// OnError hears of each error of each item, beside the service's logger.
	// Optional.
	OnError func(error)
}

// ErrClock: the clock is so far ahead of the store's own time that it is not
// believed; see SchedulerOptions.MaxOutage.
var ErrClock = errors.New("jobs: the clock is too far ahead of the store's time")

// maxClockLead is how far ahead of a store's own clock ticks are still taken.
const maxClockLead = time.Minute

// NewScheduler returns a scheduler for the service's store. Without a
// dispatcher it makes runs and ends those whose time is over, and leaves it to
// other schedulers to dispatch them.
func NewScheduler(service *Service, dispatcher Dispatcher, opts *SchedulerOptions) *Scheduler {
	s := &Scheduler{core: service.core, dispatcher: dispatcher}
	if opts != nil {
		s.opts = *opts
	}
	orDefault(&s.opts.Poll, time.Second)
	orDefault(&s.opts.Workers, 8)
	orDefault(&s.opts.RequestTimeout, 10*time.Second)
	orDefault(&s.opts.MaxOutage, 366*24*time.Hour)
	s.watch(storage.DueJobs, s.stepJob)
	s.watch(storage.DueDeadlines, s.stepDeadline)
	if dispatcher != nil {
		s.watch(storage.DueReady, s.stepReady)
		s.watch(storage.DueDebts, s.stepDebt)
		s.watch(storage.DueTombstones, s.stepTombstone)
	}
	return s
}

func (s *Scheduler) watch(kind storage.DueKind, step func(context.Context, storage.DueItem, time.Time) error) {
	s.watches = append(s.watches, &watch{kind: kind, step: step, news: make(chan struct{}, 1)})
}

// Run works until the context ends, and returns nil then, after what it had
// begun. Errors are reported and retried; they do not end it. Schedules,
// deadlines and the engine are looked after side by side, so that an engine that
// hangs delays no tick and no timeout. What nobody reads any more is erased in
// the background.
func (s *Scheduler) Run(ctx context.Context) error {
	var group sync.WaitGroup
	for _, w := range s.watches {
		group.Go(func() { s.loop(ctx, w) })
	}
	group.Go(func() { s.sweep(ctx) })
	group.Wait()
	return nil
}

// loop looks after one kind until the context ends: when the next item is due,
// when there is news, and once in a poll.
func (s *Scheduler) loop(ctx context.Context, w *watch) {
	for ctx.Err() == nil {
		wait := s.opts.Poll
		next, err := s.look(ctx, w)
		if err == nil && !next.IsZero() {
			wait = min(wait, max(next.Sub(s.core.now()), 0))
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-w.news:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}

// Tick does once what is due now, for hosts with their own timer, and returns
// when to call it again at the latest to be on time for what is known now; the
// zero time when nothing is. A change made meanwhile may be due earlier. It
// waits for the dispatcher's answers. It erases nothing: see [Service.Sweep].
//
// The error joins what went wrong. One item that fails does not keep others
// from their turn; it is tried again with backoff.
func (s *Scheduler) Tick(ctx context.Context) (next time.Time, err error) {
	for _, w := range s.watches {
		later, lookErr := s.look(ctx, w)
		next, err = earliest(next, later), errors.Join(err, lookErr)
	}
	return next, err
}

func (s *Scheduler) report(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	s.core.opts.Logger.WarnContext(ctx, "jobledger: scheduler", slog.Any("error", err))
	if s.opts.OnError != nil {
		s.opts.OnError(err)
	}
}
