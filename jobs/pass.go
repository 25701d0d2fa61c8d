package jobs

import (
	"slices"
	"time"

	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
)

// pass is one decision about a job: the facts that were read, and the changes that
// are made. It does no I/O.
type pass struct {
	facts
	l *ledger

	// touched are the runs that the pass writes, also new ones.
	touched map[*runLedger]bool
	// cancelled counts the runs that the pass asks to stop.
	cancelled int
	ticks     []Tick
	// claimed are the runs that the pass claims for the engine.
	claimed []Dispatch
	// blocked is whether something that is due waits for runs of the job. held is
	// whether only suspected runs are in its way.
	blocked, held bool
	// kept is whether a run waits for the end of a hold.
	kept bool
	// resumed is whether a pause ended by itself, which changes the job's document.
	resumed bool
	// more is whether the pass left something that is due now for the next pass.
	more bool
	// following is the first tick that is not due yet.
	following time.Time
}

const (
	// maxCancels bounds how many runs one pass asks to stop, and maxFires how many
	// ticks of a backlog it fires. So a commit is bounded.
	maxCancels = 500
	maxFires   = 300
)

func newPass(l *ledger, f facts) *pass {
	return &pass{facts: f, l: l, touched: map[*runLedger]bool{}}
}

// decide does all that is due for the job.
func (p *pass) decide() error {
	p.doubtLeases()
	p.releaseRuns()
	if err := p.endPause(); err != nil {
		return err
	}
	if err := p.settleDue(); err != nil {
		return err
	}
	p.joinUpstreams()
	p.releaseQueue()
	p.claim()
	p.l.blocked = p.waits()
	p.l.wakeAt = p.nextLook()
	return nil
}

// settleDue plans the ticks that are due.
func (p *pass) settleDue() error {
	if p.l.Status != Active {
		return nil
	}
	cron, err := readSchedule(p.l.Version.Definition)
	if err != nil {
		return err
	}
	if p.passHold(cron); cron == nil {
		return nil
	}
	if p.hold.active() {
		p.l.see(false, p.opts, p.now)
		return nil
	}
	plan := schedule.Plan(p.situation(cron))
	p.carryOut(plan, cron)
	p.following = canonical(cron.Next(p.now))
	p.l.see(plan.Held, p.opts, p.now)
	return nil
}

// situation is the input for a plan of the active version's ticks.
func (p *pass) situation(cron *schedule.Cron) schedule.Situation {
	v, o := p.l.Version, p.opts
	sure, maybe := p.counted()
	situation := schedule.Situation{
		Cron: cron, Cursor: p.l.cursor, Now: p.now,
		Concurrency: v.ConcurrencyPolicy, MaxConcurrent: v.MaxConcurrentRuns, Missed: v.MissedSchedulePolicy,
		Bounds:  schedule.Bounds{Grace: o.OnTime, Window: o.CatchUpWindow, Count: o.CatchUpCount},
		Counted: sure, Suspected: maybe, Seen: p.l.seen,
	}
	if v.MissedSchedulePolicy == schedule.MissedAll {
		situation.MaxConcurrent = min(situation.MaxConcurrent, sure+maybe+maxFires)
	}
	if len(v.DependsOn) > 0 {
		situation.Upstream = p.up.state
	}
	return situation
}

// carryOut carries out a plan.
func (p *pass) carryOut(plan schedule.Planned, cron *schedule.Cron) {
	fired := 0
	for _, d := range plan.Decisions {
		runID := ""
		if d.Verdict == schedule.VerdictFired {
			runID = p.fire(d).ID
			fired++
		}
		p.ticks = append(p.ticks, tickOf(d, cron, runID))
	}
	p.l.cursor = canonical(plan.Cursor)
	p.l.NextRunAt = canonical(plan.Next)
	p.blocked, p.held = p.blocked || plan.Blocked, p.held || plan.Held
	p.more = p.more || plan.Blocked && fired >= maxFires
}

// fire inserts the run of a tick.
func (p *pass) fire(d schedule.Decision) *runLedger {
	r := p.insert(TriggerSchedule)
	r.NominalAt = canonical(d.NominalAt)
	p.l.LastScheduledAt = r.NominalAt
	p.delay(r)
	switch d.Reason {
	case schedule.ReasonWaiting:
		if old := find(p.runs, (*runLedger).waitsAfterTick); old != nil {
			p.cancel(old, "superseded by run "+r.ID)
			p.correct(schedule.VerdictSuperseded, schedule.ReasonWaiting)
		}
		r.Status, r.waitsFor = RunPending, upstreamRuns
		if p.up.state(r.NominalAt) == schedule.UpstreamSatisfied {
			r.waitsFor = suspects
		}
	case schedule.ReasonReplace:
		r.Status = RunPending
		p.replace(r)
	}
	return r
}

