package sqlite_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage/sqlite"
)

// TestMovedFile takes the file, or its log, from under an open store: from then
// on nothing may be acknowledged.
func TestMovedFile(t *testing.T) {
	for name, disturb := range map[string]func(t *testing.T, path string){
		"renamed": func(t *testing.T, path string) { require.NoError(t, os.Rename(path, path+".old")) },
		"removed": func(t *testing.T, path string) { require.NoError(t, os.Remove(path)) },
		"replaced": func(t *testing.T, path string) {
			require.NoError(t, os.Rename(path, path+".old"))
			require.NoError(t, os.WriteFile(path, nil, 0o600))
		},
		"without its log": func(t *testing.T, path string) { require.NoError(t, os.Remove(path+"-wal")) },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "jobs.db")
			store, err := sqlite.Open(t.Context(), path, nil)
			require.NoError(t, err)
			t.Cleanup(func() { _ = store.Close() })
			require.NoError(t, store.Commit(t.Context(), changeOf(benchJob(1))))
			require.NoError(t, store.Commit(t.Context(), changeOf(benchJob(2))))

			disturb(t, path)

			err = store.Commit(t.Context(), changeOf(benchJob(3)))
			require.ErrorIs(t, err, sqlite.ErrMoved)
			require.ErrorContains(t, err, path)
		})
	}
}

// TestReadOnlyFile opens a ledger that the system lets nobody write: it is
// refused then, and not at the first change. The superuser may write any file,
// so the file system says it, where one may be mounted.
func TestReadOnlyFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "jobs.db")
	store, err := sqlite.Open(t.Context(), path, nil)
	require.NoError(t, err)
	require.NoError(t, store.Commit(t.Context(), changeOf(benchJob(1))))
	require.NoError(t, store.Close())
	require.NoError(t, os.Chmod(path, 0o400))
	if file, err := os.OpenFile(path, os.O_RDWR, 0); err == nil {
		require.NoError(t, file.Close())
		t.Skip("this user may write read-only files")
	}

	_, err = sqlite.Open(t.Context(), path, nil)

	require.ErrorContains(t, err, "readonly")
}
