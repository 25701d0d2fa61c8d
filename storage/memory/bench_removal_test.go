package memory_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
)

// BenchmarkRemoval removes a job with 100,000 runs and ticks, and sweeps until
// nothing is left. It reports how long the longest call of each kind took, for
// so long do others wait.
func BenchmarkRemoval(b *testing.B) {
	const each, commits = 1000, 100
	longest := map[string]time.Duration{}
	timed := func(call string, do func() error) {
		began := time.Now()
		if err := do(); err != nil {
			b.Fatal(err)
		}
		longest[call] = max(longest[call], time.Since(began))
	}
	for b.Loop() {
		store := memory.New()
		ctx := context.Background()
		for i := range commits {
			timed("commit", func() error { return store.Commit(ctx, thousand(i, each)) })
		}
		c := change(benchJob(0), commits)
		c.Job.Revision, c.Tombstone = commits, &storage.TombstoneRecord{JobRef: c.JobRef}
		timed("removal", func() error { return store.Commit(ctx, c) })
		timed("list", func() error {
			_, err := store.ListRuns(ctx, storage.RunQuery{JobRef: storage.JobRef{OrganizationID: "acme"}, Limit: 100})
			return err
		})
		erased := each
		for erased == each {
			timed("sweep", func() (err error) {
				erased, err = store.Sweep(ctx, storage.SweepOptions{Limit: each})
				return err
			})
		}
	}
	for call, d := range longest {
		b.ReportMetric(float64(d.Microseconds())/1000, call+"-ms")
	}
}

// thousand is the i-th change to a job, with so many runs and ticks.
func thousand(i, each int) storage.Change {
	c := change(benchJob(0), i)
	c.Job.Revision = int64(i)
	for n := i * each; n < (i+1)*each; n++ {
		at := start.Add(time.Duration(n) * time.Second)
		c.PutRuns = append(c.PutRuns, storage.RunRecord{
			JobRef: c.JobRef, ID: strconv.Itoa(n), Number: int64(n + 1), CreatedAt: at, Outcome: "succeeded", Doc: document[:600],
		})
		c.PutTicks = append(c.PutTicks, storage.TickRecord{JobRef: c.JobRef, NominalAt: at, Doc: document[:100]})
	}
	return c
}
