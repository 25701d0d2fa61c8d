package sqlite_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/sqlite"
)

// Each benchmark measures the store, then its floor: the raw driver, with
// prepared statements, on a file in the same folder. x-floor is their ratio.

// benchDoc is a document of the size of a usual job's.
var benchDoc = make([]byte, 1500)

var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// benchJob is the n-th job of a benchmark's organization: one of 10 teams, one
// of 4 clusters, one in 100 depends on one of 100 keys.
func benchJob(n int) storage.JobRecord {
	team := fmt.Sprintf("team-%d", n%10)
	listed := []string{fmt.Sprintf("c:cluster-%d", n%4), "t:" + team}
	job := storage.JobRecord{
		JobRef:    storage.JobRef{OrganizationID: "org", JobID: fmt.Sprintf("job-%09d", n)},
		Key:       fmt.Sprintf("key-%09d", n*7919%1_000_003),
		CreatedAt: epoch.Add(time.Duration(n) * time.Millisecond),
		TeamIDs:   []string{team},
		Scopes:    listed,
		KeyScopes: listed,
		Doc:       benchDoc,
	}
	if n%100 == 99 {
		job.Scopes = []string{listed[0], fmt.Sprintf("d:key-%09d", n/100%100), "g", listed[1]}
	}
	if n%10 == 0 {
		job.WakeAt = epoch.Add(time.Duration(n) * time.Second)
	}
	return job
}

var operation atomic.Int64

// changeOf is a change that writes the job.
func changeOf(job storage.JobRecord) storage.Change {
	n := operation.Add(1)
	return storage.Change{
		JobRef:      job.JobRef,
		OperationID: storage.NewOperationID(epoch.Add(time.Duration(n) * time.Millisecond)),
		At:          epoch.Add(time.Duration(n) * time.Millisecond),
		Job:         &job,
	}
}

// fill commits the first so many jobs.
func fill(tb testing.TB, store storage.Store, count int) {
	tb.Helper()
	next := atomic.Int64{}
	together(64, func(int) {
		for n := int(next.Add(1)) - 1; n < count; n = int(next.Add(1)) - 1 {
			if err := store.Commit(context.Background(), changeOf(benchJob(n))); err != nil {
				tb.Error(err)
				return
			}
		}
	})
	if tb.Failed() {
		tb.FailNow()
	}
}

// together runs work in n goroutines and waits for all.
func together(n int, work func(worker int)) {
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() { work(i) })
	}
	wait.Wait()
}

// measure times n runs of work, beside the benchmark's own clock.
func measure(b *testing.B, n int, work func(n int) error) time.Duration {
	b.Helper()
	start := time.Now()
	for i := range n {
		if err := work(i); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(start)
}

// besideFloor measures work as the benchmark, and floor in turn with it, so
// that whatever else the machine does slows both. The ratio is that of the
// medians: one sync that waits for another process's outweighs a hundred others.
func besideFloor(b *testing.B, work, floor func(n int) error) {
	b.Helper()
	took, under := make([]time.Duration, b.N), make([]time.Duration, b.N)
	for n := range b.N {
		start := time.Now()
		err := work(n)
		between := time.Now()
		require.NoError(b, err)
		rest := floor(n)
		under[n] = time.Since(between)
		require.NoError(b, rest)
		took[n] = between.Sub(start)
	}
	b.ReportMetric(float64(median(took).Nanoseconds()), "ns/op")
	b.ReportMetric(float64(median(under).Nanoseconds()), "floor-ns/op")
	b.ReportMetric(float64(median(took))/float64(median(under)), "x-floor")
}

func median(took []time.Duration) time.Duration {
	slices.Sort(took)
	return took[len(took)/2]
}

func BenchmarkCommitCreate(b *testing.B) {
	eachSize(b, func(b *testing.B, store *sqlite.Store, raw *rawFile, size int) {
		next := size
		b.Run("one more", func(b *testing.B) {
			besideFloor(b, func(int) error {
				next++
				return store.Commit(b.Context(), changeOf(benchJob(next)))
			}, raw.insert)
		})
	})
}

// BenchmarkCommitUpdate is the change that a scheduler makes most: a job's
// record again, to look at later.
func BenchmarkCommitUpdate(b *testing.B) {
	folder := b.TempDir()
	store, raw := openAt(b, filepath.Join(folder, "jobs.db")), openRaw(b, folder, 0)
	fill(b, store, 1)
	besideFloor(b, func(n int) error {
		job := benchJob(0)
		job.Revision = int64(n + 1)
		job.WakeAt = job.WakeAt.Add(time.Duration(n) * time.Second)
		return store.Commit(b.Context(), changeOf(job))
	}, raw.insert)
}

// BenchmarkCommitWriters tells how much more 16 writers write than one:
// x-writer is the ratio of their rates.
func BenchmarkCommitWriters(b *testing.B) {
	store := openAt(b, filepath.Join(b.TempDir(), "jobs.db"))
	var next atomic.Int64
	one := measure(b, b.N, func(int) error {
		return store.Commit(b.Context(), changeOf(benchJob(int(next.Add(1)))))
	})
	b.ResetTimer()
	start := time.Now()
	var written atomic.Int64
	together(16, func(int) {
		for written.Add(1) <= int64(b.N) {
			if err := store.Commit(b.Context(), changeOf(benchJob(int(next.Add(1))))); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(one)/float64(time.Since(start)), "x-writer")
}

// eachSize runs a benchmark on a store of 1,000 jobs and one of 100,000.
func eachSize(b *testing.B, run func(b *testing.B, store *sqlite.Store, raw *rawFile, size int)) {
	for _, size := range []int{1_000, 100_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			folder := b.TempDir()
			store, raw := openAt(b, filepath.Join(folder, "jobs.db")), openRaw(b, folder, size)
			fill(b, store, size)
			run(b, store, raw, size)
		})
	}
}

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
		"dependents": {AllTeams: true, Scope: "d:key-000000001"},
	}
	eachSize(b, func(b *testing.B, store *sqlite.Store, raw *rawFile, _ int) {
		for name, query := range queries {
			query.OrganizationID, query.Limit = "org", 100
			b.Run(name, func(b *testing.B) {
				besideFloor(b, func(int) error {
					_, err := store.ListJobs(b.Context(), query)
					return err
				}, func(int) error { return raw.page(b.Context()) })
			})
		}
	})
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

func BenchmarkOpenClose(b *testing.B) {
	path := filepath.Join(b.TempDir(), "jobs.db")
	openAt(b, path)
	for b.Loop() {
		store, err := sqlite.Open(b.Context(), path, nil)
		require.NoError(b, err)
		require.NoError(b, store.Close())
	}
}
