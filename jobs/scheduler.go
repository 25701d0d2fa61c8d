package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// Scheduler turns due ticks into runs, hands runs to an engine, and watches
// them. Any number of schedulers, in as many processes, may share a store;
// none is the leader. What makes a tick fire once is the job's cursor, which
// is moved in the same commit that inserts the run.
type Scheduler struct {
	service    *Service
	dispatcher Dispatcher
	opts       SchedulerOptions

	// news tells the engine's loop that the ledger's loop did something.
	news chan struct{}

	// hanging counts the requests that the dispatcher has not answered.
	hanging atomic.Int64

	mu      sync.Mutex
	failing map[DueItem]failure // by item without its wake time
	// busyUntil is until when the engine is not asked to take another run.
	busyUntil time.Time
}

// SchedulerOptions change how a [Scheduler] works. The zero value works.
type SchedulerOptions struct {
	// Poll is how soon a change made by another process is seen; 1 second by
	// default.
	Poll time.Duration
	// Workers is how many due items are worked on at once; 8 by default.
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
// dispatcher it makes runs, and leaves it to other schedulers to dispatch and
// watch them.
func NewScheduler(service *Service, dispatcher Dispatcher, opts *SchedulerOptions) *Scheduler {
	s := &Scheduler{service: service, dispatcher: dispatcher, news: make(chan struct{}, 1), failing: map[DueItem]failure{}}
	if opts != nil {
		s.opts = *opts
	}
	orDefault(&s.opts.Poll, time.Second)
	orDefault(&s.opts.Workers, 8)
	orDefault(&s.opts.RequestTimeout, 10*time.Second)
	orDefault(&s.opts.MaxOutage, 366*24*time.Hour)
	return s
}

// Run works until the context ends, and returns nil then, after what it had
// begun. Errors are reported and retried; they do not end it. Schedules and the
// engine are looked after side by side, so that an engine that hangs delays no
// tick.
func (s *Scheduler) Run(ctx context.Context) error {
	var group sync.WaitGroup
	group.Go(func() { s.loop(ctx, ledgerWork, nil) })
	if s.dispatcher != nil {
		group.Go(func() { s.loop(ctx, engineWork, s.news) })
	}
	group.Wait()
	return nil
}

// loop looks after one kind of work until the context ends: when the next item
// is due, when there is news, and once in a poll.
func (s *Scheduler) loop(ctx context.Context, does kindOfWork, news <-chan struct{}) {
	for ctx.Err() == nil {
		wait := s.opts.Poll
		next, err := s.look(ctx, does)
		if err == nil && !next.IsZero() {
			wait = min(wait, max(next.Sub(s.service.now()), 0))
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-news:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}

// Tick does once what is due now, for hosts with their own timer, and returns
// when to call it again at the latest to be on time for what is known now; the
// zero time when nothing is. A change made meanwhile may be due earlier. It
// waits for the dispatcher's answers.
//
// The error joins what went wrong. One item that fails does not keep others
// from their turn; it is tried again with backoff.
func (s *Scheduler) Tick(ctx context.Context) (next time.Time, err error) {
	next, err = s.look(ctx, ledgerWork)
	if s.dispatcher != nil {
		later, engineErr := s.look(ctx, engineWork)
		next, err = earliest(next, later), errors.Join(err, engineErr)
	}
	return next, err
}

// kindOfWork says which items a look is about.
type kindOfWork func(DueItem) bool

// ledgerWork is what needs the store only, engineWork what may need the engine.
func ledgerWork(i DueItem) bool { return i.Kind == DueJob }
func engineWork(i DueItem) bool { return i.Kind != DueJob }

// A look works through pages of due items, within bounds; the next one goes on.
const (
	duePage  = 200
	maxPages = 10_000
)

// look does once what is due now of one kind.
func (s *Scheduler) look(ctx context.Context, does kindOfWork) (next time.Time, err error) {
	now := s.service.now()
	var errs []error
	query := DueQuery{Until: now, Limit: duePage}
	for range maxPages {
		page, err := s.service.store.Due(ctx, query)
		if err != nil {
			err = storeError("list what is due", err)
			s.report(ctx, err)
			return now.Add(s.opts.Poll), errors.Join(append(errs, err)...)
		}
		horizon, err := s.horizon(page, now)
		if err != nil {
			s.report(ctx, err)
			return now.Add(s.opts.Poll), errors.Join(append(errs, err)...)
		}
		if len(page.Items) > 0 {
			query.After = page.Items[len(page.Items)-1]
		}
		errs = append(errs, s.work(ctx, page.Items, does, horizon)...)
		next = page.Next
		if len(page.Items) < duePage || ctx.Err() != nil {
			break
		}
	}
	return earliest(next, s.nextRetry(does)), errors.Join(errs...)
}

// horizon is up to when ticks may be settled: the clock, as far as the store's
// own time bears it out.
func (s *Scheduler) horizon(page DuePage, now time.Time) (time.Time, error) {
	switch {
	case page.Time.IsZero():
		return now, nil
	case page.Clock:
		return earliest(now, page.Time.Add(maxClockLead)), nil
	case now.Sub(page.Time) > s.opts.MaxOutage:
		return time.Time{}, fmt.Errorf("%w: it is %s, and the latest commit was at %s", ErrClock, now.Format(time.RFC3339), page.Time.Format(time.RFC3339))
	}
	return now, nil
}

// stepTimeouts bounds a step, which asks the engine once or twice and writes
// before and after, in timeouts of one request.
const stepTimeouts = 4

// work does what is due for each item, several at once, in an order of its
// own, so that schedulers do not race for the same ones. What is begun is
// finished, also when the context ends: a claim whose outcome nobody waits for
// would cost its run a lease.
func (s *Scheduler) work(ctx context.Context, items []DueItem, does kindOfWork, horizon time.Time) []error {
	rand.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
	var (
		mu    sync.Mutex
		errs  []error
		group sync.WaitGroup
		slots = make(chan struct{}, s.opts.Workers)
	)
	for _, item := range items {
		if ctx.Err() != nil {
			break
		}
		if !does(item) || s.waitsForRetry(item) {
			continue
		}
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			stepCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stepTimeouts*(s.opts.RequestTimeout+askGrace))
			defer cancel()
			err := s.step(stepCtx, item, horizon)
			s.noteFailure(item, err)
			if err != nil {
				mu.Lock()
				errs = append(errs, err)
				mu.Unlock()
				s.report(ctx, err)
			}
		})
	}
	group.Wait()
	return errs
}

// step does what is due for one item. Losing a race is no error: whoever won
// did it.
func (s *Scheduler) step(ctx context.Context, item DueItem, horizon time.Time) error {
	var err error
	switch item.Kind {
	case DueJob:
		err = s.service.settleJob(ctx, item.JobRef, horizon)
		s.tellNews()
	case DueRun:
		err = s.stepRun(ctx, item)
	case DueTombstone:
		err = s.stepTombstone(ctx, item.JobRef)
	}
	_, engine := errors.AsType[engineError](err)
	if !engine && (errors.Is(err, ErrStale) || errors.Is(err, ErrNotFound)) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("jobs: scheduler: job %s of organization %s: %w", item.JobID, item.OrganizationID, err)
	}
	return nil
}

// tellNews lets the engine's loop look at once; one that is told already is
// not told twice.
func (s *Scheduler) tellNews() {
	select {
	case s.news <- struct{}{}:
	default:
	}
}

func (s *Scheduler) report(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	s.service.opts.Logger.WarnContext(ctx, "jobledger: scheduler", slog.Any("error", err))
	if s.opts.OnError != nil {
		s.opts.OnError(err)
	}
}
