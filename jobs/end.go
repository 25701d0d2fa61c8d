package jobs

import (
	"context"
	"slices"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// endRun adds to a change all that follows from the end of a run: the count, the
// event, and the next attempt or the last outcome. No other code does this. The
// caller's change also writes the run and the job's record, guarded by its
// revision.
//
// Only the last attempt of a chain sets the job's last outcome and wakes its
// dependents.
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

// isRetried reports whether another attempt follows an ended run: the engine did
// not refuse it, nobody asked it to stop, and its version allows another attempt.
func (r *runLedger) isRetried() bool {
	return (r.Status == RunFailed || r.Status == RunTimeout) && !r.refused && r.CancelRequestedAt.IsZero() &&
		r.Attempt < r.retry.MaxAttempts
}

// nextAttempt makes the next attempt after a failed run. It waits for the backoff,
// and counts while it waits.
func (l *ledger) nextAttempt(r *runLedger, at time.Time) *runLedger {
	next := l.repeat(r, edit{memberID: r.CreatedBy, at: at, trace: r.trace})
	next.Attempt = r.Attempt + 1
	next.startAt(at.Add(r.retry.Wait(r.Attempt)), at)
	return &next
}

// wakeDependents makes the jobs due that depend on this one.
func (l *ledger) wakeDependents(at time.Time) *storage.Wake {
	return &storage.Wake{At: at, Scope: dependencyScope + l.Key}
}

// noteOutcome notes how a run ended, unless a newer run has ended already.
func (l *ledger) noteOutcome(r *runLedger) {
	if r.Number > l.outcomeOf {
		l.LastOutcome, l.outcomeOf = r.Status, r.Number
	}
}

// outcomeScope is the scope for the job's last outcome; empty before the first. A
// [RunTimeout] is in the scope of [RunFailed].
func (l *ledger) outcomeScope() string {
	switch l.LastOutcome {
	case "":
		return ""
	case RunTimeout:
		return outcomeScope + string(RunFailed)
	}
	return outcomeScope + string(l.LastOutcome)
}

// commitEnd commits a change that ends a run, with all that follows from the end.
// Within a process, the ends of one job's runs take turns, so that they do not
// race.
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

// withOutcome replaces the outcome's scope in sorted scopes.
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
