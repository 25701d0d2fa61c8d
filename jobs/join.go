package jobs

import (
	"time"

	"github.com/jobledger/jobledger/schedule"
)

// joins reports whether dependencies, and no schedule, make the job's runs.
func (l *ledger) joins() bool {
	return l.Version.CronExpression == "" && len(l.Version.DependsOn) > 0
}

// joinUpstreams makes a run when each dependency has a success that was not used
// yet. Successes are kept while the job may not start another run. When it may,
// under the missed-schedule policy all, each success makes its own run, one after
// the other. Under the other policies, the last run that may start uses all of
// them.
func (p *pass) joinUpstreams() {
	v := p.l.Version
	if p.l.Status != Active || !p.l.joins() || p.up.missing {
		return
	}
	turns, more := p.up.turns()
	if p.hold.active() {
		turns, more = 0, false
	}
	each := v.MissedSchedulePolicy == schedule.MissedAll && v.ConcurrencyPolicy != schedule.ConcurrencyReplace
	used := 0
	for used < turns {
		verdict, reason, held := p.admission(0)
		if verdict == schedule.VerdictSkipped {
			p.blocked, p.held = true, p.held || held
			break
		}
		next := used + 1
		if !each && p.full(1) {
			next = turns
		}
		p.up.use(used, next)
		p.fireJoined(reason)
		used = next
	}
	p.more = p.more || more && used == turns
	for i, fresh := range p.up.successes {
		p.l.consume(p.up.jobs[i].ID, fresh.used)
	}
}

// turns is how many unused successes each upstream has at least, and whether there
// may be more.
func (u *upstreams) turns() (turns int, more bool) {
	turns = maxFresh
	for _, fresh := range u.successes {
		turns = min(turns, len(fresh.numbers))
	}
	for _, fresh := range u.successes {
		more = more || turns == maxFresh || fresh.more && len(fresh.numbers) == turns
	}
	return turns, more
}

// use marks successes number from to number to, exclusive, of each upstream as
// used.
func (u *upstreams) use(from, to int) {
	for i := range u.successes {
		fresh := &u.successes[i]
		for _, number := range fresh.numbers[from:to] {
			fresh.use(number)
		}
	}
}

// fireJoined makes a run for the successes of dependencies, and a row in the
// ledger. The row's nominal time is now. If the cursor is there already, it is a
// microsecond later, so that each run has a row of its own.
func (p *pass) fireJoined(reason schedule.Reason) {
	at := p.now
	if !at.After(p.l.cursor) {
		at = p.l.cursor.Add(time.Microsecond)
	}
	p.l.cursor = at
	r := p.insert(TriggerDependency)
	if reason == schedule.ReasonReplace {
		r.Status = RunPending
		p.replace(r)
	}
	p.ticks = append(p.ticks, tickOf(schedule.Decision{
		NominalAt: at, Until: at, Count: 1, Verdict: schedule.VerdictFired, Reason: reason,
	}, nil, r.ID))
}
