package storagetest

import (
	"context"
	"runtime/debug"

	"github.com/jobledger/jobledger/storage"
)

// testCase is one promise of the contract, and how to see it broken.
type testCase struct {
	// name says what a store does, as the subtest is called.
	name string
	// why says what would go wrong in the code above a store that does not.
	why string
	run func(p *probe)
}

// group holds the cases of one concept.
type group struct {
	name  string
	cases []testCase
}

// durableCase is a [testCase] that opens its store again on the way.
type durableCase struct {
	name string
	why  string
	run  func(p *probe, reopen func())
}

// reporter is what a case needs of a [testing.T]. The suite's own tests pass a
// recorder instead, to see a case fail without failing themselves.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
	Logf(format string, args ...any)
	FailNow()
	Failed() bool
	Context() context.Context
}

// check runs the case on a fresh store.
func (c testCase) check(t reporter, store storage.Store) {
	t.Helper()
	defer conclude(t, c.why)
	c.run(newProbe(t, store))
}

// check runs the case on a fresh store, which reopen opens again.
func (c durableCase) check(t reporter, store storage.Store, reopen func(storage.Store) storage.Store) {
	t.Helper()
	defer conclude(t, c.why)
	p := newProbe(t, store)
	c.run(p, func() { p.store = reopen(p.store) })
}

// conclude ends the report of a failed case with its reason. A case that
// panics has failed: the store did, or gave an answer (a page without the job
// that it counts) that the case did not expect even of a broken one.
func conclude(t reporter, why string) {
	t.Helper()
	if r := recover(); r != nil {
		t.Errorf("panic: %v\n%s", r, debug.Stack())
	}
	if t.Failed() {
		t.Logf("why it matters: %s", why)
	}
}
