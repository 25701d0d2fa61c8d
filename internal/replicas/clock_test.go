package replicas_test

import (
	"context"
	"sync/atomic"
	"time"
)

// fastClock is a time that passes faster than the real one.
type fastClock struct {
	// start is the real time at which it shows the epoch.
	start, epoch time.Time
	factor       int
	// skew is how far it is ahead, in nanoseconds of real time.
	skew atomic.Int64
}

// maxSkew is how far the clock of a replica may be off, either way.
const maxSkew = 300 * time.Millisecond

// step sets the clock by so much, in real time.
func (c *fastClock) step(by time.Duration) { c.skew.Add(int64(by)) }

// Now is never before the epoch, at which the jobs were made.
func (c *fastClock) Now() time.Time {
	passed := max(time.Since(c.start)+time.Duration(c.skew.Load()), 0)
	return c.epoch.Add(passed * time.Duration(c.factor))
}

// wait lets real time pass.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
