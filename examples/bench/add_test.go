package bench_test

import (
	"runtime"
	"testing"

	"github.com/go-co-op/gocron/v2"
	"github.com/robfig/cron/v3"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
)

// BenchmarkAdd adds a job to a scheduler that is running with 100,000.
//
// Not like for like: jobledger's is Service.CreateJob, which checks access and
// values, and commits the job with its first version, its grants and its place
// in the due index; "unscheduled" is the same without a cron expression, so
// what is beyond it is what the schedule costs. The others keep an entry in
// memory.
//
//	go test -run '^$' -bench BenchmarkAdd -benchtime 5000x
func BenchmarkAdd(b *testing.B) {
	const n = 100_000
	ratios := &ratios{}
	b.Run("jobledger", func(b *testing.B) { ratios.report(b, addToOurs(b, n, never)) })
	b.Run("jobledger-10-jobs", func(b *testing.B) { ratios.report(b, addToOurs(b, 10, never)) })
	b.Run("jobledger-unscheduled", func(b *testing.B) { ratios.report(b, addToOurs(b, n, "")) })
	b.Run("robfig", func(b *testing.B) {
		c := cron.New()
		for range n {
			if _, err := c.AddFunc(never, func() {}); err != nil {
				b.Fatal(err)
			}
		}
		c.Start()
		defer c.Stop()
		c.Entries() // it is running
		ratios.report(b, perOp(b, func(int) error { _, err := c.AddFunc(never, func() {}); return err }))
		c.Entries() // and has taken them
	})
	b.Run("gocron", func(b *testing.B) {
		s, add := newGocron(b, n)
		s.Start()
		ratios.report(b, perOp(b, add))
	})
	b.Run("heap", func(b *testing.B) {
		h, err := newHeap(n, always(never))
		if err != nil {
			b.Fatal(err)
		}
		ratios.report(b, perOp(b, func(int) error { return h.add(never, epoch, func() {}) }))
	})
}

func addToOurs(b *testing.B, n int, expr string) float64 {
	w := newWorld(b, memory.New(), jobs.RunOptions{})
	w.fill(0, n, always(expr))
	return perOp(b, func(i int) error { _, err := w.add(newJob(n+i, expr)); return err })
}

// newGocron returns a scheduler with n jobs, and what adds one more.
func newGocron(b *testing.B, n int) (gocron.Scheduler, func(int) error) {
	s, err := gocron.NewScheduler()
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Shutdown() }) // the process is about to end
	add := func(int) error {
		_, err := s.NewJob(gocron.CronJob(never, false), gocron.NewTask(func() {}))
		return err
	}
	for i := range n {
		if err := add(i); err != nil {
			b.Fatal(err)
		}
	}
	return s, add
}

// perOp is the processor time of one operation, which others on the machine
// disturb less than the time it takes.
func perOp(b *testing.B, do func(i int) error) float64 {
	runtime.GC() // of what filling left behind
	b.ReportAllocs()
	i, before := 0, cpu()
	for b.Loop() {
		if err := do(i); err != nil {
			b.Fatal(err)
		}
		i++
	}
	us := (cpu() - before).Seconds() * 1e6 / float64(b.N)
	b.ReportMetric(us, "cpu-us/op")
	return us
}

// ratios reports measures beside the first of them, jobledger's.
type ratios struct{ first float64 }

func (r *ratios) report(b *testing.B, value float64) {
	if r.first == 0 {
		r.first = value
	}
	b.ReportMetric(value/r.first, "x-jobledger")
}
