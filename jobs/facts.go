package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// facts are all that a decision about a job's ticks and runs needs, beside the job
// itself.
type facts struct {
	// now is the time of the decision: ticks up to it are due.
	now  time.Time
	opts RunOptions
	// hold is the organization's hold. If it was read, the commit requires that it
	// is unchanged.
	hold holdLedger
	// newID makes the ID of a run, and newToken the token of a dispatch.
	newID    func() string
	newToken func(organizationID string) string

	// trace is where the decision is in a trace.
	trace TraceContext

	// runs are the job's runs that have not ended, oldest first.
	runs []*runLedger
	// waiting is the ledger's row of the tick whose run waits. Its Count is 0 when
	// no run waits, or the row is not kept any more.
	waiting Tick
	up      upstreams

	// room is how many runs the commit may claim for an engine, and cleans whether
	// that engine cleans up after runs.
	room   int
	cleans bool
	// alive reports whether the deciding scheduler has lately seen a report on a
	// suspected run; nil when no scheduler decides.
	alive func(*runLedger) bool
}

// newFacts returns the facts of a job without open runs and without dependencies.
func (c *core) newFacts(ids *ids, now time.Time) facts {
	return facts{now: now, opts: c.opts.Runs, newID: ids.next, newToken: newToken}
}

// counted is how many runs count, and how many more are suspected.
func (f *facts) counted() (sure, maybe int) {
	for _, r := range f.runs {
		switch f.standing(r) {
		case counts:
			sure++
		case suspected:
			maybe++
		}
	}
	return sure, maybe
}

func (f *facts) standing(r *runLedger) standing {
	s := r.standing(f.opts, f.now)
	if s == suspected && f.alive != nil && f.alive(r) {
		return counts
	}
	return s
}

// readFacts reads what a decision about a job needs. If the job has changed since
// it was read, readFacts or the later commit returns [storage.ErrStale].
func (c *core) readFacts(ctx context.Context, l *ledger, f facts) (facts, error) {
	var open []storage.RunRecord
	for record, err := range c.eachRun(ctx, openRuns(l.ref())) {
		if err != nil {
			return f, err
		}
		open = append(open, record)
	}
	return c.readBeside(ctx, l, open, f)
}

// readBeside is readFacts with the job's open runs given.
func (c *core) readBeside(ctx context.Context, l *ledger, open []storage.RunRecord, f facts) (_ facts, err error) {
	for _, record := range open {
		r, err := decodeRun(record)
		if err != nil {
			return f, err
		}
		if r.Number > l.lastRunNumber {
			return f, fmt.Errorf("%w: job %s has a newer run", storage.ErrStale, l.ID)
		}
		f.runs = append(f.runs, &r)
	}
	if f.waiting, err = c.readWaiting(ctx, l, f.runs); err != nil {
		return f, err
	}
	f.up, err = c.readUpstreams(ctx, l, f.unusedUntil(l))
	return f, err
}

// readWaiting reads the ledger's row of the tick whose run waits, if there is one.
// The decision about that run corrects the row.
func (c *core) readWaiting(ctx context.Context, l *ledger, runs []*runLedger) (Tick, error) {
	r := find(runs, (*runLedger).waitsAfterTick)
	if r == nil {
		return Tick{}, nil
	}
	page, err := c.store.ListTicks(ctx, storage.TickQuery{JobRef: l.ref(), Before: r.NominalAt.Add(time.Microsecond), Limit: 1})
	if err != nil {
		return Tick{}, storeError("read a tick of job "+l.ID, err)
	}
	if len(page.Ticks) == 0 || !page.Ticks[0].NominalAt.Equal(r.NominalAt) {
		return Tick{}, nil
	}
	return decodeTick(page.Ticks[0])
}
