package httpadapter

import (
	"slices"

	"github.com/jobledger/jobledger/jobs"
)

// The parameters that filter lists of jobs. The service checks the value of a
// key, a prefix or a label.
var (
	keyPrefix     = words("keyPrefix", "Only jobs whose key begins with this text, in the order of keys.", with(text(), "minLength", 1), notEmpty)
	keyFilter     = words("key", "Only the job with this key.", jobKey(), notEmpty)
	labelFilter   = words("label", "Only jobs with this label, written name=value.", with(text(), "minLength", 2), notEmpty)
	statusFilter  = oneOf("status", "Only jobs with this status.", jobs.Active, jobs.Paused)
	outcomeFilter = oneOf("outcome", "Only jobs with this lastOutcome. A timeout counts as failed.", jobs.RunSucceeded, jobs.RunFailed, jobs.RunCancelled)
)

// inclusion is a part of an answer that is shown only on request.
type inclusion string

const recentRuns inclusion = "recentRuns"

var include = several("include", "What each item holds in addition.", recentRuns)

func (x *exchange) includes(what inclusion) bool { return slices.Contains(include.of(x), what) }

func notEmpty(text string) (rule string) {
	if text == "" {
		return "must not be empty"
	}
	return ""
}
