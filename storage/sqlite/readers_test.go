package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/sqlite"
)

// TestFirstReadsTogether has more reads than connections begin at once on a
// store that has prepared no statement yet: none waits for ever.
func TestFirstReadsTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jobs.db")
	fill(t, openAt(t, path), 20)
	for range torture.Figure(10, 500) {
		store, err := sqlite.Open(t.Context(), path, &sqlite.Options{Readers: 1})
		require.NoError(t, err)
		failures := make([]error, 8)
		together(len(failures), func(n int) {
			query := storage.JobQuery{OrganizationID: "org", TeamIDs: []string{"team-1", "team-2"}, Limit: 1 + n}
			_, failures[n] = store.ListJobs(t.Context(), query)
		})
		for _, err := range failures {
			require.NoError(t, err)
		}
		require.NoError(t, store.Close())
	}
}
