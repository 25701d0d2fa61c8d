package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

// TestLogStaysShort writes several times as much as the log may hold: it is
// brought into the file and begun anew, and both are whole then.
func TestLogStaysShort(t *testing.T) {
	useDisk(t).skipSyncs.Store(true)
	path := filepath.Join(t.TempDir(), "jobs.db")
	store := openAt(t, path)
	const jobs, limit = 100, 64 << 20
	for n := range jobs {
		job := benchJob(n)
		job.Doc = make([]byte, 1<<20)
		require.NoError(t, store.Commit(t.Context(), changeOf(job)))
		require.Less(t, size(t, path+"-wal"), limit)
	}
	require.Greater(t, size(t, path), limit)
	page, err := store.ListJobs(t.Context(), storage.JobQuery{OrganizationID: "org", AllTeams: true})
	require.NoError(t, err)
	require.Equal(t, jobs, page.Total)
	requireIntegrity(t, path)
}
