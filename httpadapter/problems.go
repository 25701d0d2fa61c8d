package httpadapter

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/jobledger/jobledger/teams"
)

// known is a code of problems as the OpenAPI document explains it.
type known struct {
	code   string
	status int
	when   string
	todo   string
}

// knownProblems is every code, by status. That no other is answered, and each
// with its status, the tests check of every answer.
var knownProblems = []known{
	{"invalid", http.StatusBadRequest, "A member of the body or a parameter breaks a rule, or the route does not know the parameter. errors names each fault.", "Correct what errors names."},
	{"malformed_body", http.StatusBadRequest, "The body is no JSON, is cut short, has an unknown member, or a member of another type.", "Correct the body."},
	{"malformed_header", http.StatusBadRequest, "If-Match, If-None-Match, Idempotency-Key or Last-Event-ID cannot be read.", "Correct the header that errors names."},
	{"versioned_field", http.StatusBadRequest, "A PATCH of a job has a member that only a version defines.", "Publish a version with it, or put it into the draft."},
	{"no_draft", http.StatusBadRequest, "The job has no draft to publish.", "Create one, or publish a version in one step."},
	{"unauthenticated", http.StatusUnauthorized, "The bearer token is missing or not valid.", "Get a new token."},
	{"forbidden", http.StatusForbidden, "You see the job, but your role is too low.", "Ask an admin of one of its teams."},
	{"not_found", http.StatusNotFound, "It does not exist, or it is not yours to see. An engine gets it when the run is gone or was dispatched again.", "Look at the ID. An engine repeats its report with the newest token for about a lease, then stops the run."},
	{"method_not_allowed", http.StatusMethodNotAllowed, "The path has no such method. The header Allow lists those that it has.", "Use one of them."},
	{"no_stream", http.StatusNotAcceptable, "The server cannot stream here.", "Ask for application/json, and poll."},
	{"body_timeout", http.StatusRequestTimeout, "The body took too long to arrive.", "Send it again."},
	{"job_key_taken", http.StatusConflict, "Another job of the organization has the key. You may not be able to see it.", "Choose another key."},
	{"draft_exists", http.StatusConflict, "The job has a draft.", "Publish or discard it first."},
	{"version_mismatch", http.StatusConflict, "The active version is not the one that the body names.", "Read the job again."},
	{"last_team", http.StatusConflict, "It is the last team of the job.", "Grant the job to another team first."},
	{"has_dependents", http.StatusConflict, "The active version of another job depends on this job.", "Publish a version of that job without the dependency first."},
	{"run_state", http.StatusConflict, "The run is not in a state for this; of a backfill: too many runs wait already.", "Read the run again. An engine stops the run when it has ended."},
	{"run_deleted", http.StatusConflict, "The run that was made with this Idempotency-Key was deleted.", "Use a new key to run the job again."},
	{"cursor_lost", http.StatusGone, "Events behind after are kept no longer, or the place is not reached yet.", "Read what you follow anew, then go on without after."},
	{"precondition_failed", http.StatusPreconditionFailed, "If-Match names another state than the present one: somebody was faster.", "Read again, look at what changed, and repeat."},
	{"body_too_large", http.StatusRequestEntityTooLarge, "The body is longer, or holds more values, than the server takes.", "Send less."},
	{"unsupported_media_type", http.StatusUnsupportedMediaType, "The body is not application/json in UTF-8.", "Set Content-Type: application/json."},
	{"internal", http.StatusInternalServerError, "A fault of the server. It is in its log.", "Tell the operator."},
	{"busy", http.StatusServiceUnavailable, "Too many writers were on one job. Nothing was written.", "Wait as Retry-After says, and repeat."},
	{"changed", http.StatusServiceUnavailable, "Part of the list was removed while it was read.", "Wait as Retry-After says, and repeat."},
	{"unavailable", http.StatusServiceUnavailable, "The store, the directory, the policy or the source of identities cannot answer. Nothing was written.", "Wait as Retry-After says, and repeat."},
	{"timeout", http.StatusServiceUnavailable, "The request ran out of time. Nothing was written.", "Wait as Retry-After says, and repeat."},
	{"cancelled", http.StatusServiceUnavailable, "The request was cancelled. Nothing was written.", "Repeat it, if it is still wanted."},
	{"outdated", http.StatusServiceUnavailable, "A newer version of this server has taken over the store. Nothing was written.", "Upgrade this server."},
	{"outcome_unknown", http.StatusServiceUnavailable, "The change was made, or it was not: the store did not say.", "Read before you repeat it."},
}

// describedProblems is the table in the OpenAPI document.
func describedProblems() []any {
	list := make([]any, len(knownProblems))
	for i, p := range knownProblems {
		list[i] = member{"code": p.code, "status": p.status, "when": p.when, "todo": p.todo}
	}
	return list
}

// problems are the codes that the route may answer with, in the order of the
// table.
func (r *route) problems() []string {
	codes := slices.Concat(r.codes, []string{"invalid", "unauthenticated", "internal", "unavailable", "timeout", "cancelled", "outdated"})
	if strings.Contains(r.pattern, "{") {
		codes = append(codes, "not_found")
	}
	if r.needs != teams.View && r.needs != byDispatch {
		codes = append(codes, "forbidden")
	}
	if r.body != "" {
		codes = append(codes, "malformed_body", "body_timeout", "body_too_large", "unsupported_media_type")
	}
	if r.headers&(conditional|tagged) != 0 {
		codes = append(codes, "malformed_header", "precondition_failed")
	}
	if r.headers&keyed != 0 {
		codes = append(codes, "malformed_header")
	}
	if r.answer == "JobList" {
		codes = append(codes, "changed")
	}
	if r.method != http.MethodGet {
		codes = append(codes, "busy", "outcome_unknown")
	}
	place := func(code string) int {
		return slices.IndexFunc(knownProblems, func(p known) bool { return p.code == code })
	}
	slices.SortFunc(codes, func(a, b string) int { return place(a) - place(b) })
	return slices.Compact(codes)
}

// problemText lists the codes of the route with their statuses.
func (r *route) problemText() string {
	codes := r.problems()
	var list []string
	for _, p := range knownProblems {
		if slices.Contains(codes, p.code) {
			list = append(list, strconv.Itoa(p.status)+" "+p.code)
		}
	}
	return strings.Join(list, ", ")
}
