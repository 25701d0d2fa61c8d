package bench_test

import (
	"runtime"
	"testing"

	"github.com/robfig/cron/v3"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
)

// manyJobs is how many jobs are kept.
const manyJobs = 100_000

// BenchmarkMemory reports what 100,000 scheduled jobs keep in memory, each.
//
// Not like for like: jobledger's memory store keeps the whole job, its first
// version and its grants; what the schedule adds to that is the difference to
// jobs without one, "B/schedule". The others keep an entry and a function.
//
//	go test -run '^$' -bench BenchmarkMemory -benchtime 1x
func BenchmarkMemory(b *testing.B) {
	b.Run("jobledger", func(b *testing.B) {
		for b.Loop() {
			without := kept(func() any { return filled(b, "") })
			with := kept(func() any { return filled(b, never) })
			b.ReportMetric(with, "B/job")
			b.ReportMetric(with-without, "B/schedule")
		}
	})
	b.Run("robfig", func(b *testing.B) {
		for b.Loop() {
			b.ReportMetric(kept(func() any {
				c := cron.New()
				for range manyJobs {
					if _, err := c.AddFunc(never, func() {}); err != nil {
						b.Fatal(err)
					}
				}
				c.Start()
				c.Entries()
				return c
			}), "B/job")
		}
	})
	b.Run("gocron", func(b *testing.B) {
		for b.Loop() {
			b.ReportMetric(kept(func() any {
				s, _ := newGocron(b, manyJobs)
				s.Start()
				return s
			}), "B/job")
		}
	})
	b.Run("heap", func(b *testing.B) {
		for b.Loop() {
			b.ReportMetric(kept(func() any {
				h, err := newHeap(manyJobs, always(never))
				if err != nil {
					b.Fatal(err)
				}
				return h
			}), "B/job")
		}
	})
}

func filled(b *testing.B, expr string) any {
	w := newWorld(b, memory.New(), jobs.RunOptions{})
	w.fill(0, manyJobs, always(expr))
	return w
}

// kept is how many bytes of what build returns are still there after a
// collection, for each of manyJobs.
func kept(build func() any) float64 {
	before := heapInUse()
	built := build()
	after := heapInUse()
	runtime.KeepAlive(built)
	return float64(after-before) / manyJobs
}

func heapInUse() int64 {
	runtime.GC()
	runtime.GC() // what the first one finalized
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
