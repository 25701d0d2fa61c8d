package redis_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/jobledger/jobledger/internal/redistest"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/redis"
)

// The benchmarks report x-floor: how many times as long the store takes as
// something that the client alone does at the same server, by turns with it.
// Both figures are medians.

// document is as large as a job's usually is.
var document = bytes.Repeat([]byte("0123456789abcde\n"), 96)

// sizes are how many jobs are stored; JOBLEDGER_REDIS_SIZES may say otherwise.
func sizes() []int {
	var all []int
	for text := range strings.SplitSeq(os.Getenv("JOBLEDGER_REDIS_SIZES"), ",") {
		if n, err := strconv.Atoi(text); err == nil {
			all = append(all, n)
		}
	}
	if all == nil {
		return []int{1_000, 100_000}
	}
	return all
}

// The raw script of the floors does what an update of one record has to: read
// and compare a revision, and write record, document and operation.
var rawScript = goredis.NewScript(`
if redis.call('ZSCORE', KEYS[2], ARGV[1]) then return 'done' end
if (redis.call('HGET', KEYS[1], 'revision') or '0') ~= ARGV[2] then return 'stale' end
redis.call('HSET', KEYS[1], 'revision', ARGV[3], 'document', ARGV[4])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
redis.call('ZADD', KEYS[3], 0, ARGV[1])
return 'ok'`)

func BenchmarkCommit(b *testing.B) {
	each(b, func(b *testing.B, s *filledStore) {
		for _, kind := range []string{"update", "create"} {
			change := s.update
			if kind == "create" {
				change = s.create
			}
			b.Run(kind+"/floor=ping", func(b *testing.B) {
				compare(b, func(int) error { return s.store.Commit(ctx, change()) },
					func(int) error { return s.client.Ping(ctx).Err() })
			})
			b.Run(kind+"/floor=script", func(b *testing.B) {
				revision := 0
				if err := s.client.Del(ctx, "{raw}job", "{raw}operations", "{raw}due").Err(); err != nil {
					b.Fatal(err)
				}
				compare(b, func(int) error { return s.store.Commit(ctx, change()) }, func(int) error {
					revision++
					return rawScript.Run(ctx, s.client, []string{"{raw}job", "{raw}operations", "{raw}due"},
						"operation-"+strconv.Itoa(revision), revision-1, revision, document).Err()
				})
			})
		}
	})
}

func BenchmarkJob(b *testing.B) {
	each(b, func(b *testing.B, s *filledStore) {
		compare(b, func(i int) error {
			_, err := s.store.Job(ctx, benchRef(i*7919%s.size))
			return err
		}, func(i int) error { return s.client.Get(ctx, rawKey(i*7919%rawKeys)).Err() })
	})
}

func BenchmarkListJobs(b *testing.B) {
	queries := []struct {
		name  string
		query jobs.JobQuery
	}{
		{"all", jobs.JobQuery{AllTeams: true}},
		{"keys", jobs.JobQuery{AllTeams: true, Order: jobs.ByKey, Offset: 500}},
		{"teams", jobs.JobQuery{TeamIDs: []string{"team-1", "team-2", "team-3"}, Descending: true}},
		{"cluster", jobs.JobQuery{TeamIDs: []string{"team-1"}, ClusterID: "cluster-1"}},
	}
	each(b, func(b *testing.B, s *filledStore) {
		for _, q := range queries {
			for _, floor := range []string{"pipeline", "mget"} {
				b.Run(q.name+"/floor="+floor, func(b *testing.B) {
					query := q.query
					query.OrganizationID, query.Limit = "acme", 100
					compare(b, func(int) error {
						page, err := s.store.ListJobs(ctx, query)
						if err == nil && len(page.Jobs) != query.Limit && s.size > 5_000 {
							err = fmt.Errorf("%d jobs in the page", len(page.Jobs))
						}
						return err
					}, s.rawPage(floor, query.Limit))
				})
			}
		}
	})
}

func BenchmarkDue(b *testing.B) {
	each(b, func(b *testing.B, s *filledStore) {
		if err := s.client.Del(ctx, "{raw}due").Err(); err != nil {
			b.Fatal(err)
		}
		for i := range 1000 {
			s.client.ZAdd(ctx, "{raw}due", goredis.Z{Score: float64(i), Member: "acme:job-" + strconv.Itoa(i)})
		}
		raw := goredis.ZRangeArgs{Key: "{raw}due", Start: "-inf", Stop: "500", ByScore: true, Count: 100}
		query := jobs.DueQuery{Until: start.Add(500 * time.Millisecond), Limit: 100}
		compare(b, func(int) error {
			page, err := s.store.Due(ctx, query)
			if err == nil && len(page.Items) != query.Limit {
				err = fmt.Errorf("%d items are due", len(page.Items))
			}
			return err
		}, func(int) error { return s.client.ZRangeArgs(ctx, raw).Err() })
	})
}

