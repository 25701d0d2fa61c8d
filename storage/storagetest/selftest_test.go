package storagetest_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/storage/storagetest"
)

// broken is a way to break a store, and the cases that see it. Each of them
// passes on the store that is whole.
type broken struct {
	name     string
	breaks   func(whole jobs.Store) jobs.Store
	caughtBy []string
}

// TestBrokenStoresAreCaught shows that the suite can fail, case by case.
func TestBrokenStoresAreCaught(t *testing.T) {
	for _, b := range slices.Concat(brokenWriters, brokenReaders) {
		t.Run(b.name, func(t *testing.T) {
			for _, name := range b.caughtBy {
				require.Empty(t, storagetest.Failures(t, name, memory.New()), "%q fails on the whole store", name)
				require.True(t, caught(t, name, b.breaks), "%q passes", name)
			}
		})
	}
}

// caught reports whether a case fails on a broken store. A case that races has
// a few attempts: what it looks for may not come up in one.
func caught(t *testing.T, name string, breaks func(jobs.Store) jobs.Store) bool {
	attempts := 1
	if strings.HasPrefix(name, "race/") || strings.HasPrefix(name, "writers/") {
		attempts = 20
	}
	for range attempts {
		if len(storagetest.Failures(t, name, breaks(memory.New()))) > 0 {
			return true
		}
	}
	return false
}

// TestForgetfulStoresAreCaught does so for what only shows after reopening.
func TestForgetfulStoresAreCaught(t *testing.T) {
	for _, f := range []struct {
		name     string
		reopen   func(jobs.Store) jobs.Store
		caughtBy string
	}{
		{"forgets everything", func(jobs.Store) jobs.Store { return memory.New() },
			"everything that could be read is read again"},
		{"forgets operation IDs", func(s jobs.Store) jobs.Store { return renamesOperations{s} },
			"operation IDs are remembered"},
		{"forgets the graph counter", func(s jobs.Store) jobs.Store { return &resetsGraph{Store: s} },
			"revisions and the graph counter go on"},
		{"forgets tombstones", func(s jobs.Store) jobs.Store { return forgetsTombstones{s} },
			"tombstones are kept, and what is left is swept"},
	} {
		t.Run(f.name, func(t *testing.T) {
			same := func(s jobs.Store) jobs.Store { return s }
			require.Empty(t, storagetest.FailuresDurable(t, f.caughtBy, memory.New(), same))
			require.NotEmpty(t, storagetest.FailuresDurable(t, f.caughtBy, memory.New(), f.reopen))
		})
	}
}
