package schedule

import "time"

// Plan decides what becomes of the ticks that are due: those after s.Cursor up
// to s.Now. It is the whole of the schedule's policy, and a function of its
// argument: replicas that see the same situation plan the same.
//
// A due tick is on time when it is no older than the grace, else it is missed.
// The missed-schedule policy says which ticks may start a run:
//
//	skip    those on time, one after the other; the missed ones start none
//	latest  the newest, missed or not; the others coalesce into it
//	all     every one, oldest first, and what cannot start yet stays unsettled;
//	        what leaves the window or the count of Bounds is missed
//
// A tick that may start a run asks the dependencies first: while one is going the
// run is made and waits, and if one failed the tick is skipped. Otherwise it
// meets the runs that count, among them those fired before it in the same plan:
//
//	skip     fires when none counts, else it is skipped
//	allow    fires when fewer than MaxConcurrent count, else it is skipped
//	replace  fires, as a replacement when any counts
//
// Suspected runs may count or not. While only they are in the way, a tick stays
// unsettled: it is held.
//
// Under all, a tick that meets too many is left unsettled instead of skipped; but
// all with replace is latest, since replacements would only replace each other.
// Of several that would replace, and of several that would wait, the newest fires
// and supersedes the others.
//
// So a plan fires at most one run under skip and replace, MaxConcurrent under
// allow, and one more that waits for a dependency. What it costs depends on the
// number of ticks within the grace, or that MissedAll keeps, not on how long ago
// the cursor lies.
func Plan(s Situation) Planned {
	p := newPlanner(s)
	p.decideAll()
	return p.planned()
}

// Settle decides about all due ticks because the schedule is about to change.
// Ticks up to s.Now are settled by the old version's policies, which s holds. No
// tick stays unsettled: one that would stay for runs that count is skipped, and
// one that would be held for suspected runs fires, and its run waits. Cursor is
// s.Now, after which the new schedule counts, or the old cursor if that is later.
// Next is zero: it is for the new schedule to say.
func Settle(s Situation) Planned {
	p := newPlanner(s)
	p.settling = true
	p.decideAll()
	out := p.planned()
	out.Cursor, out.Next = later(out.Cursor, p.Now), time.Time{}
	return out
}

// Resume settles the ticks of a pause that ends at an instant: one row, if there
// are any. They are all ticks after the cursor, also those that were due but
// unsettled when the pause began, since pausing starts nothing. Cursor is the
// instant, or the old cursor if that is later.
//
// When the schedule of a paused job changes, Resume settles the old one as well.
func Resume(c *Cron, cursor, at time.Time) Planned {
	p := newPlanner(Situation{Cron: c, Cursor: cursor, Now: at})
	p.sweep(p.Now.Add(1), VerdictPaused, "")
	out := p.planned()
	out.Cursor = later(out.Cursor, p.Now)
	return out
}

// earlier is the earlier of two times.
func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// later is the later of two times.
func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
