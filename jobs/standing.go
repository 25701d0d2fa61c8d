package jobs

import "time"

// standing is what a run means for others: for ticks that are due, for runs that
// wait, and for joins.
type standing int

const (
	// none: the run has ended, or somebody or something else has to release it.
	none standing = iota
	// suspected: the engine has been silent for too long, or the run is past a
	// deadline of its own. It may be gone; until that is known it takes no tick,
	// and none starts beside it.
	suspected
	// counts: the run is there.
	counts
)

// standing is the one place that says which runs count.
func (r *runLedger) standing(o RunOptions, now time.Time) standing {
	if !r.free() {
		return none
	}
	if at := r.deadlineAt(o); r.Status.dispatched() && !at.IsZero() && !at.After(now) {
		return suspected
	}
	return counts
}

// free reports whether the run has not ended and waits for nothing but an engine.
func (r *runLedger) free() bool {
	return !r.Status.Terminal() && r.waitsFor == nothing
}
