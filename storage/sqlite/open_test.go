package sqlite_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/sqlite"
)

// rawDB opens a file beside the store.
func rawDB(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func TestOpenRefusesPaths(t *testing.T) {
	for path, reason := range map[string]string{
		"":              "storage/memory",
		":memory:":      "storage/memory",
		"file:jobs.db":  "not a URI",
		"jobs\x00.db":   "zero byte",
		"/no/folder/db": "open /no/folder/db",
	} {
		store, err := sqlite.Open(t.Context(), path, nil)
		require.ErrorContains(t, err, reason)
		require.Nil(t, store)
	}
}

func TestOpenOddNames(t *testing.T) {
	for _, name := range []string{"a b.db", "100%.db", "%41.db", "what?.db", "a&b=c.db", "#1.db", "é☃.db", "a+b;c.db", "x'y\"z.db", "file:x.db"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			store := openAt(t, path)
			require.NoError(t, store.Commit(t.Context(), changeOf(benchJob(1))))
			require.FileExists(t, path)
			again := openAt(t, path)
			_, err := again.Job(t.Context(), benchJob(1).JobRef)
			require.NoError(t, err)
		})
	}
}

func TestOpenRelativePath(t *testing.T) {
	t.Chdir(t.TempDir())
	openAt(t, "jobs.db")
	require.FileExists(t, "jobs.db")
}

// TestOpenForeignFiles refuses what is not a ledger of this layout: each file is
// as it was, and so is all beside it, whoever has it open and however it ended.
func TestOpenForeignFiles(t *testing.T) {
	write := func(name string, data []byte) func(*testing.T, string) {
		return func(t *testing.T, folder string) {
			require.NoError(t, os.WriteFile(filepath.Join(folder, name), data, 0o600))
		}
	}
	database := func(closed bool, statements ...string) func(*testing.T, string) {
		return func(t *testing.T, folder string) {
			db := rawDB(t, filepath.Join(folder, "their.db"))
			for _, statement := range statements {
				_, err := db.Exec(statement)
				require.NoError(t, err)
			}
			if closed {
				require.NoError(t, db.Close())
			}
		}
	}
	// abandoned is what a process leaves that is killed: a log and no index.
	abandoned := func(t *testing.T, folder string) {
		elsewhere := t.TempDir()
		database(false, "PRAGMA journal_mode = WAL", "CREATE TABLE theirs (id INTEGER)")(t, elsewhere)
		for _, suffix := range []string{"", "-wal"} {
			data, err := os.ReadFile(filepath.Join(elsewhere, "their.db"+suffix))
			require.NoError(t, err)
			write("their.db"+suffix, data)(t, folder)
		}
	}
	for name, c := range map[string]struct {
		make   func(*testing.T, string)
		reason string
	}{
		"a text":               {write("their.db", make([]byte, 4096)), "not an SQLite database"},
		"another's":            {database(true, "CREATE TABLE theirs (id INTEGER)"), "another application"},
		"another's, marked":    {database(true, "PRAGMA application_id = 7", "CREATE TABLE theirs (id INTEGER)"), "another application"},
		"another's with a log": {database(false, "PRAGMA journal_mode = WAL", "CREATE TABLE theirs (id INTEGER)"), "another application"},
		"another's, killed":    {abandoned, "another application"},
		"an earlier layout":    {database(true, "PRAGMA application_id = 0x4a4c6467", "PRAGMA user_version = 1", "CREATE TABLE jobs (id)"), "earlier development version"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			c.make(t, folder)
			before := contents(t, folder)
			_, err := sqlite.Open(t.Context(), filepath.Join(folder, "their.db"), nil)
			require.ErrorContains(t, err, c.reason)
			require.Empty(t, cmp.Diff(before, contents(t, folder)), "the files are as they were")
		})
	}
}

// contents reads all files of a folder.
func contents(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	files, err := os.ReadDir(folder)
	require.NoError(t, err)
	all := make(map[string][]byte)
	for _, file := range files {
		all[file.Name()], err = os.ReadFile(filepath.Join(folder, file.Name()))
		require.NoError(t, err)
	}
	return all
}

func TestOpenNewerSchema(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jobs.db")
	require.NoError(t, openAt(t, path).Close())
	_, err := rawDB(t, path).Exec("PRAGMA user_version = 99")
	require.NoError(t, err)
	_, err = sqlite.Open(t.Context(), path, nil)
	require.ErrorContains(t, err, "schema 99")
	require.ErrorContains(t, err, "up to 2")
}

// TestOpenTogether makes a new file from several openers at once.
func TestOpenTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jobs.db")
	failures := make([]error, 8)
	stores := make([]*sqlite.Store, 8)
	together(8, func(n int) { stores[n], failures[n] = sqlite.Open(t.Context(), path, nil) })
	for n, store := range stores {
		require.NoError(t, failures[n])
		require.NoError(t, store.Close())
	}
}

func TestOpenEndedContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "jobs.db"), nil)
	require.ErrorIs(t, err, context.Canceled)
}

func TestClosed(t *testing.T) {
	store := openAt(t, filepath.Join(t.TempDir(), "jobs.db"))
	require.NoError(t, store.Close())
	require.NoError(t, store.Close(), "closing again")

	ctx, ref := t.Context(), benchJob(1).JobRef
	require.ErrorIs(t, store.Commit(ctx, changeOf(benchJob(1))), sqlite.ErrClosed)
	_, err := store.Job(ctx, ref)
	require.ErrorIs(t, err, sqlite.ErrClosed)
	_, err = store.ListJobs(ctx, storage.JobQuery{OrganizationID: "org", TeamIDs: []string{"team-1"}, Limit: 1})
	require.ErrorIs(t, err, sqlite.ErrClosed)
	_, err = store.Due(ctx, storage.DueQuery{Until: epoch, Limit: 1})
	require.ErrorIs(t, err, sqlite.ErrClosed)
	_, err = store.Sweep(ctx, storage.SweepOptions{Limit: 1})
	require.ErrorIs(t, err, sqlite.ErrClosed)
	require.ErrorIs(t, store.Backup(ctx, filepath.Join(t.TempDir(), "copy.db")), sqlite.ErrClosed)
}
