package jobs

import "time"

// standing is what a run means for others: for ticks that are due, for runs that
// wait, and for joins.
type standing int

const (
	// none: the run has ended, or somebody or something else has to release it, or
	// its time has not come.
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
	if !r.free(now) {
		return none
	}
	if at := r.deadlineAt(o); r.Status.dispatched() && !at.IsZero() && !at.After(now) {
		return suspected
	}
	return counts
}

// maxAhead is how far another clock may be ahead of ours.
const maxAhead = time.Minute

// doubt takes a lease for over that ends later than any clock that may be right
// would say: an engine that is alive renews it. One that was renewed since it was
// last doubted counts for as long as a lease.
func (r *runLedger) doubt(o RunOptions, now time.Time) bool {
	if !r.Status.dispatched() || !r.leaseUntil.After(now.Add(o.Lease+maxAhead)) {
		return false
	}
	if since := now.Sub(r.doubtedAt); since >= 0 && since < o.Lease {
		return false
	}
	r.leaseUntil, r.doubtedAt = now, now
	return true
}

// doubtLeases doubts the leases of the job's runs.
func (p *pass) doubtLeases() {
	for _, r := range p.runs {
		if len(p.touched) < maxCancels && r.doubt(p.opts, p.now) {
			p.touched[r] = true
		}
	}
}
