package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage/sqlite"
)

// want is what every connection must say of itself.
var want = map[string]string{"journal_size_limit": "33554432", "journal_mode": "wal", "synchronous": "2"}

func TestPragmasOnEveryConnection(t *testing.T) {
	store := openAt(t, filepath.Join(t.TempDir(), "jobs.db"))
	readers, err := store.ReaderPragmas(t.Context(), "journal_size_limit", "journal_mode", "synchronous", "query_only")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(readers), 4)
	for _, got := range readers {
		require.Equal(t, "1", got["query_only"], "readers cannot write")
		delete(got, "query_only")
		require.Equal(t, want, got)
	}
	got, err := store.WriterPragmas(t.Context(), "journal_size_limit", "journal_mode", "synchronous")
	require.NoError(t, err)
	require.Equal(t, want, got)
}

// TestPragmasAfterRenewal breaks the writer's connection: the one in its place
// is as the first was, and commits go on.
func TestPragmasAfterRenewal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jobs.db")
	store := openAt(t, path)
	require.NoError(t, store.Commit(t.Context(), changeOf(benchJob(1))))
	require.NoError(t, store.BreakWriter(t.Context()))
	require.NoError(t, store.Commit(t.Context(), changeOf(benchJob(2))))
	got, err := store.WriterPragmas(t.Context(), "journal_size_limit", "journal_mode", "synchronous", "temp_store")
	require.NoError(t, err)
	require.Equal(t, "2", got["temp_store"], "savepoints are kept in memory")
	delete(got, "temp_store")
	require.Equal(t, want, got)
	requireIntegrity(t, path)
}

// TestPragmaRefused opens a store on a file system that has no shared memory:
// SQLite quietly goes on without its log, and the store does not.
func TestPragmaRefused(t *testing.T) {
	useDisk(t).noSharedMemory.Store(true)
	_, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "jobs.db"), nil)
	require.ErrorContains(t, err, `journal_mode is "delete" where "wal" is needed`)
}
