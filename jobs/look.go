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

// loop works on what is due of one kind. So no kind waits for another.
type loop struct {
	kind storage.DueKind
	// step works on up to batch items of one organization, and calls
	// Scheduler.done for each.
	step  func(ctx context.Context, s *Scheduler, l *loop, items []storage.DueItem)
	batch int

	turns   turns
	slots   *slots
	failing failing
	looking watchedLooking
	// room takes up to n slots for an organization. keepsSlots is whether the steps
	// give the slots back themselves.
	room       func(organizationID string, n int) int
	keepsSlots bool
	// fed is whether another loop adds the items, and this one does not read the
	// store.
	fed bool
	// can, unless nil, reports whether anything can be done now; if not, the store
	// is not read. roomAgain, unless nil, gets a value when that may have changed.
	can       func() bool
	roomAgain <-chan struct{}
	// sees, unless nil, reports whether to work on a due item now.
	sees func(storage.DueItem) bool

	// news gets a value when something may be due, and freed when a slot is free.
	news, freed chan struct{}
	group       sync.WaitGroup

	// until is up to when the last read asked for due items; zero when it failed.
	until time.Time
	// wholeAgain is when, by the stopwatch, the next read asks for all due items
	// again, not only for those that became due since until.
	wholeAgain time.Duration

	// raced is whether a race was lost since the last look, and later whether an
	// item found no room.
	raced, later atomic.Bool

	mu      sync.Mutex
	horizon time.Time
	errs    []error
}

const (
	// duePage is how many due items one page has, and maxDue how many wait in
	// lines.
	duePage = 1000
	maxDue  = 100_000
	// refresh is how often newly due items are added to the lines while others wait
	// there. newsPause is the least time between two reads.
	refresh   = 250 * time.Millisecond
	newsPause = 50 * time.Millisecond
	// overlap is how far back such a read goes, because other clocks may be behind
	// ours.
	overlap = 2 * time.Second
	// wholeEvery is how often all due items are read while some wait in lines. The
	// partial reads do not find a run that was put back, because it is due since
	// earlier. The pause after a full read is also at least wholeShare times as
	// long as the read took.
	wholeEvery = 2 * time.Second
	wholeShare = 20
	// stepTimeouts bounds a step, in units of RequestTimeout. A step asks the
	// engine once or twice, and writes before and after.
	stepTimeouts = 4
	// maxErrs bounds how many errors one look returns.
	maxErrs = 1000
)

