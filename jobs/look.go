package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// loop looks after one kind of what is due: no kind waits for another.
type loop struct {
	kind storage.DueKind
	// step works on up to batch items of one organization, and calls
	// Scheduler.done for each.
	step  func(ctx context.Context, s *Scheduler, l *loop, items []storage.DueItem)
	batch int

	turns   turns
	slots   *slots
	failing failing
	// room takes slots for an organization. keepsSlots is whether the steps give
	// them back themselves.
	room       func(organizationID string, n int) int
	keepsSlots bool
	// fed is whether another loop puts in what is due, and this one does not read.
	fed bool
	// can, unless nil, is whether anything can be done now; if not, the store is
	// not asked. roomAgain, unless nil, tells when that may have changed.
	can       func() bool
	roomAgain <-chan struct{}
	// sees, unless nil, says whether a due item is to be worked on now.
	sees func(storage.DueItem) bool

	// news tells that there may be something due, and freed that a slot is free.
	news, freed chan struct{}
	group       sync.WaitGroup

	// until is up to when the store was asked last; zero when that failed.
	until time.Time
	// wholeAgain is from when on, by the stopwatch, all that is due is read again,
	// not only what has become due since.
	wholeAgain time.Duration

	// raced is whether others were faster with something, since the last look, and
	// later whether something waits for its turn.
	raced, later atomic.Bool

	mu      sync.Mutex
	horizon time.Time
	errs    []error
}

const (
	// duePage is how much is read at once, and maxDue how much is kept in lines.
	duePage = 1000
	maxDue  = 100_000
	// refresh is how often what has become due meanwhile is put into the lines
	// while they are worked off, and newsPause the least time between two reads.
	refresh   = 250 * time.Millisecond
	newsPause = 50 * time.Millisecond
	// overlap is how far back such a read goes: other clocks are behind ours.
	overlap = 2 * time.Second
	// wholeEvery is how often all is read while lines are worked off: what was put
	// back is due as before, and so no such read finds it. A read that takes long
	// is made no more often than once in wholeShare times as long.
	wholeEvery = 2 * time.Second
	wholeShare = 20
	// stepTimeouts bounds a step, which asks the engine once or twice and writes
	// before and after, in timeouts of one request.
	stepTimeouts = 4
	// maxErrs bounds how many errors one look tells of.
	maxErrs = 1000
)

// run looks after a kind until the context ends: when the next item is due, when
// there is news, and once in a poll.
func (s *Scheduler) run(ctx context.Context, l *loop) {
	defer l.group.Wait()
	for ctx.Err() == nil {
		wait := s.opts.Poll
		next, _ := s.read(ctx, l) // it is reported
		if !next.IsZero() {
			wait = min(wait, max(next.Sub(s.core.now()), 0))
		}
		l.takeErrs()
		s.serve(ctx, l)
		if waiting := l.turns.left(); waiting > 0 {
			wait = min(wait, refresh)
		}
		s.idle(ctx, l, wait)
	}
}

// idle starts what there is room for, until it is time to read again.
func (s *Scheduler) idle(ctx context.Context, l *loop, wait time.Duration) {
	began := time.Now()
	timer := time.NewTimer(max(wait, time.Millisecond))
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
			return
		case <-ctx.Done():
			return
		case <-l.freed:
		case <-l.roomAgain:
			if time.Since(began) >= refresh {
				return // others may have come, and have their turn first
			}
			if waiting := l.turns.left(); waiting == 0 {
				timer.Reset(max(newsPause-time.Since(began), 0))
			}
		case <-l.news:
			timer.Reset(max(min(newsPause, wait)-time.Since(began), 0))
		}
		s.serve(ctx, l)
	}
}

// look does once what is due now of one kind, and waits for it.
func (s *Scheduler) look(ctx context.Context, l *loop) (next time.Time, err error) {
	l.takeErrs()
	next, err = s.read(ctx, l)
	for s.serve(ctx, l) {
		l.group.Wait()
	}
	if wait, waits := l.failing.next(); waits {
		next = earliest(next, s.core.now().Add(wait))
	}
	if l.later.Swap(false) || l.turns.left() > 0 || l.can != nil && !l.can() {
		next = earliest(next, s.core.now().Add(s.opts.Poll))
	}
	if l.raced.Swap(false) {
		next = s.core.now()
	}
	return next, errors.Join(append([]error{err}, l.takeErrs()...)...)
}

