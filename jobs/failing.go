package jobs

import (
	"sync"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// failing are the items of one kind that went wrong, and are not tried again
// before a time of the stopwatch.
type failing struct {
	watch *stopwatch
	// first is the wait after the first failure of an item.
	first time.Duration

	mu    sync.Mutex
	items map[storage.DueItem]failure // by item without its time
}

type failure struct {
	times   int
	retryAt time.Duration
}

// maxFailing bounds how many failing items are remembered; the others are tried
// again at once.
const maxFailing = 100_000

// identity is the item whatever its time.
func identity(item storage.DueItem) storage.DueItem {
	item.At = time.Time{}
	return item
}

// waits reports whether an item failed, and its backoff has not passed.
func (f *failing) waits(item storage.DueItem) bool {
	elapsed := f.watch.read()
	f.mu.Lock()
	defer f.mu.Unlock()
	failed, ok := f.items[identity(item)]
	return ok && failed.retryAt > elapsed
}

// note remembers that an item failed, or forgets that it did. It reports whether
// the item has just begun to fail.
func (f *failing) note(item storage.DueItem, failed bool) (begins bool) {
	elapsed := f.watch.read()
	f.mu.Lock()
	defer f.mu.Unlock()
	id := identity(item)
	if !failed {
		delete(f.items, id)
		return false
	}
	before, known := f.items[id]
	if !known && len(f.items) >= maxFailing {
		return true
	}
	if f.items == nil {
		f.items = map[storage.DueItem]failure{}
	}
	before.times++
	before.retryAt = elapsed + backoff(before.times, f.first)
	f.items[id] = before
	return !known
}

// next is how long it is until the first failing item is to be tried again, and
// whether there is one.
func (f *failing) next() (wait time.Duration, waits bool) {
	elapsed := f.watch.read()
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, failed := range f.items {
		if left := failed.retryAt - elapsed; left > 0 && (!waits || left < wait) {
			wait, waits = left, true
		}
	}
	return wait, waits
}

// forget forgets the items that are not due any more: they are not among those
// that a whole look found.
func (f *failing) forget(due map[storage.DueItem]bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for id := range f.items {
		if !due[id] {
			delete(f.items, id)
		}
	}
}

// maxRepeatEvery bounds the wait before something is tried again.
const maxRepeatEvery = 5 * time.Minute

// backoff doubles with each attempt that failed.
func backoff(failed int, first time.Duration) time.Duration {
	d := first
	for range failed - 1 {
		if d *= 2; d >= maxRepeatEvery {
			return maxRepeatEvery
		}
	}
	return d
}
