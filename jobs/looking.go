package jobs

import (
	"context"
	"errors"
	"sync"
	"time"
)

// storePatience is how long one call of the store may take before
// [Scheduler.Health] says that it does not return.
const storePatience = 10 * time.Second

// looking is what Health needs to know about the looks of a loop.
type looking struct {
	// tried is when the latest look began, and looked when the latest successful
	// one began. next is when the next item comes due that was not due at that
	// look.
	tried, looked, next time.Time
	// behind is for how long the oldest item was due at the last full look.
	behind time.Duration
	// idle is whether the latest look was left out, because there was no room for
	// what it would find.
	idle bool
	// failing is that looks fail. hangs is the oldest call that has not returned in
	// time.
	failing, hangs trouble
}

// watchedLooking is a looking that a loop updates and Health reads.
type watchedLooking struct {
	now func() time.Time

	mu sync.Mutex
	looking
	// calls are the calls that have not returned.
	calls map[int64]call
	last  int64
}

// call is a call of the store, and how long it may take.
type call struct {
	began time.Time
	most  time.Duration
}

// begin notes that a call begins. The caller calls end with the id.
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

// leftOut notes that a look was left out.
func (w *watchedLooking) leftOut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.looking = looking{tried: w.tried, looked: w.looked, idle: true}
}

// ends notes how a look ended. began is when it began.
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
// and when the next one comes due.
func (w *watchedLooking) foundAll(behind time.Duration, next time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.behind, w.next = behind, next
}

// caughtUp notes that all items that were found are done.
func (w *watchedLooking) caughtUp() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.behind = 0
}

// read returns the state now.
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

// blame returns the cause of an error, and a message for members.
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
