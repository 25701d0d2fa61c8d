// Package storagetest tests whether a [storage.Store] keeps its contract.
//
// The author of a backend calls it in one line, from an ordinary test:
//
//	func TestStore(t *testing.T) {
//		storagetest.Run(t, func(t *testing.T) storage.Store { return mystore.Open(t.TempDir()) })
//	}
//
// A backend that keeps its data when its process ends also calls [RunDurable],
// and says how to close a store and open it again.
//
// # When a case fails
//
// The suite is a table of cases. Each is a subtest named after a promise of the
// store, such as
//
//	TestStore/guards/a_failed_guard_writes_nothing
//
// When it fails, it prints why the promise exists: which bug it prevents in the
// code that uses the store. The contract itself is in the doc comments of
// package storage.
//
// # What a backend must provide
//
// Each case opens a store of its own, which must be empty and share nothing
// with others: a directory, a database, or a key prefix. The open function
// registers with t.Cleanup what closes the store. The cases never sleep and
// read no clock. Their random numbers have fixed seeds, so a failure can be
// repeated. Only cases with several goroutines, most of them in the groups race
// and writers, depend on how these are scheduled. They find the most with the
// race detector.
//
// No case depends on which backend it tests. A store may have its own clock or
// none, and may sweep at once or later. It may answer a commit whose context
// ends with success, with the context's error, or with
// [storage.ErrOutcomeUnknown]. The cases accept everything that the contract
// allows.
package storagetest
