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

	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/sqlite"
)

// Each benchmark measures the store and its floor in turns: the raw driver,
// with prepared statements, on a file in the same folder. x-floor is their
// ratio. What is written is what the domain writes: a new job comes with its
// version and its event, a tick with its run, its record and its event.

var (
	benchDoc   = make([]byte, 1500)
	benchState = make([]byte, 200)
	benchSmall = make([]byte, 300)
)

var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// benchJob is the n-th job of a benchmark's organization: one of 10 teams, one
// of 4 clusters, one in 100 depends on one of 100 keys.
func benchJob(n int) storage.JobRecord {
	team := fmt.Sprintf("team-%d", n%10)
	listed := []string{fmt.Sprintf("c:cluster-%d", n%4), "t:" + team}
	job := storage.JobRecord{
		JobRef:    storage.JobRef{OrganizationID: "org", JobID: fmt.Sprintf("job-%09d", n*7919%1_000_003)},
		Key:       fmt.Sprintf("key-%09d", n*7877%1_000_003),
		CreatedAt: epoch.Add(time.Duration(n) * time.Millisecond),
		TeamIDs:   []string{team},
		Scopes:    listed,
		KeyScopes: listed,
		Doc:       benchDoc,
		State:     benchState,
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
	at := epoch.Add(time.Duration(operation.Add(1)) * time.Millisecond)
	return storage.Change{JobRef: job.JobRef, OperationID: storage.NewOperationID(at), At: at, Job: &job}
}

// creation is the change by which a user makes a job.
func creation(n int) storage.Change {
	c := changeOf(benchJob(n))
	c.AddVersions = []storage.VersionRecord{{JobRef: c.JobRef, Number: 1, Doc: benchDoc}}
	c.Events = []storage.EventRecord{{Doc: benchSmall}}
	return c
}

// settling is the change by which a scheduler settles a tick of a job, for the
// time after the revision.
func settling(n int, revision int64) storage.Change {
	job := benchJob(n)
	job.Revision, job.Doc = revision, nil
	job.WakeAt = epoch.Add(time.Duration(revision) * time.Hour)
	job.LatestRunID = fmt.Sprintf("run-%d", revision)
	c := changeOf(job)
	c.PutRuns = []storage.RunRecord{{
		JobRef: job.JobRef, ID: job.LatestRunID, Number: revision, CreatedAt: c.At, ReadyAt: c.At, Doc: benchSmall,
	}}
	c.PutTicks = []storage.TickRecord{{JobRef: job.JobRef, NominalAt: job.WakeAt, Doc: benchSmall[:100]}}
	c.TrimTicks = job.WakeAt.AddDate(0, 0, -30)
	c.Events = []storage.EventRecord{{Doc: benchSmall}}
	return c
}

// fill commits the first so many jobs.
func fill(tb testing.TB, store storage.Store, count int) {
	tb.Helper()
	next := atomic.Int64{}
	together(64, func(int) {
		for n := int(next.Add(1)) - 1; n < count; n = int(next.Add(1)) - 1 {
			if err := store.Commit(context.Background(), creation(n)); err != nil {
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

// byWriters has 16 writers commit 16 times each, one after the other, so that
// what one group leaves waiting makes the next.
func byWriters(store storage.Store, change func(n int) storage.Change) error {
	failures := make([]error, groupSize)
	together(groupSize, func(writer int) {
		for n := range groupSize {
			if err := store.Commit(context.Background(), change(n*groupSize+writer)); err != nil {
				failures[writer] = err
			}
		}
	})
	return firstOf(failures)
}

const groupSize = 16

func firstOf(failures []error) error {
	for _, err := range failures {
		if err != nil {
			return err
		}
	}
	return nil
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

// eachSize runs a benchmark on a store of 1,000 jobs and a larger one.
func eachSize(b *testing.B, run func(b *testing.B, store *sqlite.Store, raw *rawFile, size int)) {
	for _, size := range []int{1_000, torture.Figure(20_000, 100_000)} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			folder := b.TempDir()
			store, raw := openAt(b, filepath.Join(folder, "jobs.db")), openRaw(b, folder, size)
			fill(b, store, size)
			run(b, store, raw, size)
		})
	}
}

// BenchmarkCommitCreate makes jobs, beside raw inserts of one row each: by one
// writer, and by 16 beside transactions of 16 inserts.
func BenchmarkCommitCreate(b *testing.B) {
	eachSize(b, func(b *testing.B, store *sqlite.Store, raw *rawFile, size int) {
		next := size
		b.Run("one writer", func(b *testing.B) {
			besideFloor(b, func(int) error {
				next++
				return store.Commit(b.Context(), creation(next))
			}, raw.insert)
		})
		b.Run("16 writers", func(b *testing.B) {
			besideFloor(b, func(int) error {
				next += groupSize * groupSize
				return byWriters(store, func(n int) storage.Change { return creation(next - n) })
			}, raw.insertGroups)
		})
	})
}

// BenchmarkCommitTick has 16 writers settle ticks of as many jobs, beside
// transactions of 16 raw inserts.
func BenchmarkCommitTick(b *testing.B) {
	eachSize(b, func(b *testing.B, store *sqlite.Store, raw *rawFile, size int) {
		revisions := make([]atomic.Int64, size)
		b.Run("16 writers", func(b *testing.B) {
			besideFloor(b, func(n int) error {
				return byWriters(store, func(i int) storage.Change {
					job := (n*groupSize*groupSize + i) * 7919 % size
					return settling(job, revisions[job].Add(1))
				})
			}, raw.insertGroups)
		})
	})
}

// BenchmarkCommitUpdate edits a job, without more, beside a raw compare-and-swap.
func BenchmarkCommitUpdate(b *testing.B) {
	eachSize(b, func(b *testing.B, store *sqlite.Store, raw *rawFile, size int) {
		revisions := make([]int64, size)
		b.Run("one writer", func(b *testing.B) {
			besideFloor(b, func(n int) error {
				job := benchJob(n * 7919 % size)
				revisions[n*7919%size]++
				job.Revision = revisions[n*7919%size]
				return store.Commit(b.Context(), changeOf(job))
			}, func(n int) error { return raw.swap(n*7919%size, revisions[n*7919%size]) })
		})
	})
}

// BenchmarkCommitLongConfig settles a tick of a job with a config of 256 KiB,
// beside one with 1.5 KB.
func BenchmarkCommitLongConfig(b *testing.B) {
	store := openAt(b, filepath.Join(b.TempDir(), "jobs.db"))
	fill(b, store, 1)
	long := benchJob(1)
	long.Doc = make([]byte, 256<<10)
	require.NoError(b, store.Commit(b.Context(), changeOf(long)))
	var revision int64
	b.Run("tick", func(b *testing.B) {
		besideFloor(b, func(int) error {
			revision++
			return store.Commit(b.Context(), settling(1, revision))
		}, func(int) error { return store.Commit(b.Context(), settling(0, revision)) })
	})
}
