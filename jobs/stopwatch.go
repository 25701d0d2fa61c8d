package jobs

import (
	"sync"
	"time"
)

// stopwatch measures time with a clock that may be set. It adds the differences
// between readings: a negative one counts as 0, and a long one as at most most. So
// after a jump of the clock, or a stop of the process, no wait ends much too early
// or lasts for hours.
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
