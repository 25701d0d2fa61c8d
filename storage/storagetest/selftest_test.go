package storagetest_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/storage/storagetest"
)

// broken is a way to break a store, and the cases that see it. Each of them
// passes on the store that is whole.
type broken struct {
	name     string
	breaks   func(whole storage.Store) storage.Store
	caughtBy []string
}

// TestBrokenStoresAreCaught shows that the suite can fail, case by case.
func TestBrokenStoresAreCaught(t *testing.T) {
	for _, b := range slices.Concat(brokenWriters, brokenReaders, brokenLists, brokenJournals, brokenRemovals) {
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
func caught(t *testing.T, name string, breaks func(storage.Store) storage.Store) bool {
	attempts := 1
	if strings.HasPrefix(name, "race/") || strings.HasPrefix(name, "writers/") || strings.HasPrefix(name, "events/no ") {
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
		reopen   func(storage.Store) storage.Store
		caughtBy string
	}{
		{"forgets everything", func(storage.Store) storage.Store { return memory.New() },
			"everything that could be read is read again"},
		{"forgets operation IDs", twist(twisted{commit: renameOperation}),
			"operation IDs are remembered"},
		{"forgets the graph counter", twist(twisted{find: resetGraph}),
			"revisions, the graph counter and the journal go on"},
		{"forgets the journal", twist(twisted{events: renumber}),
			"revisions, the graph counter and the journal go on"},
		{"forgets tombstones", twist(twisted{tombstone: forgetTombstone}),
			"tombstones are kept, and what is left is swept"},
	} {
		t.Run(f.name, func(t *testing.T) {
			same := func(s storage.Store) storage.Store { return s }
			require.Empty(t, storagetest.FailuresDurable(t, f.caughtBy, memory.New(), same))
			require.NotEmpty(t, storagetest.FailuresDurable(t, f.caughtBy, memory.New(), f.reopen))
		})
	}
}
