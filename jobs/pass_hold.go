package jobs

import (
	"time"

	"github.com/jobledger/jobledger/schedule"
)

// heldUntil is up to when what was due for a job starts nothing: its organization
// is held, or was until after the job was last looked at. Zero for never.
func (f *facts) heldUntil(l *ledger) time.Time {
	lifted := f.hold.liftedAt
	switch {
	case f.hold.active():
		return f.now
	case lifted.IsZero() || lifted.Equal(l.seenLift):
		return time.Time{}
	case lifted.After(f.now): // by another clock
		return f.now
	}
	return lifted
}

// unusedUntil is up to when successes of dependencies start nothing: a pause or a
// hold is over, or a hold lasts. Zero for never.
func (f *facts) unusedUntil(l *ledger) time.Time {
	until := f.heldUntil(l)
	if l.pauseOver(f.now) && l.PausedUntil.After(until) {
		until = l.PausedUntil
	}
	return until
}

// passHold records as paused the ticks that a hold has kept from firing, and notes
// that the job has seen the hold lifted.
func (p *pass) passHold(cron *schedule.Cron) {
	if until := p.heldUntil(p.l); !until.IsZero() && cron != nil {
		plan := schedule.Resume(cron, p.l.cursor, until)
		for i := range plan.Decisions {
			plan.Decisions[i].Reason = schedule.ReasonHold
		}
		p.carryOut(plan, cron)
	}
	if !p.hold.active() && !p.up.missing {
		p.l.seenLift = p.hold.liftedAt
	}
}

// keeps reports whether a hold keeps a run from being released: it was not people
// who made it.
func (p *pass) keeps(r *runLedger) bool {
	return p.hold.active() && (r.Trigger == TriggerSchedule || r.Trigger == TriggerDependency)
}
