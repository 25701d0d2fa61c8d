package jobs

import (
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/teams"
)

// releaseRuns releases the runs that wait, where that for which they wait is over.
// They come before the ticks that are due: they are older, and may count.
func (p *pass) releaseRuns() {
	p.releaseWaiting()
	p.releaseReplacement()
}

// releaseReplacement makes a replacement ready when those it replaces are gone:
// those that are older or were asked to stop, also if they are only suspected to be there.
func (p *pass) releaseReplacement() {
	r := find(p.runs, func(r *runLedger) bool { return r.waitsFor == predecessors })
	if r == nil {
		return
	}
	left := false
	for _, other := range p.runs {
		if !other.free(p.now) || other.Number >= r.Number && other.CancelRequestedAt.IsZero() {
			continue
		}
		if other.CancelRequestedAt.IsZero() && p.cancelled < maxCancels {
			p.cancel(other, "replaced by run "+r.ID)
		}
		p.more = p.more || other.free(p.now) && other.CancelRequestedAt.IsZero()
		left = left || other.free(p.now)
	}
	switch {
	case left:
	case p.keeps(r):
		p.kept = true
	default:
		p.release(r)
	}
}

// releaseWaiting decides about a run that waits: its dependencies may have ended,
// and then it meets the concurrency policy.
func (p *pass) releaseWaiting() {
	r := find(p.runs, (*runLedger).waitsAfterTick)
	if r == nil {
		return
	}
	state := schedule.UpstreamSatisfied
	if r.waitsFor == upstreamRuns {
		state = p.up.state(r.NominalAt)
	}
	switch state {
	case schedule.UpstreamFailed:
		p.skip(r, schedule.ReasonDependency)
	case schedule.UpstreamSatisfied:
		if p.kept = p.keeps(r); !p.kept {
			p.admit(r)
		}
	}
}

// admission is what the concurrency policy of the active version says of a run
// that could start now, beside so many more than count, and whether that is open
// for suspected runs alone.
func (p *pass) admission(more int) (verdict schedule.Verdict, reason schedule.Reason, held bool) {
	v := p.l.Version
	sure, maybe := p.counted()
	sure += more
	certain, _ := v.ConcurrencyPolicy.Admit(sure, v.MaxConcurrentRuns)
	verdict, reason = v.ConcurrencyPolicy.Admit(sure+maybe, v.MaxConcurrentRuns)
	return verdict, reason, verdict != certain
}

// admit lets a run meet the concurrency policy. While suspected runs alone are in
// its way, it goes on waiting.
func (p *pass) admit(r *runLedger) {
	switch verdict, reason, held := p.admission(0); {
	case held:
		p.held = true
	case verdict == schedule.VerdictSkipped:
		p.skip(r, reason)
	case reason == schedule.ReasonReplace:
		p.replace(r)
	default:
		p.release(r)
	}
}

// release makes a pending run ready.
func (p *pass) release(r *runLedger) {
	r.startAt(r.stepAt, p.now)
	r.UpdatedAt = p.now
	p.touched[r] = true
}

// delay has the run of a tick wait its part of the version's jitter: from the
// tick on, or from now when the tick is late.
func (p *pass) delay(r *runLedger) {
	from := r.NominalAt
	if p.now.Sub(from) > p.opts.OnTime {
		from = p.now
	}
	r.startAt(from.Add(jitter(r.JobID, r.NominalAt, p.l.Version.JitterSeconds)), p.now)
}

// releaseQueue releases runs of backfills, the oldest first, as far as the
// concurrency policy has room for them beside what counts. Ticks that are due
// had their turn.
func (p *pass) releaseQueue() {
	if find(p.runs, func(r *runLedger) bool { return r.waitsFor == predecessors }) != nil {
		return // it would take the first of them for one that it replaces
	}
	released := 0
	for _, r := range p.runs {
		switch {
		case r.waitsFor != itsTurn:
			continue
		case p.full(0):
			return
		case released == maxFires:
			p.more = true
			return
		}
		p.release(r)
		released++
		if p.l.LatestRun == nil || p.l.LatestRun.Number < r.Number {
			p.l.latestRunID, p.l.LatestRun = r.ID, &r.Run
		}
	}
}

// full reports whether no other run may start beside what counts, and so many more.
func (p *pass) full(more int) bool {
	verdict, reason, _ := p.admission(more)
	return verdict == schedule.VerdictSkipped || reason == schedule.ReasonReplace
}

// skip ends a run that waited, and corrects the row of its tick.
func (p *pass) skip(r *runLedger, reason schedule.Reason) {
	p.cancel(r, "skipped: "+string(reason))
	p.correct(schedule.VerdictSkipped, reason)
}

// correct says in the row of the tick whose run waited what became of it.
func (p *pass) correct(verdict schedule.Verdict, reason schedule.Reason) {
	if p.waiting.Count == 0 {
		return
	}
	p.waiting.Verdict, p.waiting.Reason = verdict, string(reason)
	p.ticks = append(p.ticks, p.waiting)
	p.waiting = Tick{}
}

// cancel asks a run to stop, on behalf of the schedule.
func (p *pass) cancel(r *runLedger, why string) {
	r.requestCancel(teams.SystemMemberID, why, p.opts, p.now)
	p.touched[r] = true
	p.cancelled++
}

// replace makes r the replacement of all that counts. One that waited in that
// role already is superseded. When the engine had none of them, r is ready.
func (p *pass) replace(r *runLedger) {
	for _, other := range p.runs {
		switch {
		case other == r || other.Status.Terminal():
		case other.waitsFor == predecessors:
			p.cancel(other, "superseded by run "+r.ID)
		case other.free(p.now) && p.cancelled < maxCancels: // the others have their turn later
			p.cancel(other, "replaced by run "+r.ID)
		}
	}
	r.waitsFor = predecessors
	p.touched[r] = true
	p.releaseReplacement()
}
