package bench_test

import (
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/storage/redis"
	"github.com/jobledger/jobledger/storage/sqlite"
)

// BenchmarkTicks has 1,000 jobs due every minute, on each store, and reports
// how many ticks a second one scheduler settles, and how many runs a second it
// then takes through their lives (claim, dispatch, a report of success, clean
// up). SQLite is durable to the disk; the Redis here keeps nothing on disk.
//
//	go test -run '^$' -bench BenchmarkTicks -benchtime 5x
func BenchmarkTicks(b *testing.B) {
	for _, s := range []struct {
		name string
		open func(b *testing.B) jobs.Store
	}{{"memory", openMemory}, {"sqlite", openSQLite}, {"redis", openRedis}} {
		for _, workers := range []int{8, 64} {
			b.Run(fmt.Sprintf("%s/workers=%d", s.name, workers), func(b *testing.B) {
				benchmarkTicks(b, newPlant(s.open(b), true, &jobs.SchedulerOptions{Workers: workers}))
			})
		}
	}
}

func benchmarkTicks(b *testing.B, p *plant) {
	const n = 1000
	p.fill(b, n, always(eachMinute))
	next := p.step(b)
	var settling, living time.Duration
	for b.Loop() {
		p.clock.set(next)
		at := time.Now()
		p.settle(b)
		settled := time.Now()
		next = p.rest(b)
		settling += settled.Sub(at)
		living += time.Since(settled)
	}
	if got := p.engine.count.Load(); got != int64(n*b.N) {
		b.Fatalf("%d of %d ticks became runs", got, n*b.N)
	}
	b.ReportMetric(float64(n*b.N)/settling.Seconds(), "ticks/s")
	b.ReportMetric(float64(n*b.N)/living.Seconds(), "runs/s")
}

func openMemory(*testing.B) jobs.Store { return memory.New() }

func openSQLite(b *testing.B) jobs.Store {
	store, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "ledger.db"), nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = store.Close() }) // nobody reads it again
	return store
}

func openRedis(b *testing.B) jobs.Store {
	client := goredis.NewClient(&goredis.Options{Addr: startRedis(b)})
	b.Cleanup(func() { _ = client.Close() }) // nobody uses it again
	for range 200 {
		if client.Ping(b.Context()).Err() == nil {
			break
		}
		<-time.After(20 * time.Millisecond)
	}
	store, err := redis.New(b.Context(), client, nil)
	if err != nil {
		b.Fatal(err)
	}
	return store
}

// startRedis runs a redis-server of the benchmark's own, where there is one.
func startRedis(b *testing.B) string {
	path, err := exec.LookPath("redis-server")
	if err != nil {
		b.Skip("there is no redis-server on PATH")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	_ = listener.Close() // it only found the port
	cmd := exec.Command(path, "--port", strconv.Itoa(port), "--bind", "127.0.0.1",
		"--dir", b.TempDir(), "--save", "", "--appendonly", "no")
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed, which is an error
	})
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
}
