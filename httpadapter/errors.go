package httpadapter

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// answers gives the answer for each sentinel error of the domain. The first
// sentinel that errors.Is finds is used, so the order matters:
// ErrOutcomeUnknown comes before the errors that it may wrap.
var answers = []struct {
	err     error
	problem problem
}{
	{jobs.ErrOutcomeUnknown, problem{status: http.StatusServiceUnavailable, code: "outcome_unknown",
		detail: "it is unknown whether the change was made: read before you repeat it"}},
	{teams.ErrUnauthenticated, problem{status: http.StatusUnauthorized, code: "unauthenticated",
		detail: "a valid bearer token is required"}},
	{jobs.ErrNotFound, problem{status: http.StatusNotFound, code: "not_found",
		detail: "there is no such resource, or you may not see it"}},
	{jobs.ErrForbidden, problem{status: http.StatusForbidden, code: "forbidden",
		detail: "you may not do this"}},
	{jobs.ErrCursorLost, problem{status: http.StatusGone, code: "cursor_lost",
		detail: "the next events after this seq are no longer kept, or no event has this seq yet: begin again without after"}},
	{jobs.ErrPrecondition, problem{status: http.StatusPreconditionFailed, code: "precondition_failed",
		detail: "If-Match does not match the current ETag: read again"}},
	{jobs.ErrNoDraft, problem{status: http.StatusBadRequest, code: "no_draft",
		detail: "the job has no draft"}},
	{jobs.ErrBusy, problem{status: http.StatusServiceUnavailable, code: "busy",
		detail: "too many writers on one job: nothing was written, try again"}},
	{jobs.ErrOutdated, problem{status: http.StatusServiceUnavailable, code: "outdated",
		detail: "this server is older than the data that it serves, and must be upgraded"}},
	{jobs.ErrUnavailable, unavailable},
	{context.DeadlineExceeded, problem{status: http.StatusServiceUnavailable, code: "timeout",
		detail: "the request ran out of time before anything was written"}},
	{context.Canceled, problem{status: http.StatusServiceUnavailable, code: "cancelled",
		detail: "the request was cancelled before anything was written"}},
}

var unavailable = problem{status: http.StatusServiceUnavailable, code: "unavailable",
	detail: "a service that this server needs does not answer: try again"}

var changed = problem{status: http.StatusServiceUnavailable, code: "changed",
	detail: "an item of the list was removed while the list was read: try again"}

var internalError = problem{status: http.StatusInternalServerError, code: "internal",
	detail: "an internal error; the server's log has the details"}

// problemOf returns the answer to an error. An unknown error becomes a 500 that
// shows nothing of the error.
func problemOf(err error) *problem {
	if p, ok := errors.AsType[*problem](err); ok {
		return p
	}
	if fields, ok := errors.AsType[versions.FieldErrors](err); ok {
		return &problem{status: http.StatusBadRequest, code: "invalid", detail: summary(fields), fields: fields}
	}
	if conflict, ok := errors.AsType[*jobs.ConflictError](err); ok {
		return &problem{status: http.StatusConflict, code: string(conflict.Conflict), detail: conflict.Detail}
	}
	for i := range answers {
		if errors.Is(err, answers[i].err) {
			return answers[i].problem.say(err, answers[i].err)
		}
	}
	return &internalError
}

// say returns the problem with the service's own detail, when the error has
// one.
func (p *problem) say(err, sentinel error) *problem {
	refusal, ok := errors.AsType[*jobs.RefusalError](err)
	if !ok || !errors.Is(refusal, sentinel) {
		return p
	}
	said := *p
	said.detail = refusal.Detail
	return &said
}

// summary returns the first fault, and how many more there are.
func summary(fields versions.FieldErrors) string {
	if len(fields) == 0 {
		return "the request is not valid"
	}
	text := fields[0].Field + " " + fields[0].Detail
	if more := len(fields) - 1; more > 0 {
		text += fmt.Sprintf(" (and %d more: see errors)", more)
	}
	return text
}

// identityProblem returns the answer to an error of the embedder's authenticate
// function. Only ErrUnauthenticated is told apart, whatever else the error
// wraps.
func identityProblem(err error) error {
	if errors.Is(err, teams.ErrUnauthenticated) {
		return teams.ErrUnauthenticated
	}
	p := unavailable
	p.cause = err
	return &p
}
