package jobs

import (
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/teams"
)

// releaseRuns releases waiting runs whose wait is over. They come before due ticks,
// because they are older and may count.
func (p *pass) releaseRuns() {
	p.releaseWaiting()
	p.releaseReplacement()
}

// releaseReplacement makes a replacement ready when its predecessors have ended:
// older runs, and runs that were asked to stop. It waits for suspected ones too.
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

// releaseWaiting decides about the run that waits for dependencies or suspected
// runs. When its dependencies have ended well, the concurrency policy decides.
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

// admission is the decision of the concurrency policy about one more run, if more
// runs counted than now. held is whether the decision depends only on suspected
// runs.
func (p *pass) admission(more int) (verdict schedule.Verdict, reason schedule.Reason, held bool) {
	v := p.l.Version
	sure, maybe := p.counted()
	sure += more
	certain, _ := v.ConcurrencyPolicy.Admit(sure, v.MaxConcurrentRuns)
	verdict, reason = v.ConcurrencyPolicy.Admit(sure+maybe, v.MaxConcurrentRuns)
	return verdict, reason, verdict != certain
}

// admit applies the concurrency policy to a waiting run. While only suspected runs
// are in its way, the run goes on waiting.
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

// delay makes the run of a tick wait for its jitter: from the nominal time on, or
// from now when the tick is late.
func (p *pass) delay(r *runLedger) {
	from := r.NominalAt
	if p.now.Sub(from) > p.opts.OnTime {
		from = p.now
	}
	r.startAt(from.Add(jitter(r.JobID, r.NominalAt, p.l.Version.JitterSeconds)), p.now)
}

// releaseQueue releases runs of backfills, oldest first, as many as the concurrency
// policy allows. Due ticks were settled before.
func (p *pass) releaseQueue() {
	if find(p.runs, func(r *runLedger) bool { return r.waitsFor == predecessors }) != nil {
		return // the replacement would take a released run for a predecessor
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

// full reports whether no further run may start, if more runs counted than now.
func (p *pass) full(more int) bool {
	verdict, reason, _ := p.admission(more)
	return verdict == schedule.VerdictSkipped || reason == schedule.ReasonReplace
}

// skip cancels a waiting run, and corrects the row of its tick.
func (p *pass) skip(r *runLedger, reason schedule.Reason) {
	p.cancel(r, "skipped: "+string(reason))
	p.correct(schedule.VerdictSkipped, reason)
}

// correct writes the final verdict into the row of the tick whose run waited.
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

// replace makes r the replacement of all runs that count: it asks them to stop. A
// replacement that waited already is superseded. If no engine had any of these
// runs, r is ready at once.
func (p *pass) replace(r *runLedger) {
	for _, other := range p.runs {
		switch {
		case other == r || other.Status.Terminal():
		case other.waitsFor == predecessors:
			p.cancel(other, "superseded by run "+r.ID)
		case other.free(p.now) && p.cancelled < maxCancels: // a later pass asks the others
			p.cancel(other, "replaced by run "+r.ID)
		}
	}
	r.waitsFor = predecessors
	p.touched[r] = true
	p.releaseReplacement()
}
