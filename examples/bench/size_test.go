package bench_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/storage/sqlite"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// TestSizeOfAJob measures what docs/stores.md says: the bytes that a job with a
// small config takes, and a run of it with its event. Redis has such a test of its
// own, TestMemoryOfAJob in storage/redis.
func TestSizeOfAJob(t *testing.T) {
	const jobsOfOne, runsOfMany = 1000, 20
	for _, row := range []struct {
		store string
		size  func(t *testing.T, jobCount, runCount int) int64
	}{
		{"sqlite", sizeOnSQLite},
		{"memory", sizeInMemory},
	} {
		job := row.size(t, jobsOfOne, 0) / jobsOfOne
		run := (row.size(t, jobsOfOne/10, runsOfMany)/(jobsOfOne/10) - job) / runsOfMany
		t.Logf("%s: %d bytes a job, %d bytes a run", row.store, job, run)
		require.Less(t, job, int64(4<<10), row.store)
		require.Less(t, run, int64(4<<10), row.store)
	}
}

func sizeOnSQLite(t *testing.T, jobCount, runCount int) int64 {
	path := filepath.Join(t.TempDir(), "jobs.db")
	store, err := sqlite.Open(t.Context(), path, nil)
	require.NoError(t, err)
	fill(t, store, jobCount, runCount)
	require.NoError(t, store.Close())
	info, err := os.Stat(path)
	require.NoError(t, err)
	return info.Size()
}

func sizeInMemory(t *testing.T, jobCount, runCount int) int64 {
	before := allocated()
	store := memory.New()
	fill(t, store, jobCount, runCount)
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

func fill(t *testing.T, store storage.Store, jobCount, runCount int) {
	service, actor := jobs.NewService(store, nil), teams.System("acme")
	for i := range jobCount {
		job, err := service.CreateJob(t.Context(), actor, jobs.NewJob{
			Key: fmt.Sprintf("job-%d", i), TeamIDs: []string{"data"},
			Definition: versions.Definition{
				ClusterID: "main", CronExpression: "0 2 * * *",
				Config: json.RawMessage(`{"sql":{"source":"select product, sum(quantity) as sold from sales group by product"}}`),
			},
		})
		require.NoError(t, err)
		for range runCount {
			_, err := service.CreateRun(t.Context(), actor, job.ID, jobs.NewRun{})
			require.NoError(t, err)
		}
	}
}
