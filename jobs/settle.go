package jobs

import (
	"context"
	"time"

	"github.com/jobledger/jobledger/schedule"
)

// recheck is how soon a job is looked at again that waits for its own runs. A
// run that ends wakes such a job; this is for one that ended while an edit made
// the job one that waits.
const recheck = 15 * time.Second

// mayWait reports whether the active version is one under which a job waits for
// its runs to end. It may have begun to since it was read.
func (l *ledger) mayWait() bool {
	v := l.Version
	return v.MissedSchedulePolicy == schedule.MissedAll ||
		v.ConcurrencyPolicy == schedule.ConcurrencyReplace || len(v.DependsOn) > 0
}

// settleJob settles what is due for one job by an instant, in one commit:
// ticks get their verdicts, the cursor moves, runs are inserted and released.
func (s *Service) settleJob(ctx context.Context, ref JobRef, now time.Time) error {
	_, err := retry(ctx, func() (struct{}, error) { return struct{}{}, s.settleOnce(ctx, ref, now) })
	return err
}

func (s *Service) settleOnce(ctx context.Context, ref JobRef, now time.Time) error {
	record, err := s.store.Job(ctx, ref)
	if err != nil {
		return storeError("read job "+ref.JobID, err)
	}
	l, err := decodeLedger(record)
	if err != nil {
		return err
	}
	if l.wakeAt.IsZero() || l.wakeAt.After(now) {
		return nil // another scheduler was here
	}
	p, err := s.newPass(ctx, &l, now)
	if err != nil {
		return err
	}
	p.releaseWaiting()
	p.releaseReplacement()
	if err := p.settleDue(); err != nil {
		return err
	}
	p.joinUpstreams()
	l.blocked = p.waits()
	l.wakeAt = p.nextLook()
	return s.commit(ctx, p.change())
}

// pass is one look at a job: what was read, and what is decided.
type pass struct {
	s   *Service
	l   *ledger
	now time.Time
	// runs are those that have not ended, oldest first; new ones are added.
	runs []*runLedger
	// touched are the runs of the pass that are to be written.
	touched map[*runLedger]bool
	ticks   []Tick
	// waiting is the row of the tick whose run waits for dependencies; it has
	// no count when there is none, or it is forgotten.
	waiting Tick
	up      upstreams
	blocked bool
	// more is whether the pass left something that is due now.
	more bool
}

// maxActive bounds how many unfinished runs are read at a time.
const maxActive = 1000

// newPass reads what a decision about a job rests on.
func (s *Service) newPass(ctx context.Context, l *ledger, now time.Time) (*pass, error) {
	p := &pass{s: s, l: l, now: now, touched: map[*runLedger]bool{}}
	query := RunQuery{JobRef: l.ref(), Outcomes: []Outcome{OutcomeNone}, Ascending: true, Limit: maxActive}
	for more := true; more; {
		records, err := s.store.ListRuns(ctx, query)
		if err != nil {
			return nil, storeError("list the runs of job "+l.ID, err)
		}
		for _, record := range records {
			r, err := decodeRun(record)
			if err != nil {
				return nil, err
			}
			p.runs = append(p.runs, &r)
			query.After.Number = record.Number
		}
		more = len(records) == query.Limit
	}
	if err := p.readWaiting(ctx); err != nil {
		return nil, err
	}
	var err error
	p.up, err = s.readUpstreams(ctx, l)
	return p, err
}

// readWaiting reads the ledger's row of the tick whose run waits for
// dependencies, if one does: what becomes of the run is written there.
func (p *pass) readWaiting(ctx context.Context) error {
	r := p.find(func(r *runLedger) bool { return r.waiting })
	if r == nil {
		return nil
	}
	records, err := p.s.store.ListTicks(ctx, TickQuery{JobRef: p.l.ref(), Before: r.NominalAt.Add(time.Microsecond), Limit: 1})
	if err != nil {
		return storeError("read a tick of job "+p.l.ID, err)
	}
	if len(records) == 1 && records[0].NominalAt.Equal(r.NominalAt) {
		p.waiting, err = decodeTick(records[0])
	}
	return err
}

// counted is how many runs count against the concurrency policy.
func (p *pass) counted() int {
	n := 0
	for _, r := range p.runs {
		if r.counts() {
			n++
		}
	}
	return n
}

// settleDue plans the ticks that are due.
func (p *pass) settleDue() error {
	if p.l.Status != Active {
		return nil
	}
	situation, err := p.situation()
	if err != nil || situation.Cron == nil {
		return err
	}
	p.carryOut(schedule.Plan(situation), situation.Cron)
	return nil
}

