package sqlite_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/sqlite"
)

// counter counts the instructions of SQLite that something takes.
func counter(t *testing.T, store *sqlite.Store) func(do func() error) int64 {
	t.Helper()
	of, err := store.CountSteps(t.Context())
	require.NoError(t, err)
	return func(do func() error) int64 {
		t.Helper()
		n, err := of(do)
		require.NoError(t, err)
		return n
	}
}

// TestManyGrantSets lists 1,000 jobs, each granted to 100 of 150 teams, no two to
// the same: a page costs a member of all teams at most ten times what it costs an
// administrator, whose page asks for no teams.
func TestManyGrantSets(t *testing.T) {
	useDisk(t).skipSyncs.Store(true)
	store := openAt(t, filepath.Join(t.TempDir(), "jobs.db"))
	var teams []string
	for n := range 150 {
		teams = append(teams, fmt.Sprintf("team-%03d", n))
	}
	coprime := []int{1, 7, 11, 13, 17, 19, 23} // to 150
	for n := range 1000 {
		change := creation(n)
		change.Job.TeamIDs = nil
		for i := range 100 {
			change.Job.TeamIDs = append(change.Job.TeamIDs, teams[(i*coprime[n/150]+n)%150])
		}
		slices.Sort(change.Job.TeamIDs)
		require.NoError(t, store.Commit(t.Context(), change))
	}
	steps := counter(t, store)
	var worst float64
	for _, scope := range []string{"", "c:cluster-1"} {
		for _, order := range []storage.JobOrder{storage.ByCreation, storage.ByKey} {
			for _, offset := range []int{0, 150} {
				query := storage.JobQuery{OrganizationID: "org", Scope: scope, Order: order, Offset: offset, Limit: 100}
				page := func(all bool, teams []string) int64 {
					query.AllTeams, query.TeamIDs = all, teams
					return steps(func() error {
						page, err := store.ListJobs(t.Context(), query)
						require.NotEmpty(t, page.Jobs)
						return err
					})
				}
				page(false, teams) // the teams of each set are read once
				admin := page(true, nil)
				for _, some := range [][]string{teams, teams[:1], teams[:50]} {
					member := page(false, some)
					require.LessOrEqual(t, member, 10*admin, "%+v", query)
					worst = max(worst, float64(member)/float64(admin))
				}
			}
		}
	}
	t.Logf("a page costs a member at most %.1f times the instructions that it costs an administrator", worst)
}

// TestRemovalTakesConstantSteps removes a job of few runs and one of many, 5,000
// in a run of all tests and 100,000 in full: it costs the same, and so does each
// transaction of a sweep and a page beside what was left.
func TestRemovalTakesConstantSteps(t *testing.T) {
	useDisk(t).skipSyncs.Store(true)
	many := torture.Figure(5000, 100_000)
	removal, sweep, page := removalSteps(t, 500)
	removalOfMany, sweepOfMany, pageOfMany := removalSteps(t, many)
	t.Logf("a job of 500 runs and one of %d: %d and %d instructions to remove it, at most %d and %d for 200 records of a sweep, %d and %d for a page beside it",
		many, removal, removalOfMany, sweep, sweepOfMany, page, pageOfMany)
	const upkeep = 2000 // of operation IDs, which is part of a commit now and then
	require.LessOrEqual(t, removalOfMany, removal+upkeep)
	require.LessOrEqual(t, sweepOfMany, 2*sweep)
	require.LessOrEqual(t, pageOfMany, 4*page)
}

// removalSteps removes a job of so many runs and ticks, and erases them. It
// returns the instructions of the removal, of the longest transaction of a sweep,
// and of the longest page of the organization's runs.
func removalSteps(t *testing.T, runs int) (removal, sweep, page int64) {
	t.Helper()
	store := openAt(t, filepath.Join(t.TempDir(), "jobs.db"))
	require.NoError(t, store.Commit(t.Context(), creation(1)))
	const each = 500
	revision := int64(1)
	for n := 0; n < runs; n += each {
		job := benchJob(1)
		job.Revision, job.Doc = revision, nil
		c := changeOf(job)
		for i := n; i < n+each; i++ {
			at := epoch.Add(time.Duration(i) * time.Second)
			c.PutRuns = append(c.PutRuns, storage.RunRecord{
				JobRef: job.JobRef, ID: fmt.Sprint("run-", i), Number: int64(i + 1), CreatedAt: at, Outcome: "succeeded", Doc: benchSmall,
			})
			c.PutTicks = append(c.PutTicks, storage.TickRecord{JobRef: job.JobRef, NominalAt: at, Doc: benchSmall[:100]})
		}
		require.NoError(t, store.Commit(t.Context(), c))
		revision++
	}
	job := benchJob(1)
	job.Revision = revision
	c := changeOf(job)
	c.Tombstone = &storage.TombstoneRecord{JobRef: job.JobRef}
	steps := counter(t, store)
	var took [3]time.Duration
	timed := func(i int, do func() error) int64 {
		began := time.Now()
		taken := steps(do)
		took[i] = max(took[i], time.Since(began))
		return taken
	}
	removal = timed(0, func() error { return store.Commit(t.Context(), c) })
	query := storage.RunQuery{JobRef: storage.JobRef{OrganizationID: "org"}, Limit: 100}
	for more := true; more; {
		page = max(page, timed(1, func() error {
			found, err := store.ListRuns(t.Context(), query)
			require.Empty(t, found.Runs)
			more, query.After = found.More, found.Next
			return err
		}))
	}
	for erased := 200; erased == 200; {
		sweep = max(sweep, timed(2, func() (err error) {
			erased, err = store.Sweep(t.Context(), storage.SweepOptions{Limit: 200})
			return err
		}))
	}
	t.Logf("%d runs and ticks, counted: the removal took %v, the longest page beside what was left %v, the longest transaction of a sweep %v", runs, took[0], took[1], took[2])
	return removal, sweep, page
}
