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
	items map[storage.DueItem]failed // by item without its time
	// troubles are what these items are blamed on.
	troubles map[cause]*trouble
}

// failed is an item that went wrong so many times in a row.
type failed struct {
	times   int
	retryAt time.Duration
	cause   cause
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
	before, ok := f.items[identity(item)]
	return ok && before.retryAt > elapsed
}

// note remembers a failure of an item, or forgets its failures. It reports whether
// this is the item's first failure.
func (f *failing) note(item storage.DueItem, err error) (begins bool) {
	elapsed := f.watch.read()
	f.mu.Lock()
	defer f.mu.Unlock()
	id := identity(item)
	before, known := f.items[id]
	if err == nil {
		f.drop(id)
		return false
	}
	if !known && len(f.items) >= maxFailing {
		return true
	}
	if f.items == nil {
		f.items, f.troubles = map[storage.DueItem]failed{}, map[cause]*trouble{}
	}
	before.times++
	before.retryAt = elapsed + backoff(before.times, f.first)
	blamed, _ := blame(err, item.OrganizationID)
	if !known || before.cause != blamed {
		f.drop(id)
		before.cause = blamed
		if f.troubles[blamed] == nil {
			f.troubles[blamed] = &trouble{}
		}
		f.troubles[blamed].count++
	}
	f.troubles[blamed].note(err, f.watch.now())
	f.items[id] = before
	return !known
}

// any reports whether an item fails.
func (f *failing) any() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.items) > 0
}

// drop forgets an item, and what it is blamed on when it was the last.
func (f *failing) drop(id storage.DueItem) {
	item, known := f.items[id]
	if !known {
		return
	}
	delete(f.items, id)
	if t := f.troubles[item.cause]; t.count > 1 {
		t.count--
	} else {
		delete(f.troubles, item.cause)
	}
}

// tell adds the failures of items.
func (f *failing) tell(found *failures) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for c, t := range f.troubles {
		_, message := blame(t.err, c.organizationID)
		if c.part == partJobs {
			message = things(t.count, "due item", "due items") + " of the organization cannot be done"
		}
		found.add(c, message, *t)
	}
}

// next is how long it is until a failing item is tried again, and whether there is
// one.
func (f *failing) next() (wait time.Duration, waits bool) {
	elapsed := f.watch.read()
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, item := range f.items {
		if left := item.retryAt - elapsed; left > 0 && (!waits || left < wait) {
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
			f.drop(id)
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
