package jobs

import (
	"sync"
	"time"
)

// stopwatch measures time by the differences between readings of a clock that
// may be set: a negative one counts nothing, and none counts more than most. A
// clock that jumps, and a process that was stopped, so ends no wait early and
// lets none last for hours.
type stopwatch struct {
	now  func() time.Time
	most time.Duration

	mu      sync.Mutex
	last    time.Time
	elapsed time.Duration
}

func newStopwatch(now func() time.Time, most time.Duration) *stopwatch {
	return &stopwatch{now: now, most: most, last: now()}
}

// read returns how much time has passed since the stopwatch was made.
func (w *stopwatch) read() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.now()
	w.elapsed += min(max(now.Sub(w.last), 0), w.most)
	w.last = now
	return w.elapsed
}
