package jobs

import (
	"errors"
	"time"
)

// failure is an item that went wrong, and is not tried again before a time.
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

// identity is the item whatever its wake time.
func (i DueItem) identity() DueItem {
	i.WakeAt = time.Time{}
	return i
}

// waitsForRetry reports whether an item failed, and its backoff has not passed.
// One that is longer than any was noted by a clock that has been set back since.
func (s *Scheduler) waitsForRetry(item DueItem) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, ok := s.failing[item.identity()]
	left := f.retryAt.Sub(s.service.now())
	return ok && left > 0 && left <= maxRepeatEvery
}

// noteFailure remembers that an item failed, or forgets that it did.
func (s *Scheduler) noteFailure(item DueItem, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := item.identity()
	if _, engine := errors.AsType[engineError](err); err == nil || engine {
		// What the engine did not do is tried again when its record says.
		delete(s.failing, id)
		return
	}
	f, known := s.failing[id]
	if !known && len(s.failing) >= maxFailing {
		return
	}
	f.times++
	f.retryAt = s.service.now().Add(backoff(f.times, firstRetry))
	s.failing[id] = f
}

// nextRetry is when the first failing item is to be tried again; zero for
// none. An item whose time has come and that was not tried is not due any more.
func (s *Scheduler) nextRetry(does kindOfWork) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.service.now()
	var next time.Time
	for id, f := range s.failing {
		if !does(id) {
			continue
		}
		if !f.retryAt.After(now) {
			delete(s.failing, id)
			continue
		}
		next = earliest(next, f.retryAt)
	}
	return next
}
