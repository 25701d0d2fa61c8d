package schedule

import "time"

// Plan decides about the ticks that are due: those after s.Cursor up to s.Now.
// The result depends only on the situation, so replicas that see the same
// situation plan the same.
//
// A due tick is on time when it is not older than s.Bounds.Grace; otherwise it
// is missed. The missed-schedule policy says which ticks may start a run:
//
//	skip    each tick that is on time; the others are missed
//	latest  only the newest, missed or not; the others are coalesced into it
//	all     each tick, oldest first; a tick that cannot start a run yet stays
//	        unsettled, and a tick outside s.Bounds is missed
//
// A tick that may start a run first looks at the dependencies. If one has not
// finished, the tick fires and its run waits. If one failed, the tick is
// skipped. Otherwise the concurrency policy decides by the runs that count. The
// runs of earlier ticks in the same plan count, too:
//
//	skip     fires when no run counts, else it is skipped
//	allow    fires when fewer than s.MaxConcurrent count, else it is skipped
//	replace  fires; when a run counts, the new run replaces it
//
// It is not known whether suspected runs count. While only they are in the way,
// a tick is held: it stays unsettled.
//
// Under the missed-schedule policy all, a tick is not skipped when runs count:
// it stays unsettled. With the concurrency policy replace, all acts like
// latest, since replacements would only replace each other. When several ticks
// would replace runs, or several would wait for dependencies, the newest fires
// and the others are superseded.
//
// So one plan makes few runs. At most one of them can start under skip and
// replace, and at most s.MaxConcurrent under allow. At most one more waits for a
// dependency. The cost depends on the number of ticks within the grace, or that
// [MissedAll] keeps. It does not depend on the age of the cursor.
func Plan(s Situation) Planned {
	p := newPlanner(s)
	p.decideAll()
	return p.planned()
}

// Settle decides about all due ticks before the schedule changes. S holds the
// policies of the old version, which decide. No tick stays unsettled: a tick
// that would wait for runs that count is skipped, and a tick that would be held
// for suspected runs fires, and its run waits. The new cursor is s.Now, or the
// old cursor if that is later: the new schedule counts from there. Next is the
// zero time, since only the new schedule knows it.
func Settle(s Situation) Planned {
	p := newPlanner(s)
	p.settling = true
	p.decideAll()
	out := p.planned()
	out.Cursor, out.Next = later(out.Cursor, p.Now), time.Time{}
	return out
}

// Resume settles the ticks of a pause that ends at the given instant. They are
// one row with [VerdictPaused], if there are any. The row includes ticks that
// were due but unsettled when the pause began. The new cursor is the instant,
// or the old cursor if that is later.
//
// When the schedule of a paused job changes, call Resume for the old schedule.
func Resume(c *Cron, cursor, at time.Time) Planned {
	p := newPlanner(Situation{Cron: c, Cursor: cursor, Now: at})
	p.sweep(p.Now.Add(1), VerdictPaused, "")
	out := p.planned()
	out.Cursor = later(out.Cursor, p.Now)
	return out
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
