package jobs

import (
	"sync"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// failing are the items of one kind that failed, each with the time on the
// stopwatch at which it is tried again.
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

// maxFailing bounds how many failing items are remembered. Further ones are tried
// again at once.
const maxFailing = 100_000

// identity is the item without its time.
func identity(item storage.DueItem) storage.DueItem {
	item.At = time.Time{}
	return item
}

// waits reports whether an item has failed and its backoff is not over.
func (f *failing) waits(item storage.DueItem) bool {
	elapsed := f.watch.read()
	f.mu.Lock()
	defer f.mu.Unlock()
	failed, ok := f.items[identity(item)]
	return ok && failed.retryAt > elapsed
}

// note remembers a failure of an item, or forgets its failures. It reports whether
// this is the item's first failure.
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

// next is how long it is until a failing item is tried again, and whether there is
// one.
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

// forget forgets the items that are not among those that a full read of what is due
// has found.
func (f *failing) forget(due map[storage.DueItem]bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for id := range f.items {
		if !due[id] {
			delete(f.items, id)
		}
	}
}

// maxRepeatEvery is the longest backoff.
const maxRepeatEvery = 5 * time.Minute

// backoff is the wait after so many failures. It doubles with each.
func backoff(failed int, first time.Duration) time.Duration {
	d := first
	for range failed - 1 {
		if d *= 2; d >= maxRepeatEvery {
			return maxRepeatEvery
		}
	}
	return d
}
