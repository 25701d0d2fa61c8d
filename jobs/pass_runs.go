package jobs

import (
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/teams"
)

// suspects is what the run of a held tick waits for that an edit has settled: it
// meets the concurrency policy when it is known which suspected runs are gone. Its
// dependencies were asked already, those of the version that the tick was due under.
const suspects waitsFor = "suspects"

// waitsAfterTick reports whether the tick of the run has fired, and the run waits
// to meet the concurrency policy.
func (r *runLedger) waitsAfterTick() bool {
	return r.waitsFor == upstreamRuns || r.waitsFor == suspects
}

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
		if !other.free() || other.Number >= r.Number && other.CancelRequestedAt.IsZero() {
			continue
		}
		if other.CancelRequestedAt.IsZero() && p.cancelled < maxCancels {
			p.cancel(other, "replaced by run "+r.ID)
		}
		p.more = p.more || other.free() && other.CancelRequestedAt.IsZero()
		left = left || other.free()
	}
	if !left {
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
		p.admit(r)
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
	r.waitsFor = nothing
	r.Status, r.stepAt, r.UpdatedAt = RunReady, p.now, p.now
	p.touched[r] = true
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
		case other.free() && p.cancelled < maxCancels: // the others have their turn later
			p.cancel(other, "replaced by run "+r.ID)
		}
	}
	r.waitsFor = predecessors
	p.touched[r] = true
	p.releaseReplacement()
}
