package jobs

import (
	"context"
	"slices"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// endRun adds to a change what the end of a run brings with it, and is the one
// place that says what that is. The change also writes the run, and the job's
// record, guarded by its revision.
//
// A chain of attempts is over for others with the run that none follows: only then
// does the job's last outcome move, and only then are dependents woken.
func (l *ledger) endRun(c *storage.Change, r *runLedger, f *facts, at time.Time) {
	l.countEnd(r)
	event := l.runEnded(r)
	if event.Final = !r.isRetried(); event.Final {
		l.noteOutcome(r)
		c.Wake = l.wakeDependents(at)
	} else {
		next := l.nextAttempt(r, at)
		next.ID = f.newID()
		l.latestRunID = next.ID
		c.PutRuns = append(c.PutRuns, next.record(f.opts))
	}
	c.Events = append(c.Events, event.record())
}

// isRetried reports whether another attempt follows a run that has ended: the engine
// did not refuse it, nobody asked it to stop, and its version has attempts left.
func (r *runLedger) isRetried() bool {
	return (r.Status == RunFailed || r.Status == RunTimeout) && !r.refused && r.CancelRequestedAt.IsZero() &&
		r.Attempt < r.retry.MaxAttempts
}

// nextAttempt is the run that follows one that is retried. It waits for its time,
// and counts meanwhile.
func (l *ledger) nextAttempt(r *runLedger, at time.Time) *runLedger {
	next := l.repeat(r, edit{memberID: r.CreatedBy, at: at})
	next.Attempt = r.Attempt + 1
	next.startAt(at.Add(r.retry.Wait(r.Attempt)), at)
	return &next
}

// wakeDependents has the jobs look that depend on this one.
func (l *ledger) wakeDependents(at time.Time) *storage.Wake {
	return &storage.Wake{At: at, Scope: dependencyScope + l.Key}
}

// noteOutcome notes how a run ended, unless a newer one has.
func (l *ledger) noteOutcome(r *runLedger) {
	if r.Number > l.outcomeOf {
		l.LastOutcome, l.outcomeOf = r.Status, r.Number
	}
}

// outcomeScope is the scope of the jobs with an outcome, of which [RunTimeout] is a
// failure; empty before the first.
func (l *ledger) outcomeScope() string {
	switch l.LastOutcome {
	case "":
		return ""
	case RunTimeout:
		return outcomeScope + string(RunFailed)
	}
	return outcomeScope + string(l.LastOutcome)
}

// commitEnd commits a change that ends a run, with all that the end brings with
// it. Ends of one job take turns within a process: each is decided on the job as
// the one before left it.
func (c *core) commitEnd(ctx context.Context, r *runLedger, change storage.Change) error {
	ctx, leave, err := c.locks.enter(ctx, change.JobRef)
	if err != nil {
		return err
	}
	defer leave()
	l, err := c.readLedger(ctx, change.JobRef)
	if err != nil {
		return err
	}
	ids := c.ids(ctx)
	f := c.newFacts(ids, change.At)
	l.endRun(&change, r, &f, change.At)
	if ids.err != nil {
		return ids.err
	}
	if l.blocked {
		l.wakeAt = earliest(l.wakeAt, change.At)
	}
	if change.RemoveRuns, err = c.beyondCount(ctx, &l, r); err != nil {
		return err
	}
	if err := c.foldCounts(ctx, &l, &change); err != nil {
		return err
	}
	change.Job = l.stateRecord()
	return c.commit(ctx, change)
}

// withOutcome puts the scope of an outcome in place of another among sorted scopes.
func withOutcome(scopes []string, scope string) []string {
	at := slices.IndexFunc(scopes, isOutcome)
	switch {
	case at < 0 && scope == "", at >= 0 && scopes[at] == scope:
		return scopes
	case at >= 0:
		scopes = slices.Delete(slices.Clone(scopes), at, at+1)
	}
	if at, found := slices.BinarySearch(scopes, scope); scope != "" && !found {
		scopes = slices.Insert(slices.Clone(scopes), at, scope)
	}
	return scopes
}
