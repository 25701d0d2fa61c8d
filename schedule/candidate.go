package schedule

import "time"

// decide settles a tick that may start a run, or holds it.
func (p *planner) decide(tick time.Time) {
	if p.start(tick) || p.hold(tick) {
		return
	}
	_, reason := p.Concurrency.Admit(p.Counted, p.MaxConcurrent)
	p.settle(tick, VerdictSkipped, reason)
}

// decideOrKeep is decide for a backlog. When runs that count are in the way,
// the tick is not skipped: it and all later ticks stay unsettled.
func (p *planner) decideOrKeep(tick time.Time) {
	if p.settling {
		p.decide(tick)
		return
	}
	if !p.start(tick) {
		p.blocked, p.held = true, p.suspectedOnly()
	}
}

// start settles a tick, unless runs that count, or may count, are in its way.
// It looks at the dependencies first, then at the concurrency policy.
func (p *planner) start(tick time.Time) bool {
	switch p.upstream(tick) {
	case UpstreamGoing:
		p.fireInstead(tick, ReasonWaiting)
		return true
	case UpstreamFailed:
		p.settle(tick, VerdictSkipped, ReasonDependency)
		return true
	}
	verdict, reason := p.Concurrency.Admit(p.Counted+p.Suspected, p.MaxConcurrent)
	switch {
	case verdict == VerdictSkipped:
		return false
	case p.Concurrency == ConcurrencyReplace:
		p.fireInstead(tick, reason)
	default:
		p.settle(tick, VerdictFired, reason)
		p.Counted++
	}
	return true
}

// hold leaves a tick unsettled when only suspected runs are in its way, and
// reports whether it did. When the schedule is about to change, no tick may
// stay unsettled: then the tick fires, and its run waits until it is known
// whether the suspected runs are gone.
func (p *planner) hold(tick time.Time) bool {
	if !p.suspectedOnly() {
		return false
	}
	if p.settling {
		p.fireInstead(tick, ReasonWaiting)
		return true
	}
	p.blocked, p.held = true, true
	return true
}

// suspectedOnly reports whether a run could start if all suspected runs were
// gone.
func (p *planner) suspectedOnly() bool {
	verdict, _ := p.Concurrency.Admit(p.Counted, p.MaxConcurrent)
	return p.Suspected > 0 && verdict == VerdictFired
}

// upstream returns the state of the dependencies for a tick. It asks once for
// each tick.
func (p *planner) upstream(tick time.Time) UpstreamState {
	if p.Upstream == nil {
		return UpstreamSatisfied
	}
	if !p.asked.Equal(tick) {
		p.asked, p.answer = tick, p.Upstream(tick)
	}
	return p.answer
}

// fireInstead fires a tick in place of an earlier tick of this plan that fired
// for the same reason: the earlier run would wait, and be superseded at once.
// The number of runs that count is the same for both.
func (p *planner) fireInstead(tick time.Time, reason Reason) {
	for i := range p.decisions {
		d := &p.decisions[i]
		if d.Verdict != VerdictFired || d.Reason != reason {
			continue
		}
		d.Verdict = VerdictSuperseded
		if d.Reason == "" {
			d.Reason = ReasonReplace
		}
		p.join(i)
		break
	}
	p.settle(tick, VerdictFired, reason)
}