// situation is what the plan of the active version's ticks rests on.
func (p *pass) situation() (schedule.Situation, error) {
	v, o := p.l.Version, p.s.opts.Runs
	cron, err := v.Schedule()
	situation := schedule.Situation{
		Cron: cron, Cursor: p.l.cursor, Now: p.now,
		Concurrency: v.ConcurrencyPolicy, MaxConcurrent: v.MaxConcurrentRuns, Missed: v.MissedSchedulePolicy,
		Bounds:  schedule.Bounds{Grace: o.OnTime, Window: o.CatchUpWindow, Count: o.CatchUpCount},
		Counted: p.counted(),
	}
	if len(v.DependsOn) > 0 {
		situation.Upstream = p.up.state
	}
	return situation, err
}

// carryOut does what a plan says.
func (p *pass) carryOut(plan schedule.Planned, cron *schedule.Cron) {
	for _, d := range plan.Decisions {
		runID := ""
		if d.Verdict == schedule.VerdictFired {
			runID = p.fire(d).ID
		}
		p.ticks = append(p.ticks, p.tickIn(cron, d, runID))
	}
	p.l.cursor = canonical(plan.Cursor)
	p.l.NextRunAt = canonical(plan.Next)
	p.blocked = plan.Blocked
}

// fire inserts the run of a tick.
func (p *pass) fire(d schedule.Decision) *runLedger {
	r := p.insert(TriggerSchedule)
	r.NominalAt = canonical(d.NominalAt)
	p.l.LastScheduledAt = r.NominalAt
	switch d.Reason {
	case schedule.ReasonWaiting:
		if old := p.find(func(other *runLedger) bool { return other.waiting }); old != nil {
			p.cancel(old, "superseded by run "+r.ID)
			p.correct(schedule.VerdictSuperseded, schedule.ReasonWaiting)
		}
		r.Status, r.waiting = RunPending, true
	case schedule.ReasonReplace:
		r.Status = RunPending
		p.replace(r)
	}
	return r
}

// insert adds a run of the active version, ready to be dispatched.
func (p *pass) insert(trigger Trigger) *runLedger {
	r := p.l.newRun(trigger, edit{memberID: p.l.Version.UpdatedBy, at: p.now})
	r.ID, r.Status = p.s.opts.NewID(), RunReady
	p.l.latestRunID = r.ID
	p.runs = append(p.runs, &r)
	p.touched[&r] = true
	return &r
}

func (p *pass) tick(d schedule.Decision, runID string) Tick {
	cron, _ := p.l.Version.Schedule() // was parsed when it was published
	return p.tickIn(cron, d, runID)
}

func (p *pass) tickIn(cron *schedule.Cron, d schedule.Decision, runID string) Tick {
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

// waits reports whether the end of one of the job's own runs, or of an
// upstream's, has consequences beyond the run.
func (p *pass) waits() bool {
	return p.blocked || p.find(func(r *runLedger) bool { return r.waiting || r.replacing }) != nil
}

// nextLook is when the job is to be looked at again if nothing wakes it.
func (p *pass) nextLook() time.Time {
	if p.more {
		return p.now
	}
	next := p.l.NextRunAt
	if p.blocked {
		next = time.Time{} // the next tick waits for its turn
	}
	if p.blocked || p.find(func(r *runLedger) bool { return r.replacing }) != nil {
		next = earliest(next, p.now.Add(recheck))
	}
	return next
}

// change is the pass as one commit.
func (p *pass) change() Change {
	c := Change{JobRef: p.l.ref(), OperationID: newOperationID(), At: p.now, KeepTicks: p.s.opts.Runs.KeepTicks}
	p.addTo(&c)
	c.Job = p.l.record()
	return c
}

// addTo puts the runs and ticks of the pass into a change of the job.
func (p *pass) addTo(c *Change) {
	ended := false
	for _, r := range p.runs {
		if p.touched[r] {
			c.PutRuns = append(c.PutRuns, r.record(p.s.opts.Runs))
			ended = ended || r.Status.Terminal()
		}
	}
	for _, t := range p.ticks {
		c.PutTicks = append(c.PutTicks, t.record(p.l.ref()))
	}
	if ended || len(p.ticks) > 0 {
		// Others may wait for just this tick, or this run.
		c.Wake = &Wake{At: p.now, Dependents: true}
	}
}
