package jobs

import (
	"context"
	"slices"
	"time"

	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/versions"
)

// scheduleEnd is what endSchedule needs beside the job, when an edit changes the
// schedule or ends a pause.
type scheduleEnd struct {
	facts
	ids *ids
	// baseline says which successes of the dependencies count as used: all until
	// now.
	baseline map[string]consumption
}

// readEnd reads what endSchedule needs. found are the jobs whose successes until
// now must start nothing: the dependencies, if the job has no schedule of its own
// after the edit.
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
// MaxConcurrentRuns is not part of that: a new one applies to what waits.
func sameSchedule(a, b versions.Definition) bool {
	return a.CronExpression == b.CronExpression && a.CronTimezone == b.CronTimezone &&
		a.ConcurrencyPolicy == b.ConcurrencyPolicy && a.MissedSchedulePolicy == b.MissedSchedulePolicy &&
		slices.Equal(slices.Sorted(slices.Values(a.DependsOn)), slices.Sorted(slices.Values(b.DependsOn)))
}

// endSchedule adds to an edit that changes the schedule, or ends a pause, the
// verdicts on all due ticks: by the policies of the version that is active before
// the edit, or as one row, paused.
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

// giveUp ends a schedule that this process cannot read. It can only know one due
// tick, and records that as missed.
func (p *pass) giveUp() {
	if at := p.l.NextRunAt; p.l.isDue(p.now) {
		p.ticks = append(p.ticks, tickOf(schedule.Decision{
			NominalAt: at, Until: at, Count: 1, Verdict: schedule.VerdictMissed, Reason: schedule.ReasonZone,
		}, nil, ""))
	}
}

// releases wakes the dependents of a job when an edit removes the job's next tick:
// a run of a dependent may wait for this tick.
func (l *ledger) releases(at time.Time) *storage.Wake {
	if l.NextRunAt.IsZero() {
		return nil
	}
	return l.wakeDependents(at)
}

// readSchedule parses the schedule of a stored definition; nil when it has none. If
// this process cannot read it, the field error says what to do.
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
