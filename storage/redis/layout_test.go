package redis_test

import (
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/redistest"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/redis"
)

// rewriteLayouts has every layout that is stored in a server be another one.
func rewriteLayouts(t *testing.T, client *goredis.Client, layout string) {
	t.Helper()
	keys, err := client.Keys(t.Context(), "*layout").Result()
	require.NoError(t, err)
	require.NotEmpty(t, keys)
	for _, key := range keys {
		require.NoError(t, client.Set(t.Context(), key, layout, 0).Err())
	}
}

// A newer release has raised the layout: the older process neither writes nor
// erases anything from then on, and cannot open the store anew.
func TestOlderProcessIsStopped(t *testing.T) {
	client := redistest.Start(t).Client(t)
	store := open(t, client, nil)
	require.NoError(t, store.Commit(t.Context(), creation(ref("job"))))
	job, err := store.Job(t.Context(), ref("job"))
	require.NoError(t, err)
	gone := creation(ref("gone"))
	gone.AddVersions = []storage.VersionRecord{{JobRef: gone.JobRef, Number: 1, Doc: []byte("v")}}
	gone.Events = []storage.EventRecord{{Doc: []byte("first")}, {Doc: []byte("second")}}
	require.NoError(t, store.Commit(t.Context(), gone))
	require.NoError(t, store.Commit(t.Context(), storage.Change{
		JobRef: gone.JobRef, OperationID: "remove", At: start, Job: &storage.JobRecord{JobRef: gone.JobRef, Revision: 1},
		Tombstone: &storage.TombstoneRecord{JobRef: gone.JobRef},
	}))
	rewriteLayouts(t, client, "version 4, 16 partitions")

	erased, err := store.Sweep(t.Context(), storage.SweepOptions{Limit: 9, EventsBefore: start.Add(time.Hour)})
	require.ErrorIs(t, err, storage.ErrOutdated)
	require.Zero(t, erased)
	for n, change := range []storage.Change{edit(job, 1), creation(ref("another"))} {
		err = store.Commit(t.Context(), change)
		require.ErrorIs(t, err, storage.ErrOutdated, "%d", n)
		require.ErrorContains(t, err, "version 4, and this release knows versions up to 3")
		require.NotErrorIs(t, err, storage.ErrOutcomeUnknown)
	}
	again, err := store.Job(t.Context(), ref("job"))
	require.NoError(t, err)
	require.Equal(t, job, again)
	events, err := store.ListEvents(t.Context(), storage.EventQuery{OrganizationID: "acme", Limit: 9})
	require.NoError(t, err)
	require.Len(t, events.Events, 2)
	_, err = redis.New(t.Context(), client, &redis.Options{Prefix: prefix(t)})
	require.ErrorIs(t, err, storage.ErrOutdated)
}

func TestFirstLayoutIsRefused(t *testing.T) {
	client := redistest.Start(t).Client(t)
	key := "{" + prefix(t) + "}meta"
	require.NoError(t, client.HSet(t.Context(), key, "format", 1, "partitions", 16).Err())
	_, err := redis.New(t.Context(), client, &redis.Options{Prefix: prefix(t)})
	require.ErrorContains(t, err, "a release before layout version 2")
	require.NoError(t, client.Del(t.Context(), key).Err())
	open(t, client, nil)
}

// The server was emptied under a running store. Whoever opens it next may ask
// for other partitions: the first store must not go on with its own.
func TestEmptiedServer(t *testing.T) {
	for _, test := range []struct {
		name       string
		partitions int
		says       string
	}{
		{"and opened by nobody", 0, "was emptied"},
		{"and opened with other partitions", 8, ""},
		{"and opened with the same partitions", 16, "none"},
	} {
		t.Run(test.name, func(t *testing.T) {
			client := redistest.Start(t).Client(t)
			store := open(t, client, nil)
			require.NoError(t, store.Commit(t.Context(), creation(ref("job"))))
			require.NoError(t, client.FlushAll(t.Context()).Err())
			if test.partitions > 0 {
				open(t, client, &redis.Options{Partitions: test.partitions})
			}
			before, err := client.DBSize(t.Context()).Result()
			require.NoError(t, err)
			err = store.Commit(t.Context(), creation(ref("another")))
			if test.says == "none" {
				require.NoError(t, err)
				return
			}
			requireNoSentinel(t, err)
			require.ErrorContains(t, err, test.says)
			after, err := client.DBSize(t.Context()).Result()
			require.NoError(t, err)
			require.Equal(t, before, after, "it wrote")
		})
	}
}

// What a store was begun with stands in each partition.
func TestLayoutStandsInEachPartition(t *testing.T) {
	client := redistest.Start(t).Client(t)
	open(t, client, &redis.Options{Partitions: 4})
	keys, err := client.Keys(t.Context(), "*").Result()
	require.NoError(t, err)
	require.Len(t, keys, 5)
	for _, key := range keys {
		require.True(t, strings.HasSuffix(key, "}layout"), key)
	}
}
