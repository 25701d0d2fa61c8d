package sqlite_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage/sqlite"
)

// TestKilledMigrating kills processes that make a new file, each at another
// one of their writes and syncs: the file has the schema as a whole or not at
// all, and the next to open it has a store.
func TestKilledMigrating(t *testing.T) {
	kills := figure(10, 100)
	last := writesOfOpening(t)
	folder := t.TempDir()
	before := 0
	for n := range int64(kills) {
		path := filepath.Join(folder, fmt.Sprint(n, ".db"))
		at := 1 + n*last/int64(kills) // spread over all of them
		child, complaint := newChild(dieOpening, path, fmt.Sprint(childDies, "=", at))
		require.Error(t, child.Run(), "killed at write %d of %d", at, last)
		require.Empty(t, complaint.String())

		var schema, tables int
		db := rawDB(t, path)
		require.NoError(t, db.QueryRow("PRAGMA user_version").Scan(&schema))
		require.NoError(t, db.QueryRow("SELECT count(*) FROM sqlite_schema").Scan(&tables))
		require.Equal(t, schema == 0, tables == 0, "half a migration")
		if schema == 0 {
			before++
		}
		store := openAt(t, path)
		require.NoError(t, store.Commit(t.Context(), changeOf(benchJob(1))))
		requireIntegrity(t, path)
	}
	t.Logf("%d processes killed in %d writes of making a file; %d files had no schema yet, %d had it", kills, last, before, kills-before)
	require.NotZero(t, before)
	require.NotZero(t, kills-before)
}

// writesOfOpening is how many writes and syncs it takes to make a new file and
// close it.
func writesOfOpening(t *testing.T) (writes int64) {
	t.Helper()
	d := useDisk(t)
	d.onEach(func() int32 { writes++; return 0 })
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "jobs.db"), nil)
	require.NoError(t, err)
	require.NoError(t, store.Close())
	d.heal()
	return writes
}
