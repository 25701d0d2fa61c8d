package bench_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/jobstest"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/storage/sqlite"
	"github.com/jobledger/jobledger/versions"
)

// TestSizeOfAJob measures what docs/stores.md says: the bytes that a job with a
// small config takes, and a run of its schedule with its tick and events. Redis has
// such a test of its own, TestMemoryOfAJob in storage/redis.
func TestSizeOfAJob(t *testing.T) {
	alone, busy, hours := torture.Figure(200, 1000), torture.Figure(5, 20), 100
	for _, row := range []struct {
		store string
		size  func(t *testing.T, jobCount, hours int) int64
	}{
		{"sqlite", sizeOnSQLite},
		{"memory", sizeInMemory},
	} {
		job := row.size(t, alone, 0) / int64(alone)
		run := (row.size(t, busy, hours)/int64(busy) - job) / int64(hours)
		t.Logf("%s: %d bytes a job, %d bytes a run", row.store, job, run)
		require.Less(t, job, int64(4<<10), row.store)
		require.Less(t, run, int64(4<<10), row.store)
	}
}

func sizeOnSQLite(t *testing.T, jobCount, hours int) int64 {
	path := filepath.Join(t.TempDir(), "jobs.db")
	store, err := sqlite.Open(t.Context(), path, nil)
	require.NoError(t, err)
	live(t, store, jobCount, hours)
	require.NoError(t, store.Close())
	info, err := os.Stat(path)
	require.NoError(t, err)
	return info.Size()
}

func sizeInMemory(t *testing.T, jobCount, hours int) int64 {
	before := allocated()
	store := memory.New()
	live(t, store, jobCount, hours)
	size := allocated() - before
	runtime.KeepAlive(store)
	return size
}

func allocated() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

// live makes so many hourly jobs, and lets so many hours pass.
func live(t *testing.T, store storage.Store, jobCount, hours int) {
	w := jobstest.New(t, &jobstest.Options{Store: store})
	for i := range jobCount {
		w.Create(jobs.NewJob{Key: fmt.Sprintf("job-%d", i), Definition: versions.Definition{
			CronExpression: "30 * * * *",
			Config:         json.RawMessage(`{"sql":{"source":"select product, sum(quantity) as sold from sales group by product"}}`),
		}})
	}
	w.Advance(time.Duration(hours) * time.Hour)
}
