package jobs_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"testing"

	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/redistest"
	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/redis"
	"github.com/jobledger/jobledger/storage/sqlite"
)

// shared are the places that two versions of the library may share. Each call of
// open stands for the process of one of them.
var shared = map[string]func(t *testing.T) (open func() storage.Store){
	"SQLite": func(t *testing.T) func() storage.Store {
		path := filepath.Join(t.TempDir(), "jobs.db")
		return func() storage.Store {
			store, err := sqlite.Open(t.Context(), path, nil)
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, store.Close()) })
			return store
		}
	},
	"Redis": func(t *testing.T) func() storage.Store {
		server := redistest.Start(t)
		return func() storage.Store {
			client := goredis.NewClient(&goredis.Options{Addr: server.Addr, ContextTimeoutEnabled: true})
			t.Cleanup(func() { require.NoError(t, client.Close()) })
			store, err := redis.New(t.Context(), client, nil)
			require.NoError(t, err)
			return store
		}
	},
}

// Two versions of the library share one file, or one server, and write it in
// turns: each has it open for itself. Now and then the jobs are deleted, and others
// made. The older version loses nothing of what the newer one wrote. With
// JOBLEDGER_TORTURE=1 there are 10,000 operations on each store.
func TestTwoVersionsShareAStore(t *testing.T) {
	generations, each := 2, 100
	if torture.On() {
		generations, each = 20, 500
	}
	for name, place := range shared {
		t.Run(name, func(t *testing.T) {
			open := place(t)
			r := &replicas{
				World:  newWorldOn(t, open(), nil),
				random: rand.New(rand.NewPCG(38, 1)),
			}
			r.Scheduler = jobs.NewScheduler(r.Service, r.engine, nil)
			r.store = open() // the newer version's, and the one that looks
			done := map[string]int{}
			kept := 0
			for generation := range generations {
				ids := r.generation(generation)
				for range each {
					id := ids[r.random.IntN(len(ids))]
					if r.random.IntN(3) == 0 {
						r.newer(id)
						done["newer"]++
						continue
					}
					what, keep := r.older(id)
					after := r.kept(id)
					kept += len(keep)
					maps.DeleteFunc(keep, func(path string, value uint64) bool { return after[path] == value })
					require.Empty(t, keep, "generation %d: %s of %s", generation, what, id)
					done["older"]++
				}
				r.end(ids)
			}
			t.Logf("%s: %d operations of the newer version and %d of the older one in turns: %d fields of the newer one checked, 0 lost",
				name, done["newer"], done["older"], kept)
		})
	}
}

// generation makes three jobs, of which two depend on the first.
func (r *replicas) generation(n int) (ids []string) {
	hourly := func(j *jobs.NewJob) {
		j.CronExpression, j.ConcurrencyPolicy, j.MaxConcurrentRuns = "@hourly", "allow", 50
	}
	up := fmt.Sprint("up-", n)
	for _, job := range []jobs.Job{
		r.create(up, hourly),
		r.create(fmt.Sprint("down-", n), dependsOn(up)),
		r.create(fmt.Sprint("both-", n), hourly, dependsOn(up)),
	} {
		ids = append(ids, job.ID)
	}
	return ids
}

// end deletes jobs, those that depend on others first, and all that they left.
func (r *replicas) end(ids []string) {
	for i := len(ids) - 1; i >= 0; i-- {
		require.NoError(r.t, r.DeleteJob(r.ctx, r.Actor, ids[i]))
	}
	r.Advance(0)
	for erased := 1; erased > 0; {
		var err error
		erased, err = r.Sweep(r.ctx, 1000)
		require.NoError(r.t, err)
	}
	for _, id := range ids {
		_, err := r.store.Tombstone(r.ctx, storage.JobRef{OrganizationID: org, JobID: id})
		require.ErrorIs(r.t, err, storage.ErrNotFound)
	}
}
