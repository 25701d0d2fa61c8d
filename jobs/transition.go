package jobs

import (
	"context"
	"slices"
	"time"

	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/versions"
)

// scheduleEnd is what the end of a schedule rests on, beside the job: an edit
// changes the schedule, or a pause ends.
type scheduleEnd struct {
	facts
	ids *ids
	// baseline is what the dependencies achieved until now, which starts nothing.
	baseline map[string]consumption
}

// readEnd reads what the end of a schedule rests on. Of the jobs found no success
// until now is to be used: those that the next schedule depends on, if it joins.
func (c *core) readEnd(ctx context.Context, l *ledger, found []storage.JobRecord, e edit) (end scheduleEnd, err error) {
	end.ids = c.ids(ctx)
	end.facts = c.newFacts(end.ids, e.at)
	end.trace = e.trace
	if l.isDue(e.at) {
		if end.hold, err = c.readHold(ctx, l.OrganizationID); err != nil {
			return end, err
		}
		if end.facts, err = c.readFacts(ctx, l, end.facts); err != nil {
			return end, err
		}
	}
	end.baseline, err = c.readBaseline(ctx, found)
	return end, err
}

// isDue reports whether a tick of an active schedule is due and not settled.
func (l *ledger) isDue(at time.Time) bool {
	return l.Status == Active && !l.NextRunAt.IsZero() && !l.NextRunAt.After(at)
}

// sameSchedule reports whether two definitions say the same about when runs start.
// How many may run at once is no part of it: a backlog meets the new number.
func sameSchedule(a, b versions.Definition) bool {
	return a.CronExpression == b.CronExpression && a.CronTimezone == b.CronTimezone &&
		a.ConcurrencyPolicy == b.ConcurrencyPolicy && a.MissedSchedulePolicy == b.MissedSchedulePolicy &&
		slices.Equal(slices.Sorted(slices.Values(a.DependsOn)), slices.Sorted(slices.Values(b.DependsOn)))
}

// endSchedule settles all that is due, in the commit of an edit that changes the
// schedule or resumes it: by the policies of the version that is active until
// then, or as one pause.
func (l *ledger) endSchedule(c *storage.Change, end scheduleEnd) error {
	c.Wake = l.releases(end.now)
	p := newPass(l, end.facts)
	cron, err := l.Version.Schedule()
	switch {
	case err != nil:
		p.giveUp()
	case l.Status == Paused && cron != nil:
		p.carryOut(schedule.Resume(cron, l.cursor, p.now), cron)
	case l.isDue(p.now) && cron != nil:
		p.releaseRuns()
		if p.passHold(cron); !p.hold.active() {
			p.carryOut(schedule.Settle(p.situation(cron)), cron)
		}
		l.blocked = p.waits()
	}
	p.addTo(c)
	l.consumed = end.baseline
	return end.ids.err
}

// giveUp leaves behind a schedule that this process cannot read. It knows of one
// tick at most that is due.
func (p *pass) giveUp() {
	if at := p.l.NextRunAt; p.l.isDue(p.now) {
		p.ticks = append(p.ticks, tickOf(schedule.Decision{
			NominalAt: at, Until: at, Count: 1, Verdict: schedule.VerdictMissed, Reason: schedule.ReasonZone,
		}, nil, ""))
	}
}

// releases wakes the dependents of a job whose next tick an edit takes away:
// one of them may wait for just this tick, which its scheduler's clock saw due.
func (l *ledger) releases(at time.Time) *storage.Wake {
	if l.NextRunAt.IsZero() {
		return nil
	}
	return l.wakeDependents(at)
}

// readSchedule parses the schedule of a stored definition; nil when it has none.
// One that this process cannot read is a field error that says what to do.
func readSchedule(d versions.Definition) (*schedule.Cron, error) {
	cron, err := d.Schedule()
	if err == nil {
		return cron, nil
	}
	if _, err := schedule.Parse(d.CronExpression, ""); err != nil {
		return nil, versions.FieldErrors{{Field: "cronExpression", Detail: "is not known to this process: " + err.Error()}}
	}
	return nil, versions.FieldErrors{{Field: "cronTimezone", Detail: "is not known to this process: " +
		"import time/tzdata or install the system's zone files"}}
}