var ctx = context.Background()

// compare measures an operation and its floor by turns, so that what slows the
// machine down slows both.
func compare(b *testing.B, operation, floor func(i int) error) {
	b.ReportAllocs()
	var spent, least []time.Duration
	for n := 0; b.Loop(); n++ {
		began := time.Now()
		err := operation(n)
		ended := time.Now()
		if err != nil {
			b.Fatal(err)
		}
		if err := floor(n); err != nil {
			b.Fatal(err)
		}
		spent, least = append(spent, ended.Sub(began)), append(least, time.Since(ended))
	}
	slices.Sort(spent)
	slices.Sort(least)
	store, raw := spent[len(spent)/2], least[len(least)/2]
	b.ReportMetric(float64(store)/float64(raw), "x-floor")
	b.ReportMetric(float64(store.Nanoseconds()), "store-ns")
	b.ReportMetric(float64(raw.Nanoseconds()), "floor-ns")
}

// filledStore is a store with so many jobs.
type filledStore struct {
	store     *redis.Store
	client    *goredis.Client
	size      int
	created   int
	changes   int
	revisions []int64
}

// each runs a benchmark on a store of each size.
func each(b *testing.B, run func(b *testing.B, s *filledStore)) {
	client := redistest.Start(b).Client(b)
	for i := range rawKeys {
		if err := client.Set(ctx, rawKey(i), document, 0).Err(); err != nil {
			b.Fatal(err)
		}
	}
	for _, size := range sizes() {
		store := open(b, client, &redis.Options{Prefix: fmt.Sprintf("%s/%d", b.Name(), size)})
		s := &filledStore{store: store, client: client, size: size, created: size, revisions: make([]int64, size)}
		s.fill(b)
		b.Run(fmt.Sprintf("jobs=%d", size), func(b *testing.B) { run(b, s) })
	}
}

// fill stores the jobs, a few at a time.
func (s *filledStore) fill(b *testing.B) {
	b.Helper()
	var group sync.WaitGroup
	const writers = 8
	errs := make([]error, writers)
	for w := range writers {
		group.Go(func() {
			for n := w; n < s.size && errs[w] == nil; n += writers {
				errs[w] = s.store.Commit(ctx, benchChange(benchJob(n), -n-1))
			}
		})
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			b.Fatal(err)
		}
	}
}

// update changes a job's document and wake time.
func (s *filledStore) update() jobs.Change {
	s.changes++
	n := s.changes * 7919 % s.size
	s.revisions[n]++
	r := benchJob(n)
	r.Revision = s.revisions[n]
	r.WakeAt = r.WakeAt.Add(time.Duration(s.changes) * time.Millisecond)
	return benchChange(r, s.changes)
}

func (s *filledStore) create() jobs.Change {
	s.changes++
	s.created++
	return benchChange(benchJob(s.created), s.changes)
}

const rawKeys = 1000

func rawKey(n int) string { return "raw:" + strconv.Itoa(n) }

// rawPage reads as many documents in one round trip.
func (s *filledStore) rawPage(kind string, limit int) func(int) error {
	keys := make([]string, limit)
	for i := range keys {
		keys[i] = rawKey(i)
	}
	if kind == "mget" {
		return func(int) error { return s.client.MGet(ctx, keys...).Err() }
	}
	for i, key := range keys {
		s.client.HSet(ctx, "hash:"+key, "revision", i, "key", key, "document", document)
	}
	return func(int) error {
		_, err := s.client.Pipelined(ctx, func(pipe goredis.Pipeliner) error {
			for _, key := range keys {
				pipe.HGetAll(ctx, "hash:"+key)
			}
			return nil
		})
		return err
	}
}

func benchRef(n int) jobs.JobRef { return ref("job-" + strconv.Itoa(n)) }

// benchJob is the n-th job: its key stands anywhere in the order of keys, and
// it has one of 20 grant sets.
func benchJob(n int) jobs.JobRecord {
	return jobs.JobRecord{
		JobRef:    benchRef(n),
		Key:       strconv.Itoa(n*7919%10_007) + "-" + strconv.Itoa(n),
		CreatedAt: start.Add(time.Duration(n) * time.Millisecond),
		TeamIDs:   []string{"team-" + strconv.Itoa(n%5), "team-" + strconv.Itoa(5+n%4)},
		ClusterID: "cluster-" + strconv.Itoa(n%2),
		WakeAt:    start.Add(time.Duration(n) * time.Millisecond),
		Doc:       document,
	}
}

func benchChange(r jobs.JobRecord, operation int) jobs.Change {
	return jobs.Change{JobRef: r.JobRef, OperationID: "operation-" + strconv.Itoa(operation), At: start, Job: &r}
}
