package redis_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/jobledger/jobledger/internal/redistest"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/redis"
)

// The benchmarks report x-floor: how many times as long the store takes as
// something that the client alone does at the same server, by turns with it.
// Both figures are medians. Commits report how long the server was busy, too.

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
		return []int{1_000, 20_000}
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

// BenchmarkCommit makes the changes that a service makes: a person's edit, a new
// job with its first version, the settling of a tick with its run, and a run's
// end; each with its event.
func BenchmarkCommit(b *testing.B) {
	for name, settings := range map[string][]string{
		"aof=no": nil, "aof=everysec": {"appendonly yes", "appendfsync everysec"},
	} {
		b.Run(name, func(b *testing.B) {
			each(b, settings, func(b *testing.B, s *filledStore) {
				for _, kind := range []struct {
					name   string
					change func() storage.Change
				}{{"update", s.update}, {"create", s.create}, {"tick", s.tick}, {"end", s.end}} {
					b.Run(kind.name, func(b *testing.B) {
						s.busy = &busy{b: b, client: s.client}
						raw := s.rawCommits(b)
						s.compare(b, func(int) error { return s.store.Commit(ctx, kind.change()) }, raw)
					})
				}
			})
		})
	}
}

// rawCommits returns the floor of commits.
func (s *filledStore) rawCommits(b *testing.B) func(int) error {
	if err := s.client.Del(ctx, "{raw}job", "{raw}operations", "{raw}due").Err(); err != nil {
		b.Fatal(err)
	}
	revision := 0
	return func(int) error {
		revision++
		return rawScript.Run(ctx, s.client, []string{"{raw}job", "{raw}operations", "{raw}due"},
			"operation-"+strconv.Itoa(revision), revision-1, revision, document).Err()
	}
}

func BenchmarkJob(b *testing.B) {
	each(b, nil, func(b *testing.B, s *filledStore) {
		s.compare(b, func(i int) error {
			_, err := s.store.Job(ctx, benchRef(i*7919%s.size))
			return err
		}, func(i int) error { return s.client.HGetAll(ctx, rawKey(i%100)).Err() })
	})
}

// BenchmarkListJobs compares a page of 100 with as many records in one pipeline.
func BenchmarkListJobs(b *testing.B) {
	queries := []struct {
		name  string
		query storage.JobQuery
	}{
		{"all", storage.JobQuery{AllTeams: true}},
		{"keys", storage.JobQuery{AllTeams: true, Order: storage.ByKey, Offset: 500}},
		{"teams", storage.JobQuery{TeamIDs: []string{"team-1", "team-2", "team-3"}, Descending: true}},
		{"cluster", storage.JobQuery{TeamIDs: []string{"team-1"}, Scope: "c:cluster-1"}},
	}
	each(b, nil, func(b *testing.B, s *filledStore) {
		for _, q := range queries {
			b.Run(q.name, func(b *testing.B) {
				query := q.query
				query.OrganizationID, query.Limit = "acme", 100
				s.compare(b, func(int) error {
					page, err := s.store.ListJobs(ctx, query)
					if err == nil && len(page.Jobs) != query.Limit {
						err = fmt.Errorf("%d jobs in the page", len(page.Jobs))
					}
					return err
				}, func(int) error {
					_, err := s.client.Pipelined(ctx, func(pipe goredis.Pipeliner) error {
						for i := range query.Limit {
							pipe.HGetAll(ctx, rawKey(i))
						}
						return nil
					})
					return err
				})
			})
		}
	})
}

