package sqlite_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/sqlite"
)

// TestMovedFile takes the file, its log or the log's index from under an open
// store, before its first commit and between two. Nothing is acknowledged from
// then on, and all that was is found by who opens what is left of the file.
func TestMovedFile(t *testing.T) {
	remove := func(suffix string) func(*testing.T, string) string {
		return func(t *testing.T, path string) string {
			require.NoError(t, os.Remove(path+suffix))
			return path
		}
	}
	replace := func(suffix string) func(*testing.T, string) string {
		return func(t *testing.T, path string) string {
			require.NoError(t, os.Rename(path+suffix, path+suffix+".old"))
			require.NoError(t, os.WriteFile(path+suffix, nil, 0o600))
			return path
		}
	}
	link := func(suffix string) func(*testing.T, string) string {
		return func(t *testing.T, path string) string {
			require.NoError(t, os.Rename(path+suffix, path+suffix+".old"))
			require.NoError(t, os.Symlink(path+suffix+".old", path+suffix))
			return path
		}
	}
	both := func(first, second func(*testing.T, string) string) func(*testing.T, string) string {
		return func(t *testing.T, path string) string {
			first(t, path)
			return second(t, path)
		}
	}
	elsewhere := func(suffixes ...string) func(*testing.T, string) string {
		return func(t *testing.T, path string) string {
			for _, suffix := range suffixes {
				require.NoError(t, os.Rename(path+suffix, path+".new"+suffix))
			}
			return path + ".new"
		}
	}
	for name, disturb := range map[string]func(t *testing.T, path string) (left string){
		"log removed":            remove("-wal"),
		"index removed":          remove("-shm"),
		"log and index removed":  both(remove("-wal"), remove("-shm")),
		"log replaced":           replace("-wal"),
		"index replaced":         replace("-shm"),
		"log and index replaced": both(replace("-wal"), replace("-shm")),
		"log replaced, no index": both(replace("-wal"), remove("-shm")),
		"index replaced, no log": both(remove("-wal"), replace("-shm")),
		"log a link":             link("-wal"),
		"index a link":           link("-shm"),
		"file renamed":           elsewhere(""),
		"file and log renamed":   elsewhere("", "-wal"),
		"all renamed":            elsewhere("", "-wal", "-shm"),
		"file a link":            link(""),
		"file replaced":          both(replace(""), func(_ *testing.T, path string) string { return path + ".old" }),
		"file removed":           both(remove(""), func(*testing.T, string) string { return "" }),
	} {
		for when, before := range map[string]int{"before the first commit": 0, "between commits": 3} {
			t.Run(name+" "+when, func(t *testing.T) { requireMoved(t, disturb, before) })
		}
	}
}

func requireMoved(t *testing.T, disturb func(t *testing.T, path string) string, before int) {
	path := filepath.Join(t.TempDir(), "jobs.db")
	store, err := sqlite.Open(t.Context(), path, nil)
	require.NoError(t, err)
	t.Cleanup(func() { _ = store.Close() })
	for n := range before {
		require.NoError(t, store.Commit(t.Context(), changeOf(benchJob(n))))
	}

	left := disturb(t, path)

	_, err = store.Job(t.Context(), benchJob(0).JobRef)
	require.ErrorIs(t, err, sqlite.ErrMoved, "reads say it by themselves")
	_, err = store.Due(t.Context(), storage.DueQuery{Limit: 1})
	require.ErrorIs(t, err, sqlite.ErrMoved)
	for range 2 {
		err = store.Commit(t.Context(), changeOf(benchJob(before)))
		require.ErrorIs(t, err, sqlite.ErrMoved)
		require.ErrorContains(t, err, path)
	}
	_, err = store.Job(t.Context(), benchJob(0).JobRef)
	require.ErrorIs(t, err, sqlite.ErrMoved, "reads say it too, from then on")
	require.ErrorIs(t, store.Backup(t.Context(), path+".copy"), sqlite.ErrMoved)
	if left == "" {
		return
	}
	again := openAt(t, left)
	for n := range before {
		_, err := again.Job(t.Context(), benchJob(n).JobRef)
		require.NoError(t, err, "acknowledged")
	}
	require.NoError(t, again.Commit(t.Context(), changeOf(benchJob(before))))
	requireIntegrity(t, left)
}

