// Package linearize proves that a [storage.Store] is linearizable: that however
// many clients use it at once, and whatever fails, there is one order of all
// their calls in which each takes effect at one moment between its beginning
// and its end, and which explains every answer.
//
// The author of a backend calls it in one line:
//
//	func TestLinearizable(t *testing.T) {
//		linearize.Run(t, func(t *testing.T) storage.Store { return mystore.Open(t.TempDir()) }, nil)
//	}
//
// # How it works
//
// Several clients make random calls, which are written down with the moments
// of a common clock. Each run has one kind of fault, injected by package
// faultstore: none, errors, lost replies, or contexts that end. A checker
// (github.com/anishathalye/porcupine) then looks for an order that the
// suite's own model of the contract agrees with.
//
// The unit that is checked is an organization, because no promise but those of
// the due index goes beyond one. Half of the organizations of a run have a
// single job, so that every client works on it: creations, writes guarded by a
// revision, one document or the other, drafts, versions, runs, ticks, removals.
// The others have several jobs with fewer keys than jobs, for what holds between
// jobs: unique and required keys, forbidden scopes, the graph counter, wake-ups,
// lists by team and scope. The journal and the organization's record are in both.
//
// # What an error means
//
// As in the contract: after [storage.ErrStale], and after any error but
// [storage.ErrOutcomeUnknown], nothing was written nor ever will be. A commit
// whose outcome is unknown may take effect at any moment from its beginning to
// the end of time, or never; some of them are committed again under the same
// operation ID, and then take effect once.
//
// # When it fails
//
// The log names the run's fault and seed, and a file in which the history of
// the organization can be looked at with a browser. The same seed makes the
// same calls, as far as answers and the scheduler allow.
package linearize
