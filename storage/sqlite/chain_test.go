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

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/sqlite"
)

// chain is how many changes are made to one job.
const chain = 3

// writeChain makes a job and changes it: each change adds a version, a run
// and a tick, all of which name the revision.
func writeChain(store jobs.Store, ref jobs.JobRef) error {
	for revision := range int64(chain) {
		if err := store.Commit(context.Background(), link(ref, revision)); err != nil {
			return err
		}
		fmt.Println(ref.JobID, revision+1)
	}
	return nil
}

// link is the change that brings a job from a revision to the next.
func link(ref jobs.JobRef, revision int64) jobs.Change {
	job := jobs.JobRecord{
		JobRef: ref, Revision: revision, Key: ref.JobID, CreatedAt: epoch, TeamIDs: []string{"team"},
		Doc: linkDoc(revision + 1),
	}
	change := changeOf(job)
	change.OperationID = fmt.Sprint(ref.JobID, " ", revision)
	change.AddVersions = []jobs.VersionRecord{{JobRef: ref, Number: int(revision + 1), Doc: job.Doc}}
	change.PutRuns = []jobs.RunRecord{{JobRef: ref, ID: fmt.Sprint("run", revision+1), Number: revision + 1, CreatedAt: epoch, Doc: job.Doc}}
	change.PutTicks = []jobs.TickRecord{{JobRef: ref, NominalAt: epoch.AddDate(0, 0, int(revision)), Doc: job.Doc}}
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
		job, err := store.Job(t.Context(), jobs.JobRef{OrganizationID: "org", JobID: id})
		require.NoError(t, err, id)
		require.GreaterOrEqual(t, job.Revision, revision, id)
		requireLinks(t, store, job)
	}
	require.NoError(t, store.Close())
	requireIntegrity(t, path)
}

// requireLinks checks that all of a job's changes are there, each as a whole.
func requireLinks(t *testing.T, store jobs.Store, job jobs.JobRecord) {
	t.Helper()
	require.Equal(t, linkDoc(job.Revision), job.Doc)
	versions, err := store.ListVersions(t.Context(), jobs.VersionQuery{JobRef: job.JobRef, Limit: 100})
	require.NoError(t, err)
	require.Equal(t, int(job.Revision), versions.Total)
	require.Len(t, versions.Versions, int(job.Revision))
	runs, err := store.ListRuns(t.Context(), jobs.RunQuery{JobRef: job.JobRef, Limit: 100})
	require.NoError(t, err)
	require.Len(t, runs, int(job.Revision))
	ticks, err := store.ListTicks(t.Context(), jobs.TickQuery{JobRef: job.JobRef, Limit: 100})
	require.NoError(t, err)
	require.Len(t, ticks, int(job.Revision))
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
	require.NoError(t, db.QueryRow("SELECT count(*) FROM pragma_foreign_key_check").Scan(&broken))
	require.Zero(t, broken)
	require.NoError(t, db.QueryRow(`
		SELECT (SELECT count(*) FROM job_groups g WHERE depends_on = '' AND jobs <> (
				SELECT count(*) FROM jobs j WHERE j.group_id = g.id))
			+ (SELECT count(*) FROM job_groups g WHERE depends_on <> '' AND jobs <> (
				SELECT count(*) FROM dependents d WHERE d.group_id = g.id))`).Scan(&broken))
	require.Zero(t, broken, "counts that do not match")
}
