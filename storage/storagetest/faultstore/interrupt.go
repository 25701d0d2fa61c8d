package faultstore

import (
	"context"
	"sync/atomic"
	"time"
)

// interrupted is a context that ends while a store is at work: when it was
// looked at so many times, and so at the same place in each run; or late, a
// while after the store began to wait for its end.
type interrupted struct {
	context.Context

	cancel context.CancelFunc
	looks  atomic.Int64
	// late is how long after the first look at Done; 0 for by looks.
	late    time.Duration
	wait    func(context.Context, time.Duration) error
	waiting atomic.Bool
	ended   atomic.Bool
}

func interrupt(parent context.Context, f fate, wait func(context.Context, time.Duration) error) *interrupted {
	c := &interrupted{late: f.late, wait: wait}
	c.Context, c.cancel = context.WithCancel(parent)
	c.looks.Store(f.look)
	return c
}

func (c *interrupted) end() {
	c.ended.Store(true)
	c.cancel()
}

func (c *interrupted) look() {
	if c.late == 0 && c.looks.Add(-1) == 0 {
		c.end()
	}
}

func (c *interrupted) Deadline() (time.Time, bool) {
	c.look()
	return c.Context.Deadline()
}

func (c *interrupted) Done() <-chan struct{} {
	c.look()
	if c.late > 0 && c.waiting.CompareAndSwap(false, true) {
		go func() {
			if c.wait(c.Context, c.late) == nil {
				c.end()
			}
		}()
	}
	return c.Context.Done()
}

func (c *interrupted) Err() error {
	c.look()
	return c.Context.Err()
}
