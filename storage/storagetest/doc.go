// Package storagetest proves that a [storage.Store] keeps its contract.
//
// The author of a backend calls it in one line, from an ordinary test:
//
//	func TestStore(t *testing.T) {
//		storagetest.Run(t, func(t *testing.T) storage.Store { return mystore.Open(t.TempDir()) })
//	}
//
// A backend that keeps what it was given when its process ends calls
// [RunDurable] beside it, and says how a store is closed and opened again.
//
// # What a failure says
//
// The suite is a table of cases. Each is a subtest named after what it holds
// the store to, such as
//
//	TestStore/guards/a_failed_guard_writes_nothing
//
// and ends, when it fails, with the reason that the promise exists: which bug
// of the code above the store it keeps away. The words of the contract
// themselves are the doc comments of package storage.
//
// # What is asked of a backend
//
// Every case opens a store of its own, which must be empty: a directory, a
// database, a key prefix that no other case sees. open registers what closes
// it with t.Cleanup. The cases never sleep and never look at a clock, and what
// is random in them is seeded, so that a failure comes back. Only the cases that
// put goroutines beside each other, most of them under race and writers, depend
// on how these happen to be scheduled; they are worth most under the race
// detector.
//
// Nothing in here asks which backend it is given. A store may have a clock of
// its own or none, may sweep at once or late, and may answer a cut-off commit
// with success, with the context's error or with [storage.ErrOutcomeUnknown]:
// whatever the contract leaves open, the cases leave open too.
package storagetest
