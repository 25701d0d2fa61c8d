// Package linearize tests whether a [storage.Store] is linearizable. Many
// clients use the store at once, and calls fail. There must be one order of all
// calls that explains every answer, in which each call takes effect at one
// moment between its beginning and its end.
//
// The author of a backend calls it in one line:
//
//	func TestLinearizable(t *testing.T) {
//		linearize.Run(t, func(t *testing.T) storage.Store { return mystore.Open(t.TempDir()) }, nil)
//	}
//
// # How it works
//
// Several clients make random calls. Each call is recorded with the times of
// its beginning and end on a common clock. Each run has one kind of fault,
// which package faultstore injects: none, errors, lost replies, or contexts
// that end. A checker (github.com/anishathalye/porcupine) then looks for an
// order that the suite's model of the contract allows.
//
// Each organization is checked separately, because except for the due index no
// promise is about several organizations. Half of the organizations of a run
// have a single job, which all clients use: for creations, writes that are
// guarded by a revision, documents, drafts, versions, runs, ticks and removals.
// The others have several jobs and fewer keys than jobs: for unique and
// required keys, forbidden scopes, the graph counter, wakes, and lists by team
// and scope. The journal and the organization's record are in both.
//
// # What an error means
//
// Errors mean what the contract says. After [storage.ErrStale], and after any
// other error except [storage.ErrOutcomeUnknown], nothing was written and
// nothing will be. A commit whose outcome is unknown may take effect at any
// time from its beginning on, or never. Some of these are committed again with
// the same operation ID, and then take effect once.
//
// # When it fails
//
// The log names the run's fault and its seed. It also names a file that shows
// the organization's history in a browser. The same seed makes the same calls,
// as far as the answers and the Go scheduler allow.
package linearize
