package main

import (
	"errors"
	"net"
	"net/http"

	"github.com/jobledger/jobledger/httpadapter/client"
	"github.com/jobledger/jobledger/jobs"
)

// The exit codes.
const (
	exitOK = iota
	exitError
	exitUsage
	exitNotFound
	exitRefused
	exitUnavailable
	exitRunFailed
	exitRunTimeout
	exitRunCancelled
)

const exitCodes = `0 done, 1 error, 2 wrong command line, 3 not found, 4 refused, 5 no answer or unknown outcome; ` +
	`of a run that was waited for: 6 failed, 7 timeout, 8 cancelled.`

// runError means that a run for which the command waited did not succeed. The command
// has printed that already.
type runError struct{ status string }

func (e *runError) Error() string { return "the run is " + e.status }

// runCodes are the exit codes for the outcomes of runs.
var runCodes = map[string]int{"failed": exitRunFailed, "timeout": exitRunTimeout, "cancelled": exitRunCancelled}

// codeOf is the exit code of an error.
func (a *app) codeOf(err error) int {
	var problem *client.Problem
	var ended *runError
	var op *net.OpError
	switch {
	case !a.begun:
		return exitUsage
	case errors.As(err, &ended):
		return runCodes[ended.status]
	case errors.Is(err, client.ErrOutcomeUnknown):
		return exitUnavailable
	case errors.As(err, &problem):
		return codeOfProblem(problem)
	case errors.As(err, &op):
		return exitUnavailable
	case errors.Is(err, errNoJob):
		return exitNotFound
	case errors.Is(err, jobs.ErrCopyDiffers):
		return exitRefused
	}
	return exitError
}

func codeOfProblem(p *client.Problem) int {
	switch {
	case p.Status == http.StatusNotFound:
		return exitNotFound
	case p.Status >= http.StatusInternalServerError, p.Status == http.StatusTooManyRequests:
		return exitUnavailable
	}
	return exitRefused
}

// complain prints what is wrong, and what to do.
func (a *app) complain(err error) {
	a.note("%s%s", a.paint(red, "error: "), err)
	if hint := a.hint(err); hint != "" {
		a.note("%s", hint)
	}
}

// hints say what to do about a problem, by its code.
var hints = map[string]string{
	"draft_exists":        "See it with ctl jobs diff, then publish or discard it.",
	"no_draft":            "Begin one with ctl jobs edit.",
	"precondition_failed": "Somebody changed it meanwhile: look again, and repeat what you still want.",
	"version_mismatch":    "Somebody changed it meanwhile: look again, and repeat what you still want.",
	"has_dependents":      "Delete or edit these first; ctl apply --prune deletes dependents first.",
	"cursor_lost":         "The journal does not go back so far: begin anew without --after.",
}

func (a *app) hint(err error) string {
	var problem *client.Problem
	var op *net.OpError
	switch {
	case errors.Is(err, client.ErrOutcomeUnknown):
		return "It may have been done: look before you do it again."
	case errors.Is(err, errNoJob):
		return "ctl jobs list shows the jobs that you may see."
	case errors.As(err, &op) && op.Op == "dial":
		return "Is the control plane running at " + a.server + "? --server or JOBLEDGER_SERVER name another one."
	case !errors.As(err, &problem):
		return ""
	case problem.Status == http.StatusUnauthorized:
		return "Set JOBLEDGER_TOKEN, or give --token-file, to a token that the server knows."
	case problem.Status == http.StatusForbidden:
		return "Somebody with more rights has to do it, or to give them to you."
	}
	return hints[problem.Code]
}
