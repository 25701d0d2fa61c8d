package storagetest_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/storage/storagetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestModel holds the suite's own model to the suite: where the two disagree,
// the suite is at odds with itself.
func TestModel(t *testing.T) {
	storagetest.Run(t, func(*testing.T) storage.Store { return storagetest.NewModel() })
}

// TestModelDurable opens a model again by giving the same one back, which
// loses nothing.
func TestModelDurable(t *testing.T) {
	storagetest.RunDurable(t,
		func(*testing.T) storage.Store { return storagetest.NewModel() },
		func(_ *testing.T, s storage.Store) storage.Store { return s })
}

// TestMemory shows that the suite can be passed by a store with indexes.
func TestMemory(t *testing.T) {
	storagetest.Run(t, func(*testing.T) storage.Store { return memory.New() })
}

func TestCasesAreDocumented(t *testing.T) {
	names, whys := storagetest.Documented()
	seen := map[string]bool{}
	for i, name := range names {
		require.False(t, seen[name], "two cases are called %q", name)
		require.NotEmpty(t, whys[i], "%q has no reason", name)
		seen[name] = true
	}
}
