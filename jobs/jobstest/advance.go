package jobstest

import (
	"context"
	"time"
)

const (
	// maxSteps bounds how often the clock is moved by one call, and maxLooks how
	// often the scheduler looks at one instant.
	maxSteps = 100_000
	maxLooks = 1000
	// day is how long the clock is not moved at most without a look.
	day = 24 * time.Hour
	// patience bounds one look of the scheduler, in real time.
	patience = time.Minute
	// sweepAtOnce is how much one sweep erases.
	sweepAtOnce = 500
)

// Advance lets time pass, and is back when nothing more happens at its end.
// Each tick, report, deadline and retry on the way happens at its own time, in
// order. Advance(0) does what is due now.
//
// A call takes 100,000 steps at most, of which a run takes three to five: three
// weeks of a job that runs each minute, or two years of an hourly one. A longer
// way ends the test.
func (w *World) Advance(d time.Duration) {
	w.tb.Helper()
	w.AdvanceTo(w.Now().Add(d))
}

// AdvanceTo is [World.Advance] up to a time.
func (w *World) AdvanceTo(to time.Time) {
	w.tb.Helper()
	from := w.Now()
	if to.Before(from) {
		w.tb.Fatalf("it is %s, and the clock does not go back to %s", from.Format(time.RFC3339), to.Format(time.RFC3339))
	}
	for range w.maxSteps {
		next := w.settle()
		now := w.Now()
		if !now.Before(to) {
			return
		}
		w.clock.Set(w.step(now, next, to))
	}
	w.tb.Fatalf("from %s to %s too much happens: the clock has been moved %d times, and it is only %s; advance by less, or let the time pass in an Outage",
		from.Format(time.RFC3339), to.Format(time.RFC3339), w.maxSteps, w.Now().Format(time.RFC3339))
}

// Outage lets time pass in which nothing works: no scheduler looks, and no report
// of the engine arrives. What is due then, and what the engine has to report, is
// done when time passes next: by Advance(0) at the end of the outage. A negative d
// sets the clock back.
func (w *World) Outage(d time.Duration) { w.clock.Advance(d) }

// step is to when the clock is moved next. A scheduler that looks every second has
// seen each deadline pass; this one looks once more, half a lease before, which
// counts as a watch without a gap.
func (w *World) step(now, next, to time.Time) time.Time {
	due := now.Add(day)
	for _, at := range []time.Time{next, w.Engine.next()} {
		if !at.IsZero() && at.Before(due) {
			due = at
		}
	}
	if before := due.Add(-w.lease / 2); before.After(now) {
		due = before
	}
	if due.After(to) {
		return to
	}
	return due
}

// settle does what is due now, and returns when something is due next.
func (w *World) settle() (next time.Time) {
	w.tb.Helper()
	for range maxLooks {
		before := w.store.changes.Load()
		w.Engine.act()
		next = w.look()
		if w.store.changes.Load() == before && (next.IsZero() || next.After(w.Now())) {
			w.sweep()
			return next
		}
	}
	w.tb.Fatalf("at %s the scheduler does not come to rest: it has looked %d times\n%s", w.Now().Format(time.RFC3339), maxLooks, w.troubles())
	return next
}

// look lets the scheduler look once.
func (w *World) look() (next time.Time) {
	w.tb.Helper()
	ctx, cancel := context.WithTimeout(w.tb.Context(), patience)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		var err error
		next, err = w.Scheduler.Tick(ctx)
		done <- err
	}()
	select {
	case err := <-done:
		if err != nil {
			w.trouble, w.troubleAt = err, w.Now()
		}
		if ctx.Err() == nil {
			return next
		}
	case <-ctx.Done():
	}
	w.tb.Fatalf("at %s a look of the scheduler does not end: the store or a function of the options hangs, or the test is over", w.Now().Format(time.RFC3339))
	return time.Time{}
}

// sweep erases what is kept no longer, once a day.
func (w *World) sweep() {
	w.tb.Helper()
	now := w.Now()
	for erased := sweepAtOnce; now.Sub(w.swept) >= day && erased == sweepAtOnce; {
		var err error
		if erased, err = w.Sweep(w.tb.Context(), sweepAtOnce); err != nil {
			w.trouble, w.troubleAt = err, now
		}
		if erased < sweepAtOnce {
			w.swept = now
		}
	}
}

// troubles says what went wrong last; empty for nothing.
func (w *World) troubles() string {
	if w.trouble == nil {
		return ""
	}
	return "latest error of the scheduler, at " + w.troubleAt.Format(time.RFC3339) + ": " + w.trouble.Error()
}
