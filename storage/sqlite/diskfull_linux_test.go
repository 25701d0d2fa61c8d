package sqlite_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

// TestFileSystemFull fills a file system of 3 MiB. What was acknowledged stays,
// reads go on, and once there is room commits do, without opening anew.
func TestFileSystemFull(t *testing.T) {
	folder := t.TempDir()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=3m"); err != nil {
		t.Skipf("a small file system cannot be mounted here (%v): a full disk is played by TestDiskRefusesAll alone", err)
	}
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(folder, 0)) })
	ballast := filepath.Join(folder, "ballast")
	require.NoError(t, os.WriteFile(ballast, make([]byte, 1<<20), 0o600))
	path := filepath.Join(folder, "jobs.db")
	store := openAt(t, path)

	var refusal error
	acknowledged := 0
	for n := 0; refusal == nil && n < 1000; n++ {
		if refusal = store.Commit(t.Context(), link(benchJob(n).JobRef, 0)); refusal == nil {
			acknowledged++
		}
	}
	require.ErrorContains(t, refusal, "full")
	require.NotErrorIs(t, refusal, storage.ErrOutcomeUnknown, "it is known that nothing was written")
	require.Error(t, store.Commit(t.Context(), link(benchJob(acknowledged).JobRef, 0)), "still full")
	requireAll := func(n int) {
		for n := range n {
			job, err := store.Job(t.Context(), benchJob(n).JobRef)
			require.NoError(t, err)
			requireLinks(t, store, job)
		}
	}
	requireAll(acknowledged)
	require.NoError(t, os.Remove(ballast))
	require.NoError(t, store.Commit(t.Context(), link(benchJob(acknowledged).JobRef, 0)), "there is room again")
	requireAll(acknowledged + 1)
	requireIntegrity(t, path)
	t.Logf("full after %d commits: %v", acknowledged, refusal)
}
