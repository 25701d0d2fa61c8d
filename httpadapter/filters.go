package httpadapter

import (
	"slices"

	"github.com/jobledger/jobledger/jobs"
)

// The parameters that narrow lists of jobs. The service says what is wrong with
// a key, a prefix or a label.
var (
	keyPrefix     = words("keyPrefix", "Jobs whose keys begin with it, in the order of keys.", with(text(), "minLength", 1), notEmpty)
	keyFilter     = words("key", "The job of that key.", jobKey(), notEmpty)
	labelFilter   = words("label", "Jobs with a label: name=value.", with(text(), "minLength", 2), notEmpty)
	statusFilter  = oneOf("status", "", jobs.Active, jobs.Paused)
	outcomeFilter = oneOf("outcome", "By lastOutcome, of which timeout is failed.", jobs.RunSucceeded, jobs.RunFailed, jobs.RunCancelled)
)

// inclusion is what an answer holds when it is asked for.
type inclusion string

const recentRuns inclusion = "recentRuns"

var include = several("include", "What each item has beside its references.", recentRuns)

// includes reports whether the request asks for something.
func (x *exchange) includes(what inclusion) bool { return slices.Contains(include.of(x), what) }

// notEmpty refuses a parameter that says nothing.
func notEmpty(text string) (rule string) {
	if text == "" {
		return "must not be empty"
	}
	return ""
}
