package jobs

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// A look works through pages of due items, within bounds; the next one goes on.
const (
	duePage  = 200
	maxPages = 10_000
)

// look does once what is due now of one kind.
func (s *Scheduler) look(ctx context.Context, w *watch) (next time.Time, err error) {
	now := s.core.now()
	var errs []error
	query := storage.DueQuery{Kind: w.kind, Until: now, Limit: duePage}
	for range maxPages {
		page, err := s.core.store.Due(ctx, query)
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
	return earliest(next, w.failing.next(s.core.now())), errors.Join(errs...)
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
		if w.failing.waits(item, s.core.now()) {
			continue
		}
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			stepCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stepTimeouts*(s.opts.RequestTimeout+askGrace))
			defer cancel()
			err := s.do(stepCtx, w, item, horizon)
			w.failing.note(item, err, s.core.now())
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
