package jobs

import (
	"context"
	"errors"
	"sync"
	"time"
)

// storePatience is how long the store may take for one answer before [Scheduler.Health]
// says that it does not return.
const storePatience = 10 * time.Second

// looking is what is known of the looks and the work of a loop.
type looking struct {
	// tried is when a look last began, looked when the last one began that
	// succeeded, and next when something is due that it did not find due.
	tried, looked, next time.Time
	// behind is for how long the oldest item was due at the last full look.
	behind time.Duration
	// idle is whether the last look was left out: there is no room for what it would find.
	idle bool
	// failing are looks that fail, and hangs the call that has waited longest.
	failing, hangs trouble
}

// watchedLooking is the same, as it goes on.
type watchedLooking struct {
	now func() time.Time

	mu sync.Mutex
	looking
	// calls are those that have not returned.
	calls map[int64]call
	last  int64
}

// call is work that asks the store, and how long it may take.
type call struct {
	began time.Time
	most  time.Duration
}

// begin notes that a call begins, until end.
func (w *watchedLooking) begin(most time.Duration) (id int64) {
	c := call{began: w.now(), most: most}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.calls == nil {
		w.calls = map[int64]call{}
	}
	w.last++
	w.calls[w.last] = c
	return w.last
}

func (w *watchedLooking) end(id int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.calls, id)
}

// begins notes that a look begins.
func (w *watchedLooking) begins(now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tried, w.idle = now, false
}

// leftOut notes that no look was needed.
func (w *watchedLooking) leftOut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.looking = looking{tried: w.tried, looked: w.looked, idle: true}
}

// ends notes how a look ended that began then.
func (w *watchedLooking) ends(began time.Time, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failing.note(err, began)
	if err == nil {
		w.looked = began
	}
}

// found notes when the next item is due, as a look found it.
func (w *watchedLooking) found(next time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.next = next
}

// foundAll notes what a full look found: for how long the oldest item has been due,
// and when the next one is.
func (w *watchedLooking) foundAll(behind time.Duration, next time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.behind, w.next = behind, next
}

// caughtUp notes that all that was found is done.
func (w *watchedLooking) caughtUp() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.behind = 0
}

// read returns it as it is now.
func (w *watchedLooking) read(now time.Time) looking {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.looking
	if !p.next.IsZero() {
		p.behind = max(p.behind, now.Sub(p.next))
	}
	for _, c := range w.calls {
		if now.Sub(c.began) >= c.most && (!p.hangs.going() || c.began.Before(p.hangs.since)) {
			p.hangs.since = c.began
		}
	}
	return p
}

// blame says whose failure an error is, in words for members.
func blame(err error, organizationID string) (cause, string) {
	_, engine := errors.AsType[engineError](err)
	switch {
	case engine:
		return cause{part: partDispatcher}, "requests to the dispatcher fail"
	case errors.Is(err, ErrClock):
		return cause{part: partClock}, "the clock is too far ahead of the time of the last look, so nothing is settled"
	case errors.Is(err, ErrOutdated):
		return cause{part: partStore}, "a newer version of the library has taken over the store, so this process must be upgraded"
	case organizationID == "", errors.Is(err, ErrUnavailable), errors.Is(err, ErrOutcomeUnknown), errors.Is(err, context.DeadlineExceeded):
		return cause{part: partStore}, "requests to the store fail"
	}
	return cause{part: partJobs, organizationID: organizationID}, ""
}
