package bench_test

import (
	"context"
	"flag"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	goredis "github.com/redis/go-redis/v9"

	"github.com/jobledger/jobledger/internal/redistest"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/storage/redis"
	"github.com/jobledger/jobledger/storage/sqlite"
)

// How much is measured. The defaults take seconds; scripts/bench-growth gives
// the full figures.
var (
	flagStores = flag.String("stores", "memory,sqlite,redis", "the stores to measure")
	flagSizes  = flag.String("sizes", "1000,4000", "the numbers of jobs that growth is measured over")
	flagRuns   = flag.Int("runs", 1000, "the runs and ticks of the job that has many")
	flagHerd   = flag.Int("herd", 1000, "the jobs that are due at one instant")
)

// backend is a store that is measured.
type backend struct {
	storage.Store
	name string
	// redis is a client of the server that only this store uses; nil for others.
	redis *goredis.Client
}

// eachStore runs a benchmark on an empty store of each kind.
func eachStore(b *testing.B, run func(b *testing.B, s backend)) {
	for name := range strings.SplitSeq(*flagStores, ",") {
		b.Run(name, func(b *testing.B) { run(b, open(b, name)) })
	}
}

// open opens an empty store. SQLite is durable to the disk; the server of Redis
// keeps nothing on disk.
func open(b *testing.B, name string) backend {
	b.Helper()
	switch name {
	case "memory":
		return backend{Store: memory.New(), name: name}
	case "sqlite":
		store, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "ledger.db"), nil)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = store.Close() }) // nobody reads it again
		return backend{Store: store, name: name}
	case "redis":
		client := redistest.Start(b).Client(b)
		store, err := redis.New(b.Context(), client, nil)
		if err != nil {
			b.Fatal(err)
		}
		return backend{Store: store, name: name, redis: client}
	}
	b.Fatalf("there is no store %q", name)
	return backend{}
}

// scriptStats finds, in what INFO says of commands, the time that the server
// spent in scripts, whose commands it counts in it.
var scriptStats = regexp.MustCompile(`cmdstat_(?:eval|evalsha|fcall):calls=\d+,usec=(\d+)`)

// scriptMicros is the time that the server of Redis has spent in scripts.
func scriptMicros(b *testing.B, client *goredis.Client) float64 {
	b.Helper()
	text, err := client.Info(context.Background(), "commandstats").Result()
	if err != nil {
		b.Fatal(err)
	}
	total := 0
	for _, found := range scriptStats.FindAllStringSubmatch(text, -1) {
		us, _ := strconv.Atoi(found[1])
		total += us
	}
	return float64(total)
}
