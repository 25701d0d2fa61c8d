package schedule

import (
	"slices"
	"time"
)

// planner makes one plan, oldest tick first. Its Cursor and Counted change as
// if the decisions so far were committed.
type planner struct {
	Situation
	next      time.Time // the first tick after Cursor; zero for none
	decisions []Decision
	blocked   bool
	held      bool
	// settling is true when no tick may stay unsettled.
	settling bool
	// asked is the tick for which the dependencies were asked last.
	asked  time.Time
	answer UpstreamState
}

func newPlanner(s Situation) planner {
	s = s.normal()
	return planner{Situation: s, next: s.Cron.Next(s.Cursor)}
}

// due reports whether the next tick is due.
func (p *planner) due() bool { return !p.next.IsZero() && !p.next.After(p.Now) }

// decideAll decides about the due ticks, as the missed-schedule policy says.
func (p *planner) decideAll() {
	switch {
	case !p.due():
	case p.Missed == MissedSkip:
		p.onTime()
	case p.Missed == MissedAll && p.Concurrency != ConcurrencyReplace:
		p.backlog()
	default:
		p.newest()
	}
}

// newest coalesces all due ticks into the newest. There must be one. When the
// newest is held, nothing is settled, since a later look may coalesce it into a
// still newer tick.
func (p *planner) newest() {
	newest := p.Cron.Prev(p.Now.Add(1))
	if !p.settling && p.holds(newest) {
		p.blocked, p.held = true, true
		return
	}
	p.sweep(newest, VerdictCoalesced, ReasonPolicy)
	p.decide(p.next)
}

func (p *planner) holds(tick time.Time) bool {
	sure, _ := p.Concurrency.Admit(p.Counted, p.MaxConcurrent)
	all, _ := p.Concurrency.Admit(p.Counted+p.Suspected, p.MaxConcurrent)
	return sure != all && p.upstream(tick) == UpstreamSatisfied
}

// onTime records the missed ticks, and decides about each tick that was on
// time, now or at an earlier look that s.Seen describes.
func (p *planner) onTime() {
	p.watched(p.Seen.First, p.Seen.Last)
	p.watched(p.Seen.Again, p.Seen.Latest)
	p.watched(p.Now, p.Now)
}

// watched records the ticks that were missed when a row of looks began, and
// decides about each tick that was on time at one of these looks.
func (p *planner) watched(first, last time.Time) {
	if p.blocked || first.IsZero() {
		return
	}
	p.sweep(earlier(first, p.Now).Add(-p.Bounds.Grace), VerdictMissed, ReasonPolicy)
	p.decideUntil(earlier(last, p.Now))
}

// decideUntil decides about each tick up to and including an instant.
func (p *planner) decideUntil(until time.Time) {
	for p.due() && !p.next.After(until) && !p.blocked {
		p.decide(p.next)
	}
}

// backlog decides about the ticks that MissedAll keeps, up to the first that
// stays unsettled.
func (p *planner) backlog() {
	p.sweep(p.oldestKept(), VerdictMissed, ReasonWindow)
	for p.due() && !p.blocked {
		p.decideOrKeep(p.next)
	}
}

// oldestKept returns the oldest due tick that a backlog keeps: it keeps the
// newest ticks in the window, at most as many as the count allows.
func (p *planner) oldestKept() time.Time {
	oldest := p.Now.Add(1)
	begin := later(p.next, p.Now.Add(-p.Bounds.Window))
	for range p.Bounds.Count {
		tick := p.Cron.Prev(oldest)
		if tick.Before(begin) {
			break
		}
		oldest = tick
	}
	return oldest
}

// sweep settles the ticks before an instant in one row, if there are any.
func (p *planner) sweep(before time.Time, verdict Verdict, reason Reason) {
	if p.next.IsZero() || !p.next.Before(before) {
		return
	}
	row := Decision{NominalAt: p.next, Until: p.next, Count: 1, Verdict: verdict, Reason: reason}
	if last := p.Cron.Prev(before); last.After(p.next) {
		row.Until, row.Count = last, p.Cron.Count(p.Cursor, last)
	}
	p.record(row)
}

// settle gives the next tick its verdict.
func (p *planner) settle(tick time.Time, verdict Verdict, reason Reason) {
	p.record(Decision{NominalAt: tick, Until: tick, Count: 1, Verdict: verdict, Reason: reason})
}

// record adds a row, and moves the cursor to its end. The row may join the last
// one.
func (p *planner) record(row Decision) {
	p.decisions = append(p.decisions, row)
	p.join(len(p.decisions) - 1)
	p.Cursor, p.next = row.Until, p.Cron.Next(row.Until)
}

// join merges row i into the row before it, if both have the same verdict and
// reason.
func (p *planner) join(i int) {
	if i == 0 || !p.decisions[i].joins(p.decisions[i-1]) {
		return
	}
	before, row := &p.decisions[i-1], p.decisions[i]
	before.Until, before.Count = row.Until, before.Count+row.Count
	p.decisions = slices.Delete(p.decisions, i, i+1)
}

func (p *planner) planned() Planned {
	for i := range p.decisions {
		d := &p.decisions[i]
		d.Shifted = d.Count == 1 && p.Cron.fixed && p.Cron.Shifted(d.NominalAt)
	}
	return Planned{Decisions: p.decisions, Cursor: p.Cursor, Blocked: p.blocked, Held: p.held, Next: p.next}
}
