package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/sqlite"
)

// chain is how many changes are made to one job.
const chain = 3

// writeChain makes a job and changes it: each change adds a version, a run
// and a tick, all of which name the revision.
func writeChain(store storage.Store, ref storage.JobRef) error {
	for revision := range int64(chain) {
		if err := store.Commit(context.Background(), link(ref, revision)); err != nil {
			return err
		}
		fmt.Println(ref.JobID, revision+1)
	}
	return nil
}

// link is the change that brings a job from a revision to the next.
func link(ref storage.JobRef, revision int64) storage.Change {
	job := storage.JobRecord{
		JobRef: ref, Revision: revision, Key: ref.JobID, CreatedAt: epoch, TeamIDs: []string{"team"},
		Doc: linkDoc(revision + 1),
	}
	change := changeOf(job)
	change.OperationID = fmt.Sprint(ref.JobID, " ", revision)
	change.AddVersions = []storage.VersionRecord{{JobRef: ref, Number: int(revision + 1), Doc: job.Doc}}
	change.PutRuns = []storage.RunRecord{{JobRef: ref, ID: fmt.Sprint("run", revision+1), Number: revision + 1, CreatedAt: epoch, Doc: job.Doc}}
	change.Events = []storage.EventRecord{{Doc: job.Doc}}
	change.PutTicks = []storage.TickRecord{{JobRef: ref, NominalAt: epoch.AddDate(0, 0, int(revision)), Doc: job.Doc}}
	return change
}

func linkDoc(revision int64) []byte {
	return []byte(strings.Repeat(strconv.FormatInt(revision, 10), 2000))
}

// requireWhole opens the file as the next process does, and checks that every
// acknowledged change is there, and every change as a whole.
func requireWhole(t *testing.T, path string, acknowledged map[string]int64) {
	t.Helper()
	require.NotEmpty(t, acknowledged)
	store, err := sqlite.Open(t.Context(), path, nil)
	require.NoError(t, err)
	for id, revision := range acknowledged {
		job, err := store.Job(t.Context(), storage.JobRef{OrganizationID: "org", JobID: id})
		require.NoError(t, err, id)
		require.GreaterOrEqual(t, job.Revision, revision, id)
		requireLinks(t, store, job)
	}
	require.NoError(t, store.Close())
	requireIntegrity(t, path)
}

// requireLinks checks that all of a job's changes are there, each as a whole.
func requireLinks(t *testing.T, store storage.Store, job storage.JobRecord) {
	t.Helper()
	require.Equal(t, linkDoc(job.Revision), job.Doc)
	versions, err := store.ListVersions(t.Context(), storage.VersionQuery{JobRef: job.JobRef, Limit: 100})
	require.NoError(t, err)
	require.Equal(t, int(job.Revision), versions.Total)
	require.Len(t, versions.Versions, int(job.Revision))
	runs, err := store.ListRuns(t.Context(), storage.RunQuery{JobRef: job.JobRef, Limit: 100})
	require.NoError(t, err)
	require.Len(t, runs.Runs, int(job.Revision))
	ticks, err := store.ListTicks(t.Context(), storage.TickQuery{JobRef: job.JobRef, Limit: 100})
	require.NoError(t, err)
	require.Len(t, ticks.Ticks, int(job.Revision))
}

// requireIntegrity has SQLite check the file, and the counts against the rows.
func requireIntegrity(t *testing.T, path string) {
	t.Helper()
	file := url.URL{Scheme: "file", Path: path}
	db, err := sql.Open("sqlite", file.String())
	require.NoError(t, err)
	defer db.Close()
	var verdict string
	require.NoError(t, db.QueryRow("PRAGMA integrity_check").Scan(&verdict))
	require.Equal(t, "ok", verdict)
	var broken int
	require.NoError(t, db.QueryRow(`
		SELECT (SELECT count(*) FROM counts c WHERE jobs <> (
				SELECT count(*) FROM entries e WHERE e.organization = c.organization AND e.list = 'c' || c.scope AND e.grants = c.grants))
			+ (SELECT count(*) FROM counts c WHERE keyed <> (
				SELECT count(*) FROM entries e WHERE e.organization = c.organization AND e.list = 'k' || c.scope AND e.grants = c.grants))
			+ (SELECT count(*) FROM entries e LEFT JOIN jobs j ON j.id = e.job WHERE j.grants IS NOT e.grants)
			+ (SELECT count(*) FROM jobs j FULL JOIN job_states s ON s.id = j.id
				WHERE j.organization IS NOT s.organization OR j.job_id IS NOT s.job_id)
			+ (SELECT count(*) FROM grants g WHERE NOT EXISTS (SELECT 1 FROM jobs j WHERE j.grants = g.id))`).Scan(&broken))
	require.Zero(t, broken, "lists and counts that do not match the jobs")
}
