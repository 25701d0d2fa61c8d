package sqlite_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/sqlite"
)

// TestKilledMigrating kills processes that make a new file, each at another
// one of their writes and syncs: the file has the schema as a whole or not at
// all, and the next to open it has a store.
func TestKilledMigrating(t *testing.T) {
	kills := torture.Figure(10, 100)
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

// TestMigrates opens a file of the first schema with a job of it: the job is read
// as it was, and written.
func TestMigrates(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jobs.db")
	first, err := os.ReadFile(filepath.Join("sql", "0001_ledger.sql"))
	require.NoError(t, err)
	_, err = rawDB(t, path).Exec(string(first) + `
		PRAGMA application_id = 0x4a4c6432;
		PRAGMA user_version = 1;
		INSERT INTO organizations VALUES (1, 'org', 0, 0, NULL);
		INSERT INTO grants VALUES (1, 1, '6:team-1');
		INSERT INTO jobs VALUES (7, 1, 'job', 3, 5000000, NULL, 0, 'key', 1000000, 1, '2:c:2:k:', '2:k:', 'org', x'02', x'01');
		INSERT INTO entries VALUES (1, 'c', 1000000, 'job', 7, 1), (1, 'cc:', 1000000, 'job', 7, 1),
			(1, 'ck:', 1000000, 'job', 7, 1), (1, 'k', 0, 'key', 7, 1), (1, 'kk:', 0, 'key', 7, 1);
		INSERT INTO counts VALUES (1, '', 1, 1, 1), (1, 'c:', 1, 1, 0), (1, 'k:', 1, 1, 1)`)
	require.NoError(t, err)

	store := openAt(t, path)
	want := storage.JobRecord{
		JobRef: storage.JobRef{OrganizationID: "org", JobID: "job"}, Revision: 3, Key: "key",
		CreatedAt: time.Unix(1, 0).UTC(), WakeAt: time.Unix(5, 0).UTC(),
		TeamIDs: []string{"team-1"}, Scopes: []string{"c:", "k:"}, KeyScopes: []string{"k:"}, Doc: []byte{1}, State: []byte{2},
	}
	got, err := store.Job(t.Context(), want.JobRef)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(want, got))

	want.Scopes, want.WakeAt, want.State = []string{"k:", "o:succeeded"}, time.Time{}, []byte{3}
	require.NoError(t, store.Commit(t.Context(), changeOf(want)))
	want.Revision++
	page, err := store.ListJobs(t.Context(), storage.JobQuery{OrganizationID: "org", Scope: "o:succeeded", AllTeams: true, Limit: 10})
	require.NoError(t, err)
	require.Empty(t, cmp.Diff([]storage.JobRecord{want}, page.Jobs))
	requireIntegrity(t, path)
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
