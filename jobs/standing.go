package jobs

import "time"

// standing is what a run means for due ticks, for waiting runs, and for joins of
// its job.
type standing int

const (
	// none: the run has ended, waits to be released, or waits for a time that
	// somebody asked for.
	none standing = iota
	// suspected: a deadline of the run has passed, so the run may be gone. Until
	// that is known, no tick is skipped because of it, and no run starts beside it.
	suspected
	// counts: the run takes a place under the concurrency policy.
	counts
)

// standing decides whether the run counts. No other code does.
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

// doubt ends a lease that ends more than a lease and maxAhead in the future: a
// wrong clock set it, and a live engine will renew it. It reports whether it did.
// Within a lease after that it does not end the lease again, so a renewed lease
// keeps the run counting for that time.
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

// doubtLeases calls doubt for the job's runs.
func (p *pass) doubtLeases() {
	for _, r := range p.runs {
		if len(p.touched) < maxCancels && r.doubt(p.opts, p.now) {
			p.touched[r] = true
		}
	}
}
