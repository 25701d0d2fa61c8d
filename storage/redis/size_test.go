package redis_test

import (
	"fmt"
	"regexp"
	"strconv"
	"testing"

	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/redistest"
	"github.com/jobledger/jobledger/jobs"
)

// What docs/redis.md says about sizes. It asserts only that the server tells.
func TestMemoryOfAJob(t *testing.T) {
	client := redistest.Start(t).Client(t)
	store := open(t, client, nil)
	const many = 2000
	before := used(t, client)
	for n := range many {
		require.NoError(t, store.Commit(t.Context(), benchChange(benchJob(n), n)))
	}
	jobsOnly := used(t, client)
	for n := range many {
		r := benchJob(n)
		r.Revision = 1
		change := benchChange(r, many+n)
		change.PutRuns = []jobs.RunRecord{{
			JobRef: r.JobRef, ID: fmt.Sprintf("run-%036d", n), Number: 1, CreatedAt: start, WakeAt: start, Doc: []byte("{}"),
		}}
		require.NoError(t, store.Commit(t.Context(), change))
	}
	t.Logf("a job: %d bytes, of which %d are its document; a run without document: %d bytes",
		(jobsOnly-before)/many, len(document), (used(t, client)-jobsOnly)/many)
}

func used(t *testing.T, client *goredis.Client) int {
	t.Helper()
	info, err := client.Info(t.Context(), "memory").Result()
	require.NoError(t, err)
	found := regexp.MustCompile(`used_memory_dataset:(\d+)`).FindStringSubmatch(info)
	require.NotNil(t, found)
	n, err := strconv.Atoi(found[1])
	require.NoError(t, err)
	return n
}
