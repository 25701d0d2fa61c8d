package jobs

import "sync"

// slots bound how much is done at once, in total and for one organization. So work
// that hangs for one organization leaves room for others.
type slots struct {
	all, each int
	// freed gets a value when a slot is given back.
	freed chan struct{}

	mu    sync.Mutex
	taken int
	by    map[string]int
	// left counts the slots of requests that were left behind: taken, but not in
	// use.
	left   int
	leftBy map[string]int
}

// newSlots returns slots of which one organization may hold half.
func newSlots(all int, freed chan struct{}) *slots {
	return &slots{all: all, each: max(all/2, 1), freed: freed, by: map[string]int{}, leftBy: map[string]int{}}
}

// take takes up to n slots for an organization, and returns how many it got.
func (s *slots) take(organizationID string, n int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	got := max(min(n, s.all-s.taken, s.each-s.by[organizationID]), 0)
	if got > 0 {
		s.taken += got
		s.by[organizationID] += got
	}
	return got
}

// give gives slots back.
func (s *slots) give(organizationID string, n int) {
	if n == 0 {
		return
	}
	s.mu.Lock()
	s.taken -= n
	if s.by[organizationID] -= n; s.by[organizationID] == 0 {
		delete(s.by, organizationID)
	}
	s.mu.Unlock()
	tell(s.freed)
}

// leave adds to the number of taken slots whose requests were left behind.
func (s *slots) leave(organizationID string, more int) {
	s.mu.Lock()
	s.left += more
	if s.leftBy[organizationID] += more; s.leftBy[organizationID] == 0 {
		delete(s.leftBy, organizationID)
	}
	s.mu.Unlock()
	tell(s.freed)
}

// inUse is how many slots of an organization are taken by requests that were not
// left behind; with an empty ID, of all organizations.
func (s *slots) inUse(organizationID string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if organizationID != "" {
		return s.by[organizationID] - s.leftBy[organizationID]
	}
	return s.taken - s.left
}

// tell puts a value into a channel with room for one, unless it is full.
func tell(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
