package jobs

import (
	"errors"
	"sync"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// failing are the items of one kind that went wrong, and are not tried again
// before a time.
type failing struct {
	mu    sync.Mutex
	items map[storage.DueItem]failure // by item without its time
}

type failure struct {
	times   int
	retryAt time.Time
}

const (
	// maxFailing bounds how many failing items are remembered; the others
	// are tried again at once.
	maxFailing = 10_000
	// firstRetry is the wait after the first failure of an item.
	firstRetry = time.Second
)

// identity is the item whatever its time.
func identity(item storage.DueItem) storage.DueItem {
	item.At = time.Time{}
	return item
}

// waits reports whether an item failed, and its backoff has not passed. One that
// is longer than any was noted by a clock that has been set back since.
func (f *failing) waits(item storage.DueItem, now time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	failed, ok := f.items[identity(item)]
	left := failed.retryAt.Sub(now)
	return ok && left > 0 && left <= maxRepeatEvery
}

// note remembers that an item failed, or forgets that it did.
func (f *failing) note(item storage.DueItem, err error, now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	id := identity(item)
	if _, engine := errors.AsType[engineError](err); err == nil || engine {
		// What the engine did not do is tried again when its record says.
		delete(f.items, id)
		return
	}
	failed, known := f.items[id]
	if !known && len(f.items) >= maxFailing {
		return
	}
	if f.items == nil {
		f.items = map[storage.DueItem]failure{}
	}
	failed.times++
	failed.retryAt = now.Add(backoff(failed.times, firstRetry))
	f.items[id] = failed
}

// next is when the first failing item is to be tried again; zero for none. An
// item whose time has come and that was not tried is not due any more.
func (f *failing) next(now time.Time) time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	var next time.Time
	for id, failed := range f.items {
		if !failed.retryAt.After(now) {
			delete(f.items, id)
			continue
		}
		next = earliest(next, failed.retryAt)
	}
	return next
}
