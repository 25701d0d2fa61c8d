package memory_test

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
)

// The benchmarks report x-floor: how many times as long the store takes as the
// least that could be done in its place, measured in the same run.

// document is as large as a job's usually is.
var document = bytes.Repeat([]byte("0123456789abcde\n"), 96)

var sizes = []int{1_000, 100_000}

func BenchmarkCommit(b *testing.B) {
	for _, size := range sizes {
		b.Run(fmt.Sprintf("update/jobs=%d", size), func(b *testing.B) {
			store := filled(b, size)
			revisions := make([]int64, size)
			changes := 0
			run(b, func(i int) error {
				n := i * 7919 % size
				r := benchJob(n)
				r.Revision = revisions[n] + 1
				r.WakeAt = r.WakeAt.Add(time.Duration(i) * time.Millisecond)
				revisions[n]++
				changes++
				return store.Commit(context.Background(), benchChange(r, changes))
			}, putFloor(size))
		})
		b.Run(fmt.Sprintf("create/jobs=%d", size), func(b *testing.B) {
			store := filled(b, size)
			run(b, func(i int) error {
				return store.Commit(context.Background(), benchChange(benchJob(size+i), i))
			}, putFloor(size))
		})
	}
}

func BenchmarkJob(b *testing.B) {
	for _, size := range sizes {
		b.Run(fmt.Sprintf("jobs=%d", size), func(b *testing.B) {
			store := filled(b, size)
			run(b, func(i int) error {
				_, err := store.Job(context.Background(), benchRef(i*7919%size))
				return err
			}, getFloor(size, 1))
		})
	}
}

func BenchmarkListJobs(b *testing.B) {
	queries := []struct {
		name  string
		query jobs.JobQuery
	}{
		{"all", jobs.JobQuery{AllTeams: true}},
		{"teams", jobs.JobQuery{TeamIDs: []string{"team-1", "team-2", "team-3"}, Order: jobs.ByKey, Descending: true}},
		{"cluster", jobs.JobQuery{TeamIDs: []string{"team-1"}, ClusterID: "cluster-1"}},
	}
	for _, q := range queries {
		for _, size := range sizes {
			b.Run(fmt.Sprintf("%s/jobs=%d", q.name, size), func(b *testing.B) {
				store := filled(b, size)
				query := q.query
				query.OrganizationID, query.Limit = "acme", 100
				run(b, func(int) error {
					page, err := store.ListJobs(context.Background(), query)
					if err == nil && len(page.Jobs) != query.Limit {
						err = fmt.Errorf("%d jobs in the page", len(page.Jobs))
					}
					return err
				}, getFloor(size, query.Limit))
			})
		}
	}
}

func BenchmarkDue(b *testing.B) {
	for _, size := range sizes {
		b.Run(fmt.Sprintf("jobs=%d", size), func(b *testing.B) {
			store := filled(b, size)
			query := jobs.DueQuery{Until: start.Add(time.Minute), Limit: 100}
			sorted := make([]jobs.DueItem, query.Limit)
			run(b, func(int) error {
				page, err := store.Due(context.Background(), query)
				if err == nil && len(page.Items) != query.Limit {
					err = fmt.Errorf("%d items are due", len(page.Items))
				}
				return err
			}, func(int) { sink = append([]jobs.DueItem(nil), sorted...) })
		})
	}
}

// sink keeps the compiler from leaving a floor out.
var sink any

// run measures an operation, then its floor.
func run(b *testing.B, operation func(i int) error, floor func(i int)) {
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		if err := operation(n); err != nil {
			b.Fatal(err)
		}
		n++
	}
	each := b.Elapsed() / time.Duration(n)
	began := time.Now()
	for i := range n {
		floor(i)
	}
	b.ReportMetric(float64(each)/(float64(time.Since(began))/float64(n)), "x-floor")
}

// putFloor puts copies of the document into a map.
func putFloor(size int) func(int) {
	kept := make(map[jobs.JobRef][]byte, size)
	refs := benchRefs(size)
	return func(i int) { kept[refs[i*7919%size]] = bytes.Clone(document) }
}

// getFloor gets copies of so many documents from a map.
func getFloor(size, count int) func(int) {
	kept := make(map[jobs.JobRef][]byte, size)
	refs := benchRefs(size)
	for _, ref := range refs {
		kept[ref] = bytes.Clone(document)
	}
	return func(i int) {
		for k := range count {
			sink = bytes.Clone(kept[refs[(i+k)*7919%size]])
		}
	}
}

func benchRefs(size int) []jobs.JobRef {
	refs := make([]jobs.JobRef, size)
	for n := range refs {
		refs[n] = benchRef(n)
	}
	return refs
}

func benchRef(n int) jobs.JobRef {
	return jobs.JobRef{OrganizationID: "acme", JobID: "job-" + strconv.Itoa(n)}
}

// benchJob is the n-th job: its key stands anywhere in the order of keys, and
// it has one of 20 grant sets.
func benchJob(n int) jobs.JobRecord {
	return jobs.JobRecord{
		JobRef:    benchRef(n),
		Key:       strconv.Itoa(n*7919%10_007) + "-" + strconv.Itoa(n),
		CreatedAt: start.Add(time.Duration(n) * time.Millisecond),
		TeamIDs:   []string{"team-" + strconv.Itoa(n%5), "team-" + strconv.Itoa(5+n%4)},
		ClusterID: "cluster-" + strconv.Itoa(n%2),
		WakeAt:    start.Add(time.Duration(n) * time.Millisecond),
		Doc:       document,
	}
}

func benchChange(r jobs.JobRecord, operation int) jobs.Change {
	return jobs.Change{
		JobRef:      r.JobRef,
		OperationID: "operation-" + strconv.Itoa(operation),
		At:          start.Add(time.Duration(operation) * time.Millisecond),
		Job:         &r,
	}
}

// filled returns a store with so many jobs.
func filled(b *testing.B, size int) *memory.Store {
	b.Helper()
	store := memory.New()
	for n := range size {
		if err := store.Commit(context.Background(), benchChange(benchJob(n), -n-1)); err != nil {
			b.Fatal(err)
		}
	}
	return store
}
