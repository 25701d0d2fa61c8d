package redis_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/redistest"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/redis"
	"github.com/jobledger/jobledger/storage/storagetest"
)

func TestConformance(t *testing.T) {
	client := redistest.Start(t).Client(t)
	storagetest.Run(t, func(t *testing.T) storage.Store { return open(t, client, nil) })
}

// The same on three masters, so that no script uses keys of two slots.
func TestConformanceOnCluster(t *testing.T) {
	cluster := redistest.StartCluster(t)
	client := cluster.Client(t)
	storagetest.Run(t, func(t *testing.T) storage.Store { return open(t, client, nil) })

	t.Run("partitions are spread over the masters", func(t *testing.T) {
		store := open(t, client, nil)
		for n := range 200 {
			at := storage.JobRef{OrganizationID: fmt.Sprint("organization-", n), JobID: "job"}
			require.NoError(t, store.Commit(t.Context(), creation(at)))
		}
		for _, master := range cluster.Masters {
			keys, err := master.Client(t).Keys(t.Context(), "{"+prefix(t)+":*records:*").Result()
			require.NoError(t, err)
			require.InDelta(t, 200/3, len(keys), 30)
		}
	})
}

// A change that the server has is there for whoever comes next, whatever
// becomes of the process that made it.
func TestConformanceAfterReopening(t *testing.T) {
	client := redistest.Start(t).Client(t)
	storagetest.RunDurable(t,
		func(t *testing.T) storage.Store { return open(t, client, nil) },
		func(t *testing.T, _ storage.Store) storage.Store {
			return open(t, client, &redis.Options{Prefix: prefix(t)})
		})
}
