package jobs

import (
	"context"
	"slices"
	"time"

	"github.com/jobledger/jobledger/storage"
)

const (
	// forgetEvery is how many runs of a job end between two searches for runs
	// beyond RunOptions.RetainCount.
	forgetEvery = 50
	// forgetAtOnce bounds how many old runs are removed in one commit.
	forgetAtOnce = 200
	// maxOwing bounds how many old runs with debts are skipped.
	maxOwing = 10_000
)

// beyondCount finds the oldest ended runs of a job that are beyond
// RunOptions.RetainCount. It searches only at every forgetEvery-th ending run.
func (c *core) beyondCount(ctx context.Context, l *ledger, ending ...*runLedger) ([]storage.RunGuard, error) {
	keep := int64(c.opts.Runs.RetainCount)
	if keep < 0 || l.lastRunNumber <= keep || !slices.ContainsFunc(ending, func(r *runLedger) bool { return r.Number%min(keep, forgetEvery) == 0 }) {
		return nil, nil
	}
	return c.oldest(ctx, l, func(record *storage.RunRecord) bool { return record.Number <= l.lastRunNumber-keep })
}

// oldest lists the guards of a job's oldest ended runs, up to the first for which
// old reports false. It leaves out the latest run, which dependents need, and runs
// with debts.
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

// forget removes a run that RunOptions.RetainFor no longer keeps, with the job's
// other runs of that kind. When several are due at once, one call does it for all.
// It keeps the job's latest run until there is a newer one.
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
	case retain < 0: // runs are now kept for ever
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

// removeRuns removes runs that have ended. The job's revision guards it, so none of
// them can become the latest run meanwhile.
func (c *core) removeRuns(ctx context.Context, l *ledger, guards []storage.RunGuard, at time.Time) error {
	return c.commit(ctx, storage.Change{
		JobRef: l.ref(), At: at, OperationID: storage.NewOperationID(at), Job: l.stateRecord(), RemoveRuns: guards,
	})
}

// delete marks a run as deleted by a member, so that reads no longer show it.
func (r *runLedger) delete() { r.deleted, r.StatusMessage, r.Results = true, "", nil }

// removable reports whether a deleted run can be removed: it has no debts, and no
// Idempotency-Key.
func (r *runLedger) removable() bool { return r.deleted && !r.keyed && !r.owes() }
