package sqlite_test

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/sqlite"
)

// TestSyncBeforeAcknowledgement counts the syncs of the log, which are SQLite's
// own: between handing in a commit and hearing that it is made, one has ended.
func TestSyncBeforeAcknowledgement(t *testing.T) {
	d := useDisk(t)
	store := openAt(t, filepath.Join(t.TempDir(), "jobs.db"))
	alone := torture.Figure(200, 2000)
	start := d.walSyncs.Load()
	for n := range alone {
		before := d.walSyncs.Load()
		require.NoError(t, store.Commit(t.Context(), changeOf(benchJob(n))))
		require.Greater(t, d.walSyncs.Load(), before)
	}
	syncs := d.walSyncs.Load() - start
	require.GreaterOrEqual(t, syncs, int64(alone))
	t.Logf("one writer: %d commits, %d syncs", alone, syncs)

	const writers = 16
	unsynced := make([]int, writers)
	failures := make([]error, writers)
	start = d.walSyncs.Load()
	together(writers, func(worker int) {
		for n := range torture.Figure(50, 500) {
			before := d.walSyncs.Load()
			if err := store.Commit(context.Background(), changeOf(benchJob(alone+n*writers+worker))); err != nil {
				failures[worker] = err
			}
			if d.walSyncs.Load() == before {
				unsynced[worker]++
			}
		}
	})
	for worker := range writers {
		require.NoError(t, failures[worker])
		require.Zero(t, unsynced[worker], "acknowledged before any sync")
	}
	t.Logf("%d writers: %d commits share %d syncs", writers, writers*torture.Figure(50, 500), d.walSyncs.Load()-start)
}

// TestCutLog loses power, as far as that can be played: the log is cut at some
// byte, as it is where its end was never written, and sometimes ends in what
// was on the disk before. The file is then as after one of the commits, not
// before the last one that was acknowledged within what was left.
func TestCutLog(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "jobs.db")
	store := openAt(t, path)
	ref := storage.JobRef{OrganizationID: "org", JobID: "job"}
	const commits = 40
	ends := []int{size(t, path+"-wal")}
	for revision := range int64(commits) {
		require.NoError(t, store.Commit(t.Context(), link(ref, revision)))
		ends = append(ends, size(t, path+"-wal"))
	}
	file, err := os.ReadFile(path)
	require.NoError(t, err)
	log, err := os.ReadFile(path + "-wal")
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(3, uint64(len(log))))
	after := make(map[int64]bool)
	cuts := torture.Figure(30, 1000)
	for range cuts {
		cut := random.IntN(len(log) - ends[0])
		rest := append([]byte(nil), log[:ends[0]+cut]...)
		for range random.IntN(2) * random.IntN(8192) {
			rest = append(rest, byte(random.Uint32()))
		}
		after[requirePrefix(t, folder, file, rest, ref, ends, ends[0]+cut)] = true
	}
	t.Logf("%d cuts of a log of %d commits: %d different prefixes", cuts, commits, len(after))
}

// requirePrefix opens what was left of a file and its log, and checks that it
// is as after so many commits, which it returns.
func requirePrefix(t *testing.T, folder string, file, log []byte, ref storage.JobRef, ends []int, cut int) int64 {
	t.Helper()
	path := filepath.Join(folder, "cut.db")
	require.NoError(t, os.WriteFile(path, file, 0o600))
	require.NoError(t, os.WriteFile(path+"-wal", log, 0o600))
	store, err := sqlite.Open(t.Context(), path, &sqlite.Options{Readers: 1})
	require.NoError(t, err)
	defer func() {
		require.NoError(t, store.Close())
		requireIntegrity(t, path)
		require.NoError(t, os.Remove(path))
	}()
	least := int64(0)
	for n, end := range ends {
		if end <= cut {
			least = int64(n)
		}
	}
	job, err := store.Job(t.Context(), ref)
	if least == 0 && err != nil {
		require.ErrorIs(t, err, storage.ErrNotFound)
		return 0
	}
	require.NoError(t, err)
	require.Equal(t, least, job.Revision, "a log cut at %d", cut)
	requireLinks(t, store, job)
	return job.Revision
}

func size(t *testing.T, path string) int {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	return int(info.Size())
}
