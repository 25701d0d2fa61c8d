// Package testclock is a clock for tests that stands still until it is moved.
package testclock

import (
	"sync"
	"time"
)

// Clock is a clock for tests. It is safe for concurrent use. Pass its Now as
// the clock of a service or scheduler.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// At returns a clock that shows the given time.
func At(now time.Time) *Clock { return &Clock{now: now} }

// Now returns the time that the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock by d, backwards when d is negative.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Set moves the clock to a time.
func (c *Clock) Set(to time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = to
}
