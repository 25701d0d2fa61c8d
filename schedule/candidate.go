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

// decideOrKeep is decide for a backlog: a tick that could only be skipped for the
// runs that count stays unsettled, and so do all after it.
func (p *planner) decideOrKeep(tick time.Time) {
	if p.settling {
		p.decide(tick)
		return
	}
	if !p.start(tick) {
		p.blocked, p.held = true, p.suspectedOnly()
	}
}

// start settles a tick unless the runs that count, or may count, are in its way.
// Dependencies come first: whether a run may start beside others is asked when
// it could start.
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

// hold keeps a tick unsettled that only suspected runs are in the way of, and
// reports whether it did. Before a schedule changes nothing can stay: the
// tick then gets a run that waits until the suspicion is settled.
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

// suspectedOnly reports whether a run could start if the suspected ones were gone.
func (p *planner) suspectedOnly() bool {
	verdict, _ := p.Concurrency.Admit(p.Counted, p.MaxConcurrent)
	return p.Suspected > 0 && verdict == VerdictFired
}

// upstream says how the dependencies stand for a tick, and asks once for each.
func (p *planner) upstream(tick time.Time) UpstreamState {
	if p.Upstream == nil {
		return UpstreamSatisfied
	}
	if !p.asked.Equal(tick) {
		p.asked, p.answer = tick, p.Upstream(tick)
	}
	return p.answer
}

// fireInstead fires a tick in the place of an earlier one of this plan that
// fired for the same reason, as its run would only wait to be superseded. So
// the runs that count are the same for all of them.
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
