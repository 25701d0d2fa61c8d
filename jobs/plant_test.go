package jobs_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
)

// engine is a dispatcher that remembers what it was asked, and answers as it
// is told to.
type engine struct {
	mu         sync.Mutex
	dispatched []jobs.Dispatch
	cancelled  []string
	cleaned    []string
	answer     func() error
	// refuse says of which runs a cancel is not acknowledged.
	refuse func(runID string) bool
}

func (e *engine) note(what func()) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	what()
	if e.answer != nil {
		return e.answer()
	}
	return nil
}

func (e *engine) Dispatch(_ context.Context, d jobs.Dispatch) error {
	return e.note(func() { e.dispatched = append(e.dispatched, d) })
}

func (e *engine) Cancel(_ context.Context, r jobs.RunRef) error {
	if e.refuse != nil && e.refuse(r.RunID) {
		return errors.New("not now")
	}
	return e.note(func() { e.cancelled = append(e.cancelled, r.RunID) })
}

func (e *engine) Cleanup(_ context.Context, r jobs.RunRef) error {
	return e.note(func() { e.cleaned = append(e.cleaned, r.RunID) })
}

// plant is a world with a scheduler that is stepped by hand.
type plant struct {
	*world
	engine    *engine
	scheduler *jobs.Scheduler
}

func newPlant(t *testing.T, opts *jobs.Options) *plant {
	t.Helper()
	p := &plant{world: newWorld(t, opts), engine: &engine{}}
	p.scheduler = jobs.NewScheduler(p.Service, p.engine, nil)
	return p
}

// tick lets the scheduler work until nothing is due.
func (p *plant) tick() {
	p.t.Helper()
	for range 10 {
		next, err := p.scheduler.Tick(p.ctx)
		require.NoError(p.t, err)
		if next.IsZero() || next.After(p.clock.Now()) {
			// A run that is watched stays due, and one that the engine does not take.
			if p.atRest(storage.DueDeadlines, storage.DueReady) {
				return
			}
		}
	}
	p.t.Fatal("the scheduler does not come to rest")
}

// watch lets the scheduler look every few seconds for a time.
func (p *plant) watch(d time.Duration) {
	p.t.Helper()
	const every = 5 * time.Second
	for ; d > 0; d -= every {
		p.clock.Advance(min(d, every))
		p.tick()
	}
}

// atRest reports whether nothing is due of other kinds than these.
func (p *plant) atRest(but ...storage.DueKind) bool {
	p.t.Helper()
	for kind := storage.DueJobs; kind <= storage.DueTombstones; kind++ {
		due, err := p.store.Due(p.ctx, storage.DueQuery{Kind: kind, Until: p.clock.Now(), Limit: 1})
		require.NoError(p.t, err)
		if len(due.Items) > 0 && !slices.Contains(but, kind) {
			return false
		}
	}
	return true
}

// at moves the clock to a time after the epoch, and lets the scheduler work.
func (p *plant) at(d time.Duration) {
	p.t.Helper()
	p.clock.Advance(epoch.Add(d).Sub(p.clock.Now()))
	p.tick()
}

// runs lists a job's runs, oldest first, as statuses.
func (p *plant) statuses(id string) []jobs.RunStatus {
	p.t.Helper()
	var statuses []jobs.RunStatus
	runs := p.runs(id)
	for i := len(runs) - 1; i >= 0; i-- {
		statuses = append(statuses, runs[i].Status)
	}
	return statuses
}

// runs lists a job's runs, newest first.
func (p *plant) runs(id string) []jobs.Run {
	p.t.Helper()
	list, err := p.ListRuns(p.ctx, p.admin, id, jobs.RunQuery{})
	require.NoError(p.t, err)
	return list.Runs
}

// report reports on the newest dispatch of a run.
func (p *plant) report(runID string, r jobs.Report) {
	p.t.Helper()
	_, err := p.tryReport(runID, r)
	require.NoError(p.t, err)
}

func (p *plant) tryReport(runID string, r jobs.Report) (jobs.Run, error) {
	p.engine.mu.Lock()
	var d jobs.Dispatch
	for _, seen := range p.engine.dispatched {
		if seen.Run.ID == runID {
			d = seen
		}
	}
	p.engine.mu.Unlock()
	return p.ReportRun(p.ctx, d.Run.JobID, runID, d.Token, r)
}

// fates lists what became of a job's ticks, oldest first.
func (p *plant) fates(id string) []string {
	p.t.Helper()
	list, err := p.ListTicks(p.ctx, p.admin, id, jobs.TickQuery{})
	require.NoError(p.t, err)
	var fates []string
	for i := len(list.Ticks) - 1; i >= 0; i-- {
		tick := list.Ticks[i]
		fate := tick.NominalAt.Format("15:04") + " " + string(tick.Verdict)
		if tick.Reason != "" {
			fate += ": " + tick.Reason
		}
		if tick.Count > 1 {
			fate += " to " + tick.Until.Format("15:04")
		}
		fates = append(fates, fate)
	}
	return fates
}

// scheduled gives a new job a schedule and policies.
func scheduled(cron string, c schedule.ConcurrencyPolicy, m schedule.MissedSchedulePolicy) func(*jobs.NewJob) {
	return func(j *jobs.NewJob) {
		j.CronExpression, j.ConcurrencyPolicy, j.MissedSchedulePolicy = cron, c, m
	}
}
