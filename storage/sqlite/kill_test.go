package sqlite_test

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/sqlite"
)

// kills is how often TestKill kills; the full figure is 1,000.
var kills = flag.Int("kills", 100, "processes that TestKill kills while they write")

// What a child process is told by its environment.
const (
	childFile   = "JOBLEDGER_TEST_CHILD_FILE"
	childPrefix = "JOBLEDGER_TEST_CHILD_PREFIX"
)

// childWriters write at the same time in one child process.
const childWriters = 4

// runChild writes chains of changes until it is killed, and prints the name
// and revision of each job once its commit is acknowledged.
func runChild(path string) int {
	store, err := sqlite.Open(context.Background(), path, nil)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	prefix := os.Getenv(childPrefix)
	together(childWriters, func(worker int) {
		for n := range 100_000 {
			ref := jobs.JobRef{OrganizationID: "org", JobID: fmt.Sprintf("%s-%d-%d", prefix, worker, n)}
			if err := writeChain(store, ref); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
		}
	})
	return 0
}

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

// TestKill kills processes while they write, and looks for what they were
// told is written: one process at a time, and then four on one file.
func TestKill(t *testing.T) {
	for _, processes := range []int{1, 4} {
		t.Run(fmt.Sprintf("%d processes", processes), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "jobs.db")
			rounds := max(1, *kills/2/processes)
			for round := range rounds {
				acknowledged := killed(t, path, fmt.Sprint("round", round), processes)
				requireWhole(t, path, acknowledged)
			}
		})
	}
}

// killed starts processes that write to the file, kills each at some moment of
// its writing, and returns the revisions that were acknowledged by then.
func killed(t *testing.T, path, prefix string, processes int) map[string]int64 {
	t.Helper()
	printed := make([]map[string]int64, processes)
	failures := make([]error, processes)
	together(processes, func(n int) {
		// After a few acknowledgements, and never at the same point.
		printed[n], failures[n] = killAfter(path, fmt.Sprint(prefix, "-", n), 1+(len(prefix)*31+n*17)%23)
	})
	acknowledged := make(map[string]int64)
	for n := range processes {
		require.NoError(t, failures[n])
		for id, revision := range printed[n] {
			acknowledged[id] = max(acknowledged[id], revision)
		}
	}
	return acknowledged
}

// killAfter runs a child until it has printed so many lines, kills it, and
// returns the last revision that it printed of each job.
func killAfter(path, prefix string, lines int) (map[string]int64, error) {
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childFile+"="+path, childPrefix+"="+prefix)
	var complaint strings.Builder
	child.Stderr = &complaint
	output, err := child.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := child.Start(); err != nil {
		return nil, err
	}
	printed := make(map[string]int64)
	reader := bufio.NewReader(output)
	for n := 0; ; n++ {
		if n == lines {
			_ = child.Process.Kill() // it may have ended: then it complains
		}
		line, err := reader.ReadString('\n')
		if errors.Is(err, io.EOF) {
			break // what follows the last line end was not said
		}
		if err != nil {
			return nil, err
		}
		var id string
		var revision int64
		if _, err := fmt.Sscan(line, &id, &revision); err != nil {
			return nil, err
		}
		printed[id] = max(printed[id], revision)
	}
	_ = child.Wait() // it was killed
	if complaint.Len() > 0 {
		return nil, errors.New(complaint.String())
	}
	return printed, nil
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
	versions, err := store.ListVersions(t.Context(), jobs.VersionQuery{JobRef: job.JobRef, Limit: 10})
	require.NoError(t, err)
	require.Equal(t, int(job.Revision), versions.Total)
	require.Len(t, versions.Versions, int(job.Revision))
	runs, err := store.ListRuns(t.Context(), jobs.RunQuery{JobRef: job.JobRef, Limit: 10})
	require.NoError(t, err)
	require.Len(t, runs, int(job.Revision))
	ticks, err := store.ListTicks(t.Context(), jobs.TickQuery{JobRef: job.JobRef, Limit: 10})
	require.NoError(t, err)
	require.Len(t, ticks, int(job.Revision))
}

// requireIntegrity has SQLite check the file, and the counts against the rows.
func requireIntegrity(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	require.NoError(t, err)
	defer db.Close()
	var verdict string
	require.NoError(t, db.QueryRow("PRAGMA integrity_check").Scan(&verdict))
	require.Equal(t, "ok", verdict)
	var broken int
	require.NoError(t, db.QueryRow("SELECT count(*) FROM pragma_foreign_key_check").Scan(&broken))
	require.Zero(t, broken)
	require.NoError(t, db.QueryRow(`
		SELECT (SELECT count(*) FROM organizations o WHERE jobs <> (
				SELECT count(*) FROM jobs j WHERE j.organization_id = o.organization_id))
			+ (SELECT count(*) FROM job_groups g WHERE depends_on = '' AND jobs <> (
				SELECT count(*) FROM jobs j WHERE j.group_id = g.id))
			+ (SELECT count(*) FROM job_groups g WHERE depends_on <> '' AND jobs <> (
				SELECT count(*) FROM dependents d WHERE d.group_id = g.id))`).Scan(&broken))
	require.Zero(t, broken, "counts that do not match")
}