// insert adds a run of the active version that is ready to be dispatched.
func (p *pass) insert(trigger Trigger) *runLedger {
	r := p.l.newRun(trigger, edit{memberID: p.l.Version.UpdatedBy, at: p.now, trace: p.trace})
	r.ID, r.Status = p.newID(), RunReady
	p.l.latestRunID, p.l.LatestRun = r.ID, &r.Run
	p.runs = append(p.runs, &r)
	p.touched[&r] = true
	return &r
}

// claim claims runs that the pass made ready, oldest first, as many as room allows.
// So one commit makes a run ready and claims it for this scheduler.
func (p *pass) claim() {
	for _, r := range p.runs {
		if len(p.claimed) >= p.room {
			return
		}
		if !p.touched[r] || r.Status != RunReady || r.stepAt.After(p.now) || r.JobVersion != p.l.CurrentVersion {
			continue
		}
		token := p.newToken(r.OrganizationID)
		r.claim(token, &p.l.Version, p.cleans, p.opts, p.now)
		p.claimed = append(p.claimed, Dispatch{Run: r.Run, JobKey: p.l.Key, Version: p.l.Version, Token: token, Lease: p.opts.Lease, Trace: r.trace})
	}
}

// tickOf is the ledger's row for a decision.
func tickOf(d schedule.Decision, cron *schedule.Cron, runID string) Tick {
	t := Tick{
		NominalAt: canonical(d.NominalAt), Verdict: d.Verdict, Reason: string(d.Reason), RunID: runID,
		Shifted: d.Shifted, Count: d.Count, Until: canonical(d.Until),
	}
	t.LocalTime = t.NominalAt.Format(time.RFC3339)
	if cron != nil {
		t.LocalTime = localTime(cron, t.NominalAt)
	}
	return t
}

// waits reports whether something in the job waits for the end of a run, of its own
// or of an upstream.
func (p *pass) waits() bool {
	return p.blocked || find(p.runs, (*runLedger).waitsAfterTick) != nil || find(p.runs, (*runLedger).waitsForRuns) != nil
}

// recheck is how often a job is looked at that waits for its own runs. The end of a
// run wakes such a job; but a run may end just when an edit makes the job wait.
const recheck = 15 * time.Second

// nextLook is when the job is next looked at, if nothing wakes it earlier.
func (p *pass) nextLook() time.Time {
	if p.more {
		return p.now
	}
	next := p.l.NextRunAt
	if p.l.Status == Paused {
		next = p.l.PausedUntil
	}
	if !next.IsZero() && !next.After(p.now) {
		next = time.Time{} // the next tick waits for its turn
	}
	if p.blocked || p.kept || find(p.runs, (*runLedger).waitsForRuns) != nil {
		next = earliest(next, p.now.Add(recheck))
	}
	if p.held {
		next = earliest(next, earliest(p.following, p.now.Add(min(p.opts.Lease/4, recheck))))
	}
	return canonical(next)
}

// change is the pass as one commit. It writes the job's document only when a pause
// ended.
func (p *pass) change() storage.Change {
	c := storage.Change{JobRef: p.l.ref(), OperationID: storage.NewOperationID(p.now), At: p.now}
	if p.resumed {
		c.Events = append(c.Events, p.l.happened(JobUpdated).record())
	}
	p.addTo(&c)
	if c.Job = p.l.stateRecord(); p.resumed {
		c.Job = p.l.record()
	}
	return c
}

// addTo adds the runs, ticks and events of the pass to a change of the job.
func (p *pass) addTo(c *storage.Change) {
	if p.hold.read {
		c.RequireOrganization = new(p.hold.revision)
	}
	for _, r := range p.runs {
		if !p.touched[r] {
			continue
		}
		c.PutRuns = append(c.PutRuns, r.record(p.opts))
		if r.justEnded {
			p.l.endRun(c, r, &p.facts, p.now)
		}
	}
	for _, t := range p.ticks {
		c.PutTicks = append(c.PutTicks, t.record(p.l.ref()))
	}
	c.Events = append(c.Events, p.l.tickEvents(p.ticks)...)
	if len(p.ticks) > 0 && p.opts.KeepTicks > 0 {
		c.TrimTicks = p.now.Add(-p.opts.KeepTicks)
	}
	if len(p.ticks) > 0 {
		c.Wake = p.l.wakeDependents(p.now) // dependents may wait for these ticks
	}
}

// over are the runs that the pass has ended.
func (p *pass) over() []*runLedger {
	return slices.DeleteFunc(slices.Clone(p.runs), func(r *runLedger) bool { return !p.touched[r] || !r.justEnded })
}

// find returns the first run that has not ended and for which is reports true; nil
// for none.
func find(runs []*runLedger, is func(*runLedger) bool) *runLedger {
	at := slices.IndexFunc(runs, func(r *runLedger) bool { return !r.Status.Terminal() && is(r) })
	if at < 0 {
		return nil
	}
	return runs[at]
}
