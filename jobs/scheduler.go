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

	"github.com/jobledger/jobledger/storage"
)

// Scheduler turns due ticks into runs, hands runs to an engine, and watches
// them. Any number of schedulers, in as many processes, may share a store;
// none is the leader. What makes a tick fire once is the job's cursor, which
// is moved in the same commit that inserts the run.
type Scheduler struct {
	service    *Service
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
	s := &Scheduler{service: service, dispatcher: dispatcher}
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
			wait = min(wait, max(next.Sub(s.service.now()), 0))
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

const (
	// sweepChunk bounds what one sweep erases, and so how long it holds a store.
	sweepChunk = 500
	// sweepEvery is the wait when nothing is left to erase, and sweepPause the
	// wait between two chunks.
	sweepEvery = time.Minute
	sweepPause = 50 * time.Millisecond
)

// sweep erases what nobody reads any more, a chunk at a time, until the context
// ends.
func (s *Scheduler) sweep(ctx context.Context) {
	for wait := sweepEvery; ; {
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return
		}
		erased, err := s.service.Sweep(ctx, sweepChunk)
		if wait = sweepEvery; err != nil {
			s.report(ctx, err)
		} else if erased == sweepChunk {
			wait = sweepPause
		}
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

// A look works through pages of due items, within bounds; the next one goes on.
const (
	duePage  = 200
	maxPages = 10_000
)

// look does once what is due now of one kind.
func (s *Scheduler) look(ctx context.Context, w *watch) (next time.Time, err error) {
	now := s.service.now()
	var errs []error
	query := storage.DueQuery{Kind: w.kind, Until: now, Limit: duePage}
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
		errs = append(errs, s.work(ctx, w, page.Items, horizon)...)
		next = page.Next
		if !page.More || ctx.Err() != nil {
			break
		}
		query.After = page.After
	}
	return earliest(next, w.failing.next(s.service.now())), errors.Join(errs...)
}

// horizon is up to when ticks may be settled: the clock, as far as the store's
// own time bears it out.
func (s *Scheduler) horizon(page storage.DuePage, now time.Time) (time.Time, error) {
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
// finished, also when the context ends: abandoning a claim delays its run by one
// lease.
func (s *Scheduler) work(ctx context.Context, w *watch, items []storage.DueItem, horizon time.Time) []error {
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
		if w.failing.waits(item, s.service.now()) {
			continue
		}
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			stepCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stepTimeouts*(s.opts.RequestTimeout+askGrace))
			defer cancel()
			err := s.do(stepCtx, w, item, horizon)
			w.failing.note(item, err, s.service.now())
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

// do does what is due for one item. Losing a race is no error: whoever won did it.
func (s *Scheduler) do(ctx context.Context, w *watch, item storage.DueItem, horizon time.Time) error {
	err := w.step(ctx, item, horizon)
	if w.kind == storage.DueJobs || w.kind == storage.DueDeadlines {
		s.tellNews()
	}
	_, engine := errors.AsType[engineError](err)
	if !engine && (errors.Is(err, storage.ErrStale) || errors.Is(err, ErrNotFound)) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("jobs: scheduler: job %s of organization %s: %w", item.JobID, item.OrganizationID, err)
	}
	return nil
}

// tellNews lets the loops that ask the engine look at once; one that is told
// already is not told twice.
func (s *Scheduler) tellNews() {
	for _, w := range s.watches {
		if w.kind != storage.DueReady && w.kind != storage.DueDebts {
			continue
		}
		select {
		case w.news <- struct{}{}:
		default:
		}
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
