package storagetest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/storage/storagetest"
	"github.com/jobledger/jobledger/storage/storagetest/internal/broken"
)

// TestBrokenStoresAreCaught shows that the suite can fail, case by case.
func TestBrokenStoresAreCaught(t *testing.T) {
	for _, b := range broken.Stores() {
		t.Run(b.Name, func(t *testing.T) {
			for _, name := range b.CaughtBy {
				require.Empty(t, storagetest.Failures(t, name, memory.New()), "%q fails on the whole store", name)
				require.True(t, caught(t, name, b.Breaks), "%q passes", name)
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
	all := append(broken.Forgetful(), broken.Store{
		Name:     "forgets everything",
		Breaks:   func(storage.Store) storage.Store { return memory.New() },
		CaughtBy: []string{"everything that could be read is read again", "what many writers were told is there"},
	})
	for _, f := range all {
		t.Run(f.Name, func(t *testing.T) {
			same := func(s storage.Store) storage.Store { return s }
			for _, name := range f.CaughtBy {
				require.Empty(t, storagetest.FailuresDurable(t, name, memory.New(), same))
				require.NotEmpty(t, storagetest.FailuresDurable(t, name, memory.New(), f.Breaks))
			}
		})
	}
}
