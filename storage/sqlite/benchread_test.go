package sqlite_test

import (
	"context"
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

func BenchmarkJob(b *testing.B) {
	eachSize(b, func(b *testing.B, store *sqlite.Store, raw *rawFile, size int) {
		b.Run("point", func(b *testing.B) {
			besideFloor(b, func(n int) error {
				_, err := store.Job(b.Context(), benchJob(n*7919%size).JobRef)
				return err
			}, func(n int) error { return raw.point(b.Context(), n*7919%size) })
		})
	})
}

func BenchmarkListJobs(b *testing.B) {
	queries := map[string]storage.JobQuery{
		"all":        {AllTeams: true},
		"all by key": {AllTeams: true, Order: storage.ByKey, Descending: true},
		"team":       {TeamIDs: []string{"team-1"}},
		"teams":      {TeamIDs: []string{"team-1", "team-2", "team-3"}, Order: storage.ByKey},
		"cluster":    {AllTeams: true, Scope: "c:cluster-1"},
	}
	eachSize(b, func(b *testing.B, store *sqlite.Store, raw *rawFile, _ int) {
		for name, query := range queries {
			query.OrganizationID, query.Limit = "org", 100
			b.Run(name, func(b *testing.B) {
				besideFloor(b, func(int) error { return list(b.Context(), store, query, 100) },
					func(int) error { return raw.page(b.Context()) })
			})
		}
	})
}

// list reads a page, which must have so many jobs.
func list(ctx context.Context, store storage.Store, query storage.JobQuery, want int) error {
	page, err := store.ListJobs(ctx, query)
	if err == nil && len(page.Jobs) != want {
		err = fmt.Errorf("%d jobs in place of %d", len(page.Jobs), want)
	}
	return err
}

// BenchmarkListGranted lists 1,000 jobs, each granted to 100 of 150 teams, for
// a member of all teams and for one of a single team, beside an admin.
func BenchmarkListGranted(b *testing.B) {
	store := openAt(b, filepath.Join(b.TempDir(), "jobs.db"))
	var all []string
	for n := range 150 {
		all = append(all, fmt.Sprintf("team-%03d", n))
	}
	for n := range 1_000 {
		job := benchJob(n)
		job.TeamIDs = nil
		for i := range 100 { // the step has no divisor in common with 150
			job.TeamIDs = append(job.TeamIDs, all[(n+i*[]int{1, 7, 11, 13, 17, 19, 23}[n%7])%150])
		}
		slices.Sort(job.TeamIDs)
		require.NoError(b, store.Commit(b.Context(), changeOf(job)))
	}
	for name, teams := range map[string][]string{"member of all": all, "member of one": all[:1]} {
		for _, scope := range []string{"", "c:cluster-1"} {
			query := storage.JobQuery{OrganizationID: "org", TeamIDs: teams, Scope: scope, Limit: 100}
			admin := query
			admin.AllTeams = true
			b.Run(name+" "+scope, func(b *testing.B) {
				besideFloor(b, func(int) error { return list(b.Context(), store, query, 100) },
					func(int) error { return list(b.Context(), store, admin, 100) })
			})
		}
	}
}

// BenchmarkListSparse lists for a member who sees 5 of many jobs, beside an
// admin's page of 100.
func BenchmarkListSparse(b *testing.B) {
	store := openAt(b, filepath.Join(b.TempDir(), "jobs.db"))
	size := torture.Figure(20_000, 100_000)
	fill(b, store, size)
	for n := range 5 {
		job := benchJob(size + n)
		job.TeamIDs = []string{"few"}
		require.NoError(b, store.Commit(b.Context(), changeOf(job)))
	}
	admin := storage.JobQuery{OrganizationID: "org", AllTeams: true, Limit: 100}
	for name, query := range map[string]storage.JobQuery{
		"all":    {OrganizationID: "org", TeamIDs: []string{"few"}, Limit: 100},
		"by key": {OrganizationID: "org", TeamIDs: []string{"few"}, Order: storage.ByKey, Limit: 100},
	} {
		b.Run(name, func(b *testing.B) {
			besideFloor(b, func(int) error { return list(b.Context(), store, query, 5) },
				func(int) error { return list(b.Context(), store, admin, 100) })
		})
	}
}

// BenchmarkDue asks for the first 100 that are due, as a scheduler does.
func BenchmarkDue(b *testing.B) {
	eachSize(b, func(b *testing.B, store *sqlite.Store, raw *rawFile, _ int) {
		query := storage.DueQuery{Until: epoch.Add(time.Hour), Limit: 100}
		b.Run("first", func(b *testing.B) {
			besideFloor(b, func(int) error {
				_, err := store.Due(b.Context(), query)
				return err
			}, func(int) error { return raw.due(b.Context()) })
		})
	})
}

// BenchmarkRemove removes a job with 100,000 runs that are due, then asks what
// is due, then sweeps by 200.
func BenchmarkRemove(b *testing.B) {
	const runs = 100_000
	for range b.N {
		store := openAt(b, filepath.Join(b.TempDir(), "jobs.db"))
		job := benchJob(0)
		require.NoError(b, store.Commit(b.Context(), changeOf(job)))
		for n := 0; n < runs; n += storage.MaxRuns {
			job.Revision++
			c := changeOf(job)
			for i := range storage.MaxRuns {
				c.PutRuns = append(c.PutRuns, storage.RunRecord{
					JobRef: job.JobRef, ID: fmt.Sprint(n + i), Number: int64(n + i + 1), CreatedAt: epoch, Outcome: "failed",
					DeadlineAt: epoch, Doc: benchSmall,
				})
			}
			require.NoError(b, store.Commit(b.Context(), c))
		}
		job.Revision++
		c := changeOf(job)
		c.Tombstone = &storage.TombstoneRecord{JobRef: job.JobRef}
		start := time.Now()
		require.NoError(b, store.Commit(b.Context(), c))
		b.ReportMetric(float64(time.Since(start).Microseconds())/1000, "remove-ms")
		query := storage.DueQuery{Kind: storage.DueDeadlines, Until: epoch.AddDate(1, 0, 0), Limit: 100}
		reportCalls(b, "due", func() bool {
			page, err := store.Due(b.Context(), query)
			require.NoError(b, err)
			query.After = page.After
			return page.More
		})
		reportCalls(b, "sweep", func() bool {
			erased, err := store.Sweep(b.Context(), storage.SweepOptions{Limit: 200})
			require.NoError(b, err)
			return erased == 200
		})
	}
}

// reportCalls calls until there is no more, and reports how long a call took,
// the median and the longest, in ms.
func reportCalls(b *testing.B, name string, call func() (more bool)) {
	b.Helper()
	var took []time.Duration
	for more := true; more; {
		start := time.Now()
		more = call()
		took = append(took, time.Since(start))
	}
	b.ReportMetric(float64(median(took).Microseconds())/1000, name+"-ms")
	b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, name+"-longest-ms")
}

func BenchmarkOpenClose(b *testing.B) {
	path := filepath.Join(b.TempDir(), "jobs.db")
	openAt(b, path)
	for b.Loop() {
		store, err := sqlite.Open(b.Context(), path, nil)
		require.NoError(b, err)
		require.NoError(b, store.Close())
	}
}
