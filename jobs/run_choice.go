package jobs

import (
	"slices"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/versions"
)

// choice is which runs a list selects, at which time.
type choice struct {
	query    RunQuery
	outcomes []storage.Outcome
	now      time.Time
}

// runStatuses and triggers are the values that a query may hold, in the order in
// which errors list them.
var (
	runStatuses = []RunStatus{
		RunPending, RunReady, RunStarting, RunCreatingSail, RunWaitingForSail, RunCreatingRunner, RunRunning,
		RunSucceeded, RunFailed, RunCancelled, RunTimeout,
	}
	triggers = []Trigger{TriggerManual, TriggerSchedule, TriggerDependency, TriggerRetry, TriggerBackfill}
)

// choice checks the conditions of the query.
func (q RunQuery) choice(now time.Time, errs *versions.FieldErrors) choice {
	c := choice{query: q, now: now}
	for _, status := range q.Statuses {
		if !slices.Contains(runStatuses, status) {
			errs.Add("status", mustBeOneOf(runStatuses))
			break
		}
		if !slices.Contains(c.outcomes, status.outcome()) {
			c.outcomes = append(c.outcomes, status.outcome())
		}
	}
	if q.Trigger != "" && !slices.Contains(triggers, q.Trigger) {
		errs.Add("trigger", mustBeOneOf(triggers))
	}
	if !q.CreatedFrom.IsZero() && !q.CreatedUntil.IsZero() && !q.CreatedUntil.After(q.CreatedFrom) {
		errs.Add("createdUntil", "must be after createdFrom")
	}
	return c
}

func mustBeOneOf[S ~string](names []S) string {
	text := "must be one of "
	for i, name := range names {
		if i > 0 {
			text += ", "
		}
		text += string(name)
	}
	return text
}

// all reports whether the store can select the runs by outcome alone.
func (c *choice) all() bool {
	open := slices.ContainsFunc(c.query.Statuses, func(s RunStatus) bool { return !s.Terminal() })
	return !open && c.query.Trigger == "" && c.query.CreatedFrom.IsZero() && c.query.CreatedUntil.IsZero()
}

// takes reports whether the query selects a run.
func (c *choice) takes(r *runLedger) bool {
	q := &c.query
	return (len(q.Statuses) == 0 || slices.Contains(q.Statuses, r.Status)) &&
		(q.Trigger == "" || r.Trigger == q.Trigger) &&
		!r.CreatedAt.Before(q.CreatedFrom) && (q.CreatedUntil.IsZero() || r.CreatedAt.Before(q.CreatedUntil))
}

// pageOf is how many runs to read at once for a page of limit runs.
func (c *choice) pageOf(limit int) int {
	if c.all() {
		return limit
	}
	return storage.MaxLimit
}

// from is where a list of an organization's runs, newest first, begins: at the
// given place, or later, after the runs that are too new for CreatedUntil.
func (c *choice) from(at storage.RunPosition) storage.RunPosition {
	newest := c.query.CreatedUntil
	if newest.IsZero() || !at.CreatedAt.IsZero() && at.CreatedAt.Before(newest) {
		return at
	}
	return storage.RunPosition{CreatedAt: canonical(newest.Add(time.Microsecond - 1))}
}

// selects reports whether the query has any condition.
func (c *choice) selects() bool { return !c.all() || len(c.outcomes) > 0 }

// until cuts off the records that were created before CreatedFrom. records are
// newest first, but their order may be wrong by slack. ends is whether it cut
// something off: no later record is selected then.
func (c *choice) until(records []storage.RunRecord, slack time.Duration) (kept []storage.RunRecord, ends bool) {
	if c.query.CreatedFrom.IsZero() {
		return records, false
	}
	oldest := c.query.CreatedFrom.Add(-slack)
	at := slices.IndexFunc(records, func(r storage.RunRecord) bool { return r.CreatedAt.Before(oldest) })
	if at < 0 {
		return records, false
	}
	return records[:at], true
}
