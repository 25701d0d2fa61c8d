package sqlite_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/storage"
)

// TestBackupUnderLoad copies a store while it is written to: what was
// acknowledged before is in the copy, and the copy is a store.
func TestBackupUnderLoad(t *testing.T) {
	folder := t.TempDir()
	store := openAt(t, filepath.Join(folder, "jobs.db"))
	fill(t, store, 200)
	stop, stopped := make(chan struct{}), make(chan error, 1)
	go func() {
		for n := 200; ; n++ {
			select {
			case <-stop:
				stopped <- nil
				return
			default:
			}
			if err := store.Commit(context.Background(), changeOf(benchJob(n))); err != nil {
				stopped <- err
				return
			}
		}
	}()
	least := 200
	for n := range torture.Figure(3, 20) {
		path := filepath.Join(folder, fmt.Sprintf("100%% copy %d?.db", n))
		require.NoError(t, store.Backup(t.Context(), path))
		page, err := openAt(t, path).ListJobs(t.Context(), storage.JobQuery{OrganizationID: "org", AllTeams: true})
		require.NoError(t, err)
		require.GreaterOrEqual(t, page.Total, least)
		least = page.Total
		requireIntegrity(t, path)
	}
	close(stop)
	require.NoError(t, <-stopped)
}

func TestBackupRefuses(t *testing.T) {
	folder := t.TempDir()
	store := openAt(t, filepath.Join(folder, "jobs.db"))
	there := filepath.Join(folder, "there")
	require.NoError(t, os.WriteFile(there, []byte("mine"), 0o600))
	require.ErrorIs(t, store.Backup(t.Context(), there), os.ErrExist)
	kept, err := os.ReadFile(there)
	require.NoError(t, err)
	require.Equal(t, "mine", string(kept))

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	gone := filepath.Join(folder, "gone")
	require.ErrorIs(t, store.Backup(ctx, gone), context.Canceled)
	require.NoFileExists(t, gone)
	left, err := filepath.Glob(filepath.Join(folder, "*.partial"))
	require.NoError(t, err)
	require.Empty(t, left)
}