// TestLinkedPath opens a store by a symbolic link: it is the file's that the
// link leads to, and it is given up when the link leads elsewhere.
func TestLinkedPath(t *testing.T) {
	folder := t.TempDir()
	path, link := filepath.Join(folder, "jobs.db"), filepath.Join(folder, "link.db")
	require.NoError(t, openAt(t, path).Commit(t.Context(), changeOf(benchJob(1))))
	require.NoError(t, os.Symlink(path, link))
	store, err := sqlite.Open(t.Context(), link, nil)
	require.NoError(t, err)
	t.Cleanup(func() { _ = store.Close() })
	_, err = store.Job(t.Context(), benchJob(1).JobRef)
	require.NoError(t, err, "the log beside the file is read")
	require.NoError(t, store.Commit(t.Context(), changeOf(benchJob(2))))
	require.NoFileExists(t, link+"-wal")

	require.NoError(t, os.Remove(link))
	require.NoError(t, os.Symlink(filepath.Join(folder, "other.db"), link))
	require.ErrorIs(t, store.Commit(t.Context(), changeOf(benchJob(3))), sqlite.ErrMoved)
	_, err = sqlite.Open(t.Context(), link, nil)
	require.ErrorContains(t, err, "symbolic link to a file that is not there")
}

// TestOutdatedProcess raises the schema beside an open store: its next commit
// and sweep are refused, and nothing is written.
func TestOutdatedProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jobs.db")
	store := openAt(t, path)
	require.NoError(t, store.Commit(t.Context(), changeOf(benchJob(1))))
	_, err := rawDB(t, path).Exec("PRAGMA user_version = 99")
	require.NoError(t, err)

	require.ErrorIs(t, store.Commit(t.Context(), changeOf(benchJob(2))), storage.ErrOutdated)
	_, err = store.Sweep(t.Context(), storage.SweepOptions{Limit: 1})
	require.ErrorIs(t, err, storage.ErrOutdated)
	_, err = store.Job(t.Context(), benchJob(2).JobRef)
	require.ErrorIs(t, err, storage.ErrNotFound)
	_, err = sqlite.Open(t.Context(), path, nil)
	require.ErrorIs(t, err, storage.ErrOutdated)
}

// TestLogShrinks has a long read keep the log from being begun anew: when the
// read has ended, the log gets short again.
func TestLogShrinks(t *testing.T) {
	useDisk(t).skipSyncs.Store(true)
	path := filepath.Join(t.TempDir(), "jobs.db")
	store := openAt(t, path)
	fill(t, store, 10)
	reading, err := rawDB(t, path).Begin()
	require.NoError(t, err)
	var jobs int
	require.NoError(t, reading.QueryRow("SELECT count(*) FROM jobs").Scan(&jobs))
	const limit = 32 << 20
	n := 10
	for ; size(t, path+"-wal") < 2*limit; n++ {
		job := benchJob(n)
		job.Doc = make([]byte, 1<<20)
		require.NoError(t, store.Commit(t.Context(), changeOf(job)))
	}
	require.NoError(t, reading.Rollback())
	for end := n + 5000; size(t, path+"-wal") > limit && n < end; n++ {
		require.NoError(t, store.Commit(t.Context(), changeOf(benchJob(n))))
	}
	require.LessOrEqual(t, size(t, path+"-wal"), limit)
}

// TestFilesArePrivate looks at the modes of all that a store creates.
func TestFilesArePrivate(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "jobs.db")
	store := openAt(t, path)
	require.NoError(t, store.Commit(t.Context(), changeOf(benchJob(1))))
	require.NoError(t, store.Backup(t.Context(), filepath.Join(folder, "copy.db")))
	openAt(t, filepath.Join(folder, "copy.db"))
	files, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, files, 6)
	for _, file := range files {
		info, err := file.Info()
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode(), file.Name())
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
