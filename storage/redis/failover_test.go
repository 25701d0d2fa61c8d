package redis_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/redistest"
	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/redis"
)

// After the master of some partitions has died, the same client and the same
// store go on at the replica that takes its place.
func TestClusterMasterKilled(t *testing.T) {
	for round := range torture.Figure(1, 10) {
		t.Run(fmt.Sprint(round), func(t *testing.T) {
			cluster := redistest.StartCluster(t)
			client := cluster.Client(t, func(o *goredis.ClusterOptions) {
				o.ContextTimeoutEnabled, o.ClusterStateReloadInterval = true, time.Second
			})
			store := open(t, client, nil)
			require.NoError(t, store.Commit(t.Context(), creation(ref("job-0"))))
			victim, err := cluster.MasterOf(t.Context(), client, recordsKey(t, client))
			require.NoError(t, err)
			survives(t, store, victim)
		})
	}
}

func TestSentinelFailover(t *testing.T) {
	for round := range torture.Figure(1, 10) {
		t.Run(fmt.Sprint(round), func(t *testing.T) {
			group := redistest.StartSentinels(t)
			survives(t, open(t, group.Client(t), nil), group.Servers[0])
		})
	}
}

// recordsKey finds the one key of the kind, wherever it is.
func recordsKey(t *testing.T, client *goredis.ClusterClient) string {
	t.Helper()
	var mu sync.Mutex
	var all []string
	require.NoError(t, client.ForEachMaster(t.Context(), func(ctx context.Context, master *goredis.Client) error {
		keys, err := master.Keys(ctx, "*records:*").Result()
		mu.Lock()
		defer mu.Unlock()
		all = append(all, keys...)
		return err
	}))
	require.Len(t, all, 1)
	return all[0]
}

// survives has writers edit a job each while a server is killed, until each of
// them has made changes again. Every job must then be whole. What was
// acknowledged and is gone is counted: Redis replicates after it answers.
func survives(t *testing.T, store *redis.Store, victim *redistest.Server) {
	t.Helper()
	const writers = 4
	killed := make(chan struct{})
	acknowledged := make([][]int, writers)
	recovered := make([]time.Duration, writers)
	var began, died time.Time
	var group sync.WaitGroup
	var warm sync.WaitGroup
	warm.Add(writers)
	for w := range writers {
		group.Go(func() {
			ready := sync.OnceFunc(warm.Done)
			defer ready()
			acknowledged[w], recovered[w] = write(t.Context(), store, fmt.Sprintf("job-%d", w), killed, &died, ready)
		})
	}
	warm.Wait()
	began = time.Now()
	victim.Kill()
	died = time.Now()
	close(killed)
	group.Wait()

	lost := 0
	for w := range writers {
		require.NotZero(t, recovered[w], "writer %d made no change after the kill", w)
		lost += check(t, store, fmt.Sprintf("job-%d", w), acknowledged[w])
	}
	t.Logf("killed in %v; writes again after at most %v; %d acknowledged changes lost",
		died.Sub(began), slices.Max(recovered), lost)
}

// write edits a job until a few changes were made after the kill, and returns
// which were acknowledged, and how long after the kill the first was.
func write(
	parent context.Context, store *redis.Store, id string, killed <-chan struct{}, died *time.Time, ready func(),
) (acknowledged []int, recovered time.Duration) {
	ctx, cancel := context.WithTimeout(parent, time.Minute)
	defer cancel()
	for after := 0; after < 20 && ctx.Err() == nil; {
		n, err := writeNext(ctx, store, id)
		if err != nil {
			continue
		}
		acknowledged = append(acknowledged, n)
		if len(acknowledged) == 50 {
			ready()
		}
		select {
		case <-killed:
			if after++; after == 1 {
				recovered = time.Since(*died)
			}
		default:
		}
	}
	return acknowledged, recovered
}

// writeNext makes the change that follows what is stored, and returns its
// number. A change whose outcome is unknown is sent again.
func writeNext(parent context.Context, store *redis.Store, id string) (int, error) {
	ctx, cancel := context.WithTimeout(parent, 2*time.Second)
	defer cancel()
	job, err := store.Job(ctx, ref(id))
	if errors.Is(err, storage.ErrNotFound) {
		change := creation(ref(id))
		change.OperationID += time.Now().String() // lost once, it is made anew
		return 0, store.Commit(ctx, change)
	}
	if err != nil {
		return 0, err
	}
	change := edit(job, int(job.Revision))
	change.OperationID = fmt.Sprint(id, " ", job.Revision, " ", time.Now().UnixNano())
	err = store.Commit(ctx, change)
	if errors.Is(err, storage.ErrOutcomeUnknown) {
		err = store.Commit(parent, change)
	}
	return int(job.Revision), err
}

// check reads a job with all its runs, and returns how many of the changes
// that were acknowledged are gone.
func check(t *testing.T, store *redis.Store, id string, acknowledged []int) (lost int) {
	t.Helper()
	job, err := store.Job(t.Context(), ref(id))
	require.NoError(t, err)
	requireWhole(t, job)
	var runs []storage.RunRecord
	query := storage.RunQuery{JobRef: ref(id), Ascending: true, Limit: storage.MaxLimit}
	for more := true; more; {
		page, err := store.ListRuns(t.Context(), query)
		require.NoError(t, err)
		runs = append(runs, page.Runs...)
		more, query.After = page.More, page.Next
	}
	require.Len(t, runs, int(job.Revision-1), "every change inserted one run")
	for i, run := range runs {
		require.Equal(t, int64(i+1), run.Number, "a number is missing, or twice")
	}
	// A number that was acknowledged twice was lost once and given out again.
	seen := map[int]bool{}
	for _, n := range acknowledged {
		if seen[n] || n >= int(job.Revision) {
			lost++
		}
		seen[n] = true
	}
	return lost
}
