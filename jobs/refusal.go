package jobs

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jobledger/jobledger/teams"
)

// RefusalError adds to an error what is missing. Only an actor who may see the job
// gets one; others get [ErrNotFound] alone.
type RefusalError struct {
	// Err is [ErrNotFound], [ErrForbidden] or [ErrNoDraft].
	Err error
	// Detail is for people, and safe to show to the actor.
	Detail string
}

// Error returns the text of Err, and Detail.
func (e *RefusalError) Error() string { return e.Err.Error() + ": " + e.Detail }

// Unwrap returns Err.
func (e *RefusalError) Unwrap() error { return e.Err }

func refusal(err error, format string, args ...any) error {
	return &RefusalError{Err: err, Detail: fmt.Sprintf(format, args...)}
}

// forbidden says which role an action on a job needs. The actor may see the job,
// and so its teams.
func forbidden(actor teams.Actor, action teams.Action, l *ledger) error {
	has := actor.RoleOn(l.stored.TeamIDs)
	if has.Permits(action) {
		return refusal(ErrForbidden, "your role permits it, but a policy of this service does not")
	}
	return refusal(ErrForbidden, "you need the role %s in one of the job's teams (%s), and your highest there is %s",
		action.Role(), someOf(l.TeamIDs()), has)
}

// forbiddenIn names the teams in which the actor may not create jobs.
func forbiddenIn(actor teams.Actor, teamIDs []string) error {
	var lacks []string
	for _, id := range teamIDs {
		if !actor.RoleIn(id).Permits(teams.Create) {
			lacks = append(lacks, id)
		}
	}
	if lacks == nil {
		return refusal(ErrForbidden, "your roles permit it, but a policy of this service does not")
	}
	return refusal(ErrForbidden, "to create a job you need the role %s in each of its teams, and lack it in %s", teams.Create.Role(), someOf(lacks))
}

// someOf lists IDs: the first ten, and the number of the others.
func someOf(ids []string) string {
	const most = 10
	if more := len(ids) - most; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(ids[:most], ", "), more)
	}
	return strings.Join(ids, ", ")
}

func noDraft(err error) error { return refusal(err, "the job has no draft") }

// memberRun reads a run for an actor who may see its job.
func (s *Service) memberRun(ctx context.Context, l *ledger, runID string) (runLedger, error) {
	r, err := s.readRun(ctx, l.ref(), runID)
	if errors.Is(err, ErrNotFound) && validJobID.MatchString(runID) {
		err = refusal(ErrNotFound, "the job has no run %s", runID)
	}
	return r, err
}

// noVersion is the error for a number that is not a published version.
func noVersion(l *ledger, number int) error {
	if number == l.DraftVersion && number != 0 {
		return refusal(ErrNotFound, "version %d is the draft: it is not published", number)
	}
	return refusal(ErrNotFound, "version %d does not exist", number)
}
