package jobs

import (
	"context"
	"slices"
	"time"

	"github.com/jobledger/jobledger/storage"
)

const (
	// forgetEvery is how many runs of a job end between two looks for those
	// that are beyond RunOptions.RetainCount.
	forgetEvery = 50
	// forgetAtOnce bounds how many old runs are removed in one commit.
	forgetAtOnce = 200
	// maxOwing bounds how many old runs are passed over for which the engine is
	// owed something.
	maxOwing = 10_000
)

// beyondCount finds the oldest ended runs of a job, now that others end, whose
// number says that they are beyond those to be kept.
func (c *core) beyondCount(ctx context.Context, l *ledger, ending ...*runLedger) ([]storage.RunGuard, error) {
	keep := int64(c.opts.Runs.RetainCount)
	if keep < 0 || l.lastRunNumber <= keep || !slices.ContainsFunc(ending, func(r *runLedger) bool { return r.Number%min(keep, forgetEvery) == 0 }) {
		return nil, nil
	}
	return c.oldest(ctx, l, func(record *storage.RunRecord) bool { return record.Number <= l.lastRunNumber-keep })
}

// oldest lists the guards of a job's oldest ended runs, for as long as they are
// old. The latest run is never among them: it is what dependents go by. Nor is
// one for which the engine is owed something.
func (c *core) oldest(ctx context.Context, l *ledger, old func(*storage.RunRecord) bool) ([]storage.RunGuard, error) {
	var guards []storage.RunGuard
	owing := 0
	query := storage.RunQuery{JobRef: l.ref(), Outcomes: ended, Ascending: true, Limit: forgetAtOnce}
	for record, err := range c.eachRun(ctx, query) {
		switch {
		case err != nil:
			return nil, err
		case !old(&record) || record.ID == l.latestRunID:
			return guards, nil
		case record.OwedAt.IsZero():
			guards = append(guards, storage.RunGuard{ID: record.ID, Revision: record.Revision})
		default:
			owing++
		}
		if len(guards) >= forgetAtOnce || owing >= maxOwing {
			break
		}
	}
	return guards, nil
}

// forget removes a run that is kept no longer, and with it the job's oldest runs
// of which that is true, too: of several that are due, one does it for all. The
// latest run of a job is kept until there is a newer one.
func (c *core) forget(ctx context.Context, r *runLedger, now time.Time) error {
	if _, others := c.forgetting.LoadOrStore(r.ref().job(), true); others {
		return nil
	}
	defer c.forgetting.Delete(r.ref().job())
	l, err := c.readLedger(ctx, r.ref().job())
	if err != nil {
		return err
	}
	switch retain := c.opts.Runs.RetainFor; {
	case retain < 0: // it was switched off since
		r.forgetAt = time.Time{}
		return c.putRun(ctx, r, now)
	case l.latestRunID == r.ID:
		r.forgetAt = now.Add(retain)
		return c.putRun(ctx, r, now)
	}
	guards, err := c.oldest(ctx, &l, func(record *storage.RunRecord) bool {
		return !record.DeadlineAt.IsZero() && !record.DeadlineAt.After(now)
	})
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(guards, func(g storage.RunGuard) bool { return g.ID == r.ID }) {
		guards = append(guards, storage.RunGuard{ID: r.ID, Revision: r.revision})
	}
	return c.removeRuns(ctx, &l, guards, now)
}

// removeRun removes a run that has ended.
func (c *core) removeRun(ctx context.Context, l *ledger, r *runLedger, at time.Time) error {
	return c.removeRuns(ctx, l, []storage.RunGuard{{ID: r.ID, Revision: r.revision}}, at)
}

// removeRuns removes runs that have ended, guarded by the job as it was read: none
// of them has become the job's latest run meanwhile.
func (c *core) removeRuns(ctx context.Context, l *ledger, guards []storage.RunGuard, at time.Time) error {
	return c.commit(ctx, storage.Change{
		JobRef: l.ref(), At: at, OperationID: storage.NewOperationID(at), Job: l.stateRecord(), RemoveRuns: guards,
	})
}

// delete hides a run that somebody deleted.
func (r *runLedger) delete() { r.deleted, r.StatusMessage, r.Results = true, "", nil }

// removable reports whether nothing needs the run any more that somebody deleted:
// not the engine, which may be owed something for it, and not its Idempotency-Key.
func (r *runLedger) removable() bool { return r.deleted && !r.keyed && !r.owes() }
