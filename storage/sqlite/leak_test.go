package sqlite_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/sqlite"
)

// TestDescriptorsFlat opens and closes a store again and again, used by reads
// at once, a writer and a backup: every file is closed again. That no goroutine
// stays is seen after all tests.
func TestDescriptorsFlat(t *testing.T) {
	if _, err := descriptors(); err != nil {
		t.Skipf("open files cannot be counted here: %v", err)
	}
	folder := t.TempDir()
	path := filepath.Join(folder, "jobs.db")
	var first int
	cycles := torture.Figure(5, 200)
	for cycle := range cycles {
		store, err := sqlite.Open(t.Context(), path, nil)
		require.NoError(t, err)
		require.NoError(t, store.Commit(t.Context(), changeOf(benchJob(cycle))))
		failures := make([]error, 8)
		together(len(failures), func(n int) {
			query := storage.JobQuery{OrganizationID: "org", TeamIDs: []string{"team-1"}, Limit: 10}
			_, failures[n] = store.ListJobs(t.Context(), query)
		})
		for _, err := range failures {
			require.NoError(t, err)
		}
		require.NoError(t, store.Backup(t.Context(), filepath.Join(folder, fmt.Sprint(cycle))))
		require.NoError(t, store.Close())
		open, err := descriptors()
		require.NoError(t, err)
		if cycle == 0 {
			first = open
		}
		require.LessOrEqual(t, open, first, "after %d cycles", cycle+1)
	}
	t.Logf("%d open files after 1 cycle and after %d", first, cycles)
}

// descriptors counts the open files of this process.
func descriptors() (int, error) {
	open, err := os.ReadDir("/proc/self/fd")
	return len(open), err
}
