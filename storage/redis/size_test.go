package redis_test

import (
	"strconv"
	"testing"

	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/redistest"
)

// What docs/redis.md says about sizes. It asserts only that the server tells.
func TestMemoryOfAJob(t *testing.T) {
	client := redistest.Start(t).Client(t)
	store := open(t, client, nil)
	const many = 2000
	s := newFilledStore(store, client, many)
	before := used(t, client)
	commitAll(t, store, s.creations(many))
	created := used(t, client)
	for range many {
		require.NoError(t, store.Commit(t.Context(), s.tick()))
	}
	t.Logf("a job with its version: %d bytes, of which %d are documents; a tick with its run: %d bytes",
		(created-before)/many, 2*len(document)+200, (used(t, client)-created)/many)
}

func used(t *testing.T, client *goredis.Client) int {
	t.Helper()
	info, err := client.InfoMap(t.Context(), "memory").Result()
	require.NoError(t, err)
	n, err := strconv.Atoi(info["Memory"]["used_memory_dataset"])
	require.NoError(t, err)
	return n
}