// run works on one kind until the context ends. It reads when the next item is due,
// when there is news, and at least once each Poll.
func (s *Scheduler) run(ctx context.Context, l *loop) {
	defer l.group.Wait()
	for ctx.Err() == nil {
		wait := s.opts.Poll
		next, _ := s.read(ctx, l) // read reports its error
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

// idle starts waiting items as room becomes free, until it is time to read again.
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
				return // read first: other organizations may have items now
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

// look does once what is due now of one kind, and waits until it is done.
func (s *Scheduler) look(ctx context.Context, l *loop) (next time.Time, err error) {
	l.takeErrs()
	next, err = s.read(ctx, l)
	for s.serve(ctx, l) {
		l.group.Wait()
	}
	if wait, waits := l.failing.next(); waits {
		// The stopwatch counts no more than this between two readings.
		next = earliest(next, s.core.now().Add(min(wait, s.clock.most)))
	}
	if l.later.Swap(false) || l.turns.left() > 0 || l.can != nil && !l.can() {
		next = earliest(next, s.core.now().Add(s.opts.Poll))
	}
	if l.raced.Swap(false) {
		next = s.core.now()
	}
	return next, errors.Join(append([]error{err}, l.takeErrs()...)...)
}

// read puts due items into the lines, and returns when the next item is due. While
// items wait there, it mostly reads only what has become due since.
func (s *Scheduler) read(ctx context.Context, l *loop) (next time.Time, err error) {
	if l.fed {
		l.looking.leftOut()
		return time.Time{}, nil
	}
	now := s.core.now()
	if l.can != nil && !l.can() {
		l.looking.leftOut()
		s.tellLook(ctx, Look{Kind: lookKinds[l.kind], At: now, Full: true})
		return time.Time{}, nil
	}
	l.looking.begins(now)
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
	items, page, err := s.ask(ctx, l, query)
	if err != nil {
		return now.Add(s.opts.Poll), err
	}
	l.until, next = now, page.Next
	late := behind(items, now)
	kept, found := l.sift(items)
	if !more { // else it is only what has become due since
		s.tellLook(ctx, Look{Kind: lookKinds[l.kind], At: now, Found: len(kept), Behind: behind(kept, now)})
	}
	switch {
	case more:
		l.turns.add(kept)
		l.looking.found(page.Next)
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
	l.looking.foundAll(late, page.Next)
	l.wholeAgain = s.clock.read() + max(wholeEvery, wholeShare*time.Since(began))
	return next, nil
}

// sift keeps the items that the loop may work on now, and also returns the set of
// all. It reuses the memory of items.
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

// ask asks the store what is due, and sets up to when ticks may be settled. It
// reports errors.
func (s *Scheduler) ask(ctx context.Context, l *loop, query storage.DueQuery) ([]storage.DueItem, storage.DuePage, error) {
	items, page, err := s.readDueItems(ctx, l, query)
	s.storeOutage.note(ctx, err)
	if err == nil {
		asking := l.looking.begin(storePatience)
		err = s.setHorizon(ctx, l, page, query.Until)
		l.looking.end(asking)
	}
	if ctx.Err() == nil { // otherwise the scheduler is stopping: no failure
		l.looking.ends(query.Until, err)
	}
	if err != nil {
		l.until = time.Time{}
		if l.kind == storage.DueDeadlines {
			s.vigil.interrupt()
		}
		s.onError(ctx, err)
		s.tellLook(ctx, Look{Kind: lookKinds[l.kind], At: query.Until, Err: err})
	}
	return items, page, err
}

// readDueItems reads all due items, up to maxDue.
func (s *Scheduler) readDueItems(ctx context.Context, l *loop, query storage.DueQuery) ([]storage.DueItem, storage.DuePage, error) {
	var items []storage.DueItem
	for {
		asking := l.looking.begin(storePatience)
		page, err := s.core.store.Due(ctx, query)
		l.looking.end(asking)
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

// serve starts steps for the items that there is room for, and reports whether it
// started any. A step is finished even when the context ends, because abandoning a
// claim delays its run by two leases.
func (s *Scheduler) serve(ctx context.Context, l *loop) (began bool) {
	for ctx.Err() == nil {
		items := l.turns.take(func(organizationID string, n int) int { return l.room(organizationID, min(n, l.batch)) })
		if len(items) == 0 {
			break
		}
		began = true
		s.begin(ctx, l, func(ctx context.Context) { l.step(ctx, s, l, items) })
	}
	return began
}

// begin begins a step, whose context ends after a while. One that does not return
// then waits for the store: nothing else that it asks can hold it up for so long.
func (s *Scheduler) begin(ctx context.Context, l *loop, step func(context.Context)) {
	most := stepTimeouts * (s.opts.RequestTimeout + askGrace)
	l.group.Go(func() {
		working := l.looking.begin(most + storePatience)
		defer l.looking.end(working)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), most)
		defer cancel()
		step(ctx)
	})
}

// each turns a step for one item into a step of a loop.
func each(step func(context.Context, storage.DueItem) error) func(context.Context, *Scheduler, *loop, []storage.DueItem) {
	return func(ctx context.Context, s *Scheduler, l *loop, items []storage.DueItem) {
		for _, item := range items {
			s.done(ctx, l, item, step(ctx, item))
		}
	}
}

// errNoRoom means that no slot is free for a request now. It is not a failure.
var errNoRoom = errors.New("no room for a further request")

// done ends the work on an item. A lost race is no error: the winner did the work.
func (s *Scheduler) done(ctx context.Context, l *loop, item storage.DueItem, err error) {
	_, engine := errors.AsType[engineError](err)
	if !engine && (errors.Is(err, storage.ErrStale) || errors.Is(err, ErrNotFound)) {
		l.raced.Store(true) // the item may still be due
		err = nil
	}
	begins := false
	if errors.Is(err, errNoRoom) {
		l.later.Store(true)
	} else {
		begins = l.failing.note(item, err)
	}
	if last := l.turns.done(item); last && !l.failing.any() {
		l.looking.caughtUp()
	}
	if !l.keepsSlots {
		l.slots.give(item.OrganizationID, 1)
	}
	s.failed(ctx, l, item, err, begins)
}

// failed reports an error of an item. It logs only the first in a row.
func (s *Scheduler) failed(ctx context.Context, l *loop, item storage.DueItem, err error, begins bool) {
	if err == nil || errors.Is(err, errNoRoom) {
		return
	}
	_, engine := errors.AsType[engineError](err)
	run := RunRef{OrganizationID: item.OrganizationID, JobID: item.JobID, RunID: item.RunID}
	switch {
	case engine: // engine.ask logs the outage
	case errors.Is(err, ErrUnavailable):
		s.storeOutage.note(ctx, err)
	case begins:
		s.core.log(ctx, slog.LevelWarn, "work on a due item failed", run, slog.Any("error", err))
	}
	err = fmt.Errorf("jobs: scheduler: job %s of organization %s: %w", item.JobID, item.OrganizationID, err)
	l.mu.Lock()
	if len(l.errs) < maxErrs {
		l.errs = append(l.errs, err)
	}
	l.mu.Unlock()
	s.onError(ctx, err)
}

// takeErrs returns the errors since its last call.
func (l *loop) takeErrs() []error {
	l.mu.Lock()
	defer l.mu.Unlock()
	errs := l.errs
	l.errs = nil
	return errs
}

// tellNews makes the loops that ask the engine read soon.
func (s *Scheduler) tellNews() {
	for _, l := range s.loops {
		if l.kind == storage.DueReady || l.kind == storage.DueDebts {
			tell(l.news)
		}
	}
}
