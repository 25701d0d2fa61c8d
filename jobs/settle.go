package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
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
func (c *core) settleJob(ctx context.Context, ref storage.JobRef, now time.Time) error {
	_, err := retry(ctx, func() (struct{}, error) { return struct{}{}, c.settleOnce(ctx, ref, now) })
	return err
}

func (c *core) settleOnce(ctx context.Context, ref storage.JobRef, now time.Time) error {
	record, err := c.store.Job(ctx, ref)
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
	facts, err := c.readFacts(ctx, &l)
	if err != nil {
		return err
	}
	p := c.newPass(&l, facts, now)
	if err := p.decide(); err != nil {
		return err
	}
	return c.commit(ctx, p.change())
}

// facts are what a look at a job is decided on, beside the job itself.
type facts struct {
	// runs are those that have not ended, oldest first.
	runs []*runLedger
	// waiting is the row of the tick whose run waits for dependencies; it has
	// no count when there is none, or it is forgotten.
	waiting Tick
	up      upstreams
}

// readFacts reads what a decision about a job rests on. A job that has moved on
// since it was read is [storage.ErrStale] now, or when the decision is committed.
func (c *core) readFacts(ctx context.Context, l *ledger) (f facts, err error) {
	for record, err := range c.eachRun(ctx, openRuns(l.ref())) {
		if err != nil {
			return f, err
		}
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
	f.up, err = c.readUpstreams(ctx, l)
	return f, err
}

// readWaiting reads the ledger's row of the tick whose run waits for
// dependencies, if one does: what becomes of the run is written there.
func (c *core) readWaiting(ctx context.Context, l *ledger, runs []*runLedger) (Tick, error) {
	r := find(runs, func(r *runLedger) bool { return r.waiting })
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
