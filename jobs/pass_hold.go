package jobs

import (
	"time"

	"github.com/jobledger/jobledger/schedule"
)

// heldUntil is up to when due ticks of a job start nothing because of a hold: until
// now during the hold, then until the lift, until the job has handled that. Zero
// means that no hold matters.
func (f *facts) heldUntil(l *ledger) time.Time {
	lifted := f.hold.liftedAt
	switch {
	case f.hold.active():
		return f.now
	case lifted.IsZero() || lifted.Equal(l.seenLift):
		return time.Time{}
	case lifted.After(f.now): // another clock is ahead
		return f.now
	}
	return lifted
}

// unusedUntil is up to when successes of dependencies start nothing, because of a
// pause that is over or of a hold. Zero for never.
func (f *facts) unusedUntil(l *ledger) time.Time {
	until := f.heldUntil(l)
	if l.pauseOver(f.now) && l.PausedUntil.After(until) {
		until = l.PausedUntil
	}
	return until
}

// passHold records as paused the ticks that came due during a hold. After the lift,
// it notes that the job has handled it.
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

// keeps reports whether a hold prevents the release of a run: the schedule or a
// dependency made it.
func (p *pass) keeps(r *runLedger) bool {
	return p.hold.active() && (r.Trigger == TriggerSchedule || r.Trigger == TriggerDependency)
}
