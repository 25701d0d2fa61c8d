package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/sqlite"
	"github.com/jobledger/jobledger/storage/storagetest"
)

// openAt opens a store, which is closed with the test.
func openAt(t testing.TB, path string) *sqlite.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), path, nil)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return store
}

func openNew(t *testing.T) storage.Store {
	return openAt(t, filepath.Join(t.TempDir(), "jobs.db"))
}

func TestConformance(t *testing.T) {
	useDisk(t).skipSyncs.Store(true)
	storagetest.Run(t, openNew)
}

// TestDurableConformance opens the file again without closing it first: all
// that was acknowledged is in it.
func TestDurableConformance(t *testing.T) {
	useDisk(t).skipSyncs.Store(true)
	paths := make(map[storage.Store]string)
	open := func(t *testing.T) storage.Store {
		path := filepath.Join(t.TempDir(), "jobs.db")
		store := openAt(t, path)
		paths[store] = path
		return store
	}
	reopen := func(t *testing.T, store storage.Store) storage.Store {
		again := openAt(t, paths[store])
		paths[again] = paths[store]
		return again
	}
	storagetest.RunDurable(t, open, reopen)
}