// BenchmarkDue compares a look at what is due, and one that finds nothing, with a
// range of one sorted set.
func BenchmarkDue(b *testing.B) {
	each(b, nil, func(b *testing.B, s *filledStore) {
		for i := range 1000 {
			s.client.ZAdd(ctx, "{raw}due", goredis.Z{Score: float64(i), Member: "acme:job-" + strconv.Itoa(i)})
		}
		for _, due := range []int{0, 100} {
			b.Run(fmt.Sprintf("due=%d", due), func(b *testing.B) {
				raw := goredis.ZRangeArgs{Key: "{raw}due", Start: "-inf", Stop: strconv.Itoa(due - 1), ByScore: true, Count: 100}
				query := storage.DueQuery{Until: start.Add(time.Duration(due-1) * time.Millisecond), Limit: 100}
				s.compare(b, func(int) error {
					page, err := s.store.Due(ctx, query)
					if err == nil && len(page.Items) != due {
						err = fmt.Errorf("%d items are due", len(page.Items))
					}
					return err
				}, func(int) error { return s.client.ZRangeArgs(ctx, raw).Err() })
			})
		}
	})
}

// busy tells how long the server was busy with scripts.
type busy struct {
	b             *testing.B
	client        *goredis.Client
	store, floor  []float64
	before, calls float64
}

// since returns the microseconds of the scripts since the last call.
func (u *busy) since() float64 {
	stats, err := u.client.InfoMap(ctx, "commandstats").Result()
	if err != nil {
		u.b.Fatal(err)
	}
	var calls, usec float64
	_, _ = fmt.Sscanf(stats["Commandstats"]["cmdstat_evalsha"], "calls=%f,usec=%f,", &calls, &usec)
	spent := usec - u.before
	u.before, u.calls = usec, calls
	return spent
}

var ctx = context.Background()

// turn is how many operations are made before as many of the floor.
const turn = 20

// compare measures an operation and its floor by turns, so that what slows the
// machine down slows both.
func (s *filledStore) compare(b *testing.B, operation, floor func(i int) error) {
	b.ReportAllocs()
	var spent, least []time.Duration
	measure := func(do func(int) error, from int, all *[]time.Duration) {
		for i := from; i < from+turn; i++ {
			began := time.Now()
			if err := do(i); err != nil {
				b.Fatal(err)
			}
			*all = append(*all, time.Since(began))
		}
	}
	for n := 0; b.Loop(); n++ {
		if n%turn != 0 {
			continue
		}
		if s.busy != nil {
			s.busy.since()
		}
		measure(operation, n, &spent)
		if s.busy != nil {
			s.busy.store = append(s.busy.store, s.busy.since()/turn)
		}
		measure(floor, n, &least)
		if s.busy != nil {
			s.busy.floor = append(s.busy.floor, s.busy.since()/turn)
		}
	}
	store, raw := median(spent), median(least)
	b.ReportMetric(float64(store)/float64(raw), "x-floor")
	b.ReportMetric(float64(store.Nanoseconds()), "store-ns")
	b.ReportMetric(float64(raw.Nanoseconds()), "floor-ns")
	if s.busy != nil {
		b.ReportMetric(median(s.busy.store), "server-us")
		b.ReportMetric(median(s.busy.floor), "floor-server-us")
		s.busy = nil
	}
}

func median[T float64 | time.Duration](all []T) T {
	slices.Sort(all)
	return all[len(all)/2]
}

// each runs a benchmark on a store of each size.
func each(b *testing.B, settings []string, run func(b *testing.B, s *filledStore)) {
	client := redistest.Start(b, settings...).Client(b)
	for i := range 100 {
		if err := client.HSet(ctx, rawKey(i), "revision", i, "key", rawKey(i), "document", document).Err(); err != nil {
			b.Fatal(err)
		}
	}
	for _, size := range sizes() {
		store := open(b, client, &redis.Options{Prefix: fmt.Sprintf("%s/%d", b.Name(), size)})
		s := newFilledStore(store, client, size)
		commitAll(b, store, s.creations(size))
		b.Run(fmt.Sprintf("jobs=%d", size), func(b *testing.B) { run(b, s) })
	}
}

func rawKey(n int) string { return "raw:" + strconv.Itoa(n) }