// read puts what is due into the lines, and returns when something is due next.
// While they are worked off, it reads only what has become due since.
func (s *Scheduler) read(ctx context.Context, l *loop) (next time.Time, err error) {
	if l.fed || l.can != nil && !l.can() {
		return time.Time{}, nil
	}
	now := s.core.now()
	waiting := l.turns.left()
	query := storage.DueQuery{Kind: l.kind, Until: now, Limit: duePage}
	watched := l.kind == storage.DueDeadlines
	more := !watched && waiting > 0 && !l.until.IsZero() && !now.Before(l.until) && s.clock.read() < l.wholeAgain
	began := time.Now()
	if more {
		query.After.At = l.until.Add(-overlap)
	}
	if watched {
		s.vigil.begin(now)
	}
	items, page, err := s.readDueItems(ctx, query)
	s.storeOutage.note(ctx, err)
	if err == nil {
		err = s.setHorizon(ctx, l, page, now)
	}
	if err != nil {
		l.until = time.Time{}
		if watched {
			s.vigil.interrupt()
		}
		s.onError(ctx, err)
		return now.Add(s.opts.Poll), err
	}
	l.until, next = now, page.Next
	kept, found := l.sift(items)
	switch {
	case more:
		l.turns.add(kept)
		return next, nil
	case !page.More:
		l.failing.forget(found)
		if l.kind == storage.DueDebts {
			s.cleanups.failing.forget(found)
		}
		if watched && s.vigil.end() > 0 {
			s.prove(ctx, now)
			next = earliest(next, now.Add(returning(s.vigil.lease)))
		}
	}
	l.turns.replace(kept)
	l.wholeAgain = s.clock.read() + max(wholeEvery, wholeShare*time.Since(began))
	return next, nil
}

// sift keeps those items that the loop may work on now, in their memory, and
// returns which there are.
func (l *loop) sift(items []storage.DueItem) (kept []storage.DueItem, found map[storage.DueItem]bool) {
	found = make(map[storage.DueItem]bool, len(items))
	kept = items[:0]
	for _, item := range items {
		found[identity(item)] = true
		if (l.sees == nil || l.sees(item)) && !l.failing.waits(item) {
			kept = append(kept, item)
		}
	}
	return kept, found
}

// readDueItems reads all that is due, within bounds.
func (s *Scheduler) readDueItems(ctx context.Context, query storage.DueQuery) ([]storage.DueItem, storage.DuePage, error) {
	var items []storage.DueItem
	for {
		page, err := s.core.store.Due(ctx, query)
		if err != nil {
			return nil, page, storeError("list what is due", err)
		}
		items = append(items, page.Items...)
		if !page.More || len(items) >= maxDue {
			return items, page, nil
		}
		query.After = page.After
	}
}

// serve begins what there is room for, and reports whether it began anything.
// What is begun is finished, also when the context ends: abandoning a claim
// delays its run by two leases.
func (s *Scheduler) serve(ctx context.Context, l *loop) (began bool) {
	for ctx.Err() == nil {
		items := l.turns.take(func(organizationID string, n int) int { return l.room(organizationID, min(n, l.batch)) })
		if len(items) == 0 {
			break
		}
		began = true
		l.group.Go(func() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stepTimeouts*(s.opts.RequestTimeout+askGrace))
			defer cancel()
			l.step(ctx, s, l, items)
		})
	}
	return began
}

// each makes a step for one item a step of a loop.
func each(step func(context.Context, storage.DueItem) error) func(context.Context, *Scheduler, *loop, []storage.DueItem) {
	return func(ctx context.Context, s *Scheduler, l *loop, items []storage.DueItem) {
		for _, item := range items {
			s.done(ctx, l, item, step(ctx, item))
		}
	}
}

// errNoRoom is that a request has to wait for its turn. It is nobody's fault.
var errNoRoom = errors.New("no room for a further request")

// done ends the work on an item. Losing a race is no error: whoever won did it.
func (s *Scheduler) done(ctx context.Context, l *loop, item storage.DueItem, err error) {
	_, engine := errors.AsType[engineError](err)
	if !engine && (errors.Is(err, storage.ErrStale) || errors.Is(err, ErrNotFound)) {
		l.raced.Store(true) // it may be due still
		err = nil
	}
	begins := false
	if errors.Is(err, errNoRoom) {
		l.later.Store(true)
	} else {
		begins = l.failing.note(item, err != nil)
	}
	l.turns.done(item)
	if !l.keepsSlots {
		l.slots.give(item.OrganizationID, 1)
	}
	s.failed(ctx, l, item, err, begins)
}

// failed reports what went wrong with an item, to the log when that begins.
func (s *Scheduler) failed(ctx context.Context, l *loop, item storage.DueItem, err error, begins bool) {
	if err == nil || errors.Is(err, errNoRoom) {
		return
	}
	_, engine := errors.AsType[engineError](err)
	run := RunRef{OrganizationID: item.OrganizationID, JobID: item.JobID, RunID: item.RunID}
	switch {
	case engine: // its outage is logged
	case errors.Is(err, ErrUnavailable):
		s.storeOutage.note(ctx, err)
	case begins:
		s.core.log(ctx, slog.LevelWarn, "what is due could not be done", run, slog.Any("error", err))
	}
	err = fmt.Errorf("jobs: scheduler: job %s of organization %s: %w", item.JobID, item.OrganizationID, err)
	l.mu.Lock()
	if len(l.errs) < maxErrs {
		l.errs = append(l.errs, err)
	}
	l.mu.Unlock()
	s.onError(ctx, err)
}

// takeErrs returns the errors since it was last called.
func (l *loop) takeErrs() []error {
	l.mu.Lock()
	defer l.mu.Unlock()
	errs := l.errs
	l.errs = nil
	return errs
}

// tellNews lets the loops that ask the engine look soon.
func (s *Scheduler) tellNews() {
	for _, l := range s.loops {
		if l.kind == storage.DueReady || l.kind == storage.DueDebts {
			tell(l.news)
		}
	}
}
