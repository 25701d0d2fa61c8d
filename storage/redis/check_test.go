package redis_test

import (
	"testing"

	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/redistest"
	"github.com/jobledger/jobledger/storage/redis"
)

// A server that throws keys away is found out however often it is asked.
func TestEvictingServerIsRefused(t *testing.T) {
	client := redistest.Start(t).Client(t)
	for _, policy := range []string{"allkeys-lru", "allkeys-random", "volatile-lru", "volatile-ttl"} {
		require.NoError(t, client.ConfigSet(t.Context(), "maxmemory-policy", policy).Err())
		_, err := redis.New(t.Context(), client, nil)
		require.ErrorContains(t, err, "maxmemory-policy is "+policy)
		_, err = redis.New(t.Context(), client, &redis.Options{SkipServerCheck: true})
		require.NoError(t, err)
	}
	require.NoError(t, client.ConfigSet(t.Context(), "maxmemory-policy", "noeviction").Err())
	_, err := redis.New(t.Context(), client, nil)
	require.NoError(t, err)
}

func TestOtherPartitionsAreRefused(t *testing.T) {
	client := redistest.Start(t).Client(t)
	open(t, client, &redis.Options{Partitions: 4})
	_, err := redis.New(t.Context(), client, &redis.Options{Prefix: prefix(t), Partitions: 8})
	require.ErrorContains(t, err, "created with 4 partitions, and this process asks for 8")
	open(t, client, &redis.Options{Partitions: 4})
}

func TestWrongServersAreRefused(t *testing.T) {
	master := redistest.Start(t)
	replica := redistest.Start(t, "replicaof 127.0.0.1 "+port(master))
	_, err := redis.New(t.Context(), replica.Client(t), nil)
	require.ErrorContains(t, err, "the server is a slave")

	sharded := redistest.Start(t, "cluster-enabled yes")
	_, err = redis.New(t.Context(), sharded.Client(t), nil)
	require.ErrorContains(t, err, "use a cluster client")

	ring := goredis.NewRing(&goredis.RingOptions{Addrs: map[string]string{"a": master.Addr}})
	defer func() { require.NoError(t, ring.Close()) }()
	_, err = redis.New(t.Context(), ring, nil)
	require.ErrorContains(t, err, "use a cluster")
}

func TestOptionsAreChecked(t *testing.T) {
	client := redistest.Start(t).Client(t)
	for _, o := range []redis.Options{{Prefix: "a{b"}, {Partitions: -1}, {Partitions: 257}} {
		_, err := redis.New(t.Context(), client, &o)
		require.Error(t, err, "%+v", o)
	}
	_, err := redis.New(t.Context(), nil, nil)
	require.Error(t, err)
}
