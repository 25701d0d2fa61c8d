package jobs

import (
	"context"
	"log/slog"
	"time"

	"github.com/jobledger/jobledger/teams"
)

// Operation is what was done to a job.
type Operation string

// The operations.
const (
	JobCreated       Operation = "job.created"
	JobUpdated       Operation = "job.updated"
	JobDeleted       Operation = "job.deleted"
	DraftCreated     Operation = "draft.created"
	DraftUpdated     Operation = "draft.updated"
	DraftDiscarded   Operation = "draft.discarded"
	VersionPublished Operation = "version.published"
	VersionActivated Operation = "version.activated"
	TeamsGranted     Operation = "teams.granted"
	TeamRevoked      Operation = "team.revoked"
	ScheduleReset    Operation = "schedule.reset"

	RunCreated         Operation = "run.created"
	RunReleased        Operation = "run.released"
	RunCancelRequested Operation = "run.cancel_requested"
	RunDeleted         Operation = "run.deleted"
)

// Event tells an observer who did what to which job. It is delivered after the
// commit, by the goroutine that made it, before the operation returns; at most
// once: it is lost when the process dies in between, or when it could not be
// known whether the change was made. Events of one job that were made at the
// same time may arrive in another order than they were made in; Edition tells.
// What a [Scheduler] does is in the ledger of ticks, and no event.
type Event struct {
	At        time.Time
	Operation Operation
	Actor     teams.Actor
	JobID     string
	JobKey    string
	// Edition is the job's edition after what was done.
	Edition int64
	// RunID is set for what was done to a run.
	RunID string
	// FromVersion and ToVersion are the active version before and after. They
	// differ only where an operation changed it.
	FromVersion int
	ToVersion   int
}

// tell calls the observer, if there is one and something to tell. Its panic is
// logged, and does not undo what was done.
func (s *Service) tell(ctx context.Context, e *Event) {
	if e == nil || s.opts.Observer == nil {
		return
	}
	defer func() {
		if p := recover(); p != nil {
			s.opts.Logger.ErrorContext(ctx, "jobledger: the observer panicked", slog.String("operation", string(e.Operation)), slog.Any("panic", p))
		}
	}()
	s.opts.Observer(ctx, *e)
}
