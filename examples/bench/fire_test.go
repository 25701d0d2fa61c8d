package bench_test

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-co-op/gocron/v2"
	"github.com/robfig/cron/v3"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
)

// BenchmarkFire reports the processor time of one fire among 10 to 100,000
// jobs, of which one is due every 5 ms, and its ratio to the same among 10.
//
// Not like for like: a fire of jobledger is a tick and a run in the store, taken
// through its life by Scheduler.Run and a dispatcher. A fire of the others is a
// goroutine. jobledger's clock goes 12,000 times as fast as the machine's, because
// cron has minutes; the scheduler looks every 5 ms. All are watched for ten
// seconds, so that collections of a large heap are in the figure. robfig gets a schedule that
// costs nothing.
//
//	go test -run '^$' -bench BenchmarkFire -benchtime 1x
func BenchmarkFire(b *testing.B) {
	for _, l := range []struct {
		name string
		fire func(b *testing.B, n int) float64
	}{
		{"jobledger", fireOurs}, {"robfig", fireRobfig}, {"gocron", fireGocron}, {"heap", fireHeap},
	} {
		base := 0.0
		for _, n := range []int{10, dayOfMinutes, 100_000} {
			b.Run(fmt.Sprintf("%s/jobs=%d", l.name, n), func(b *testing.B) {
				us := 0.0
				for b.Loop() {
					us = l.fire(b, n)
				}
				if base == 0 {
					base = us
				}
				b.ReportMetric(us, "cpu-us/fire")
				b.ReportMetric(us/base, "x-10-jobs")
				b.ReportMetric(0, "ns/op") // it has waiting in it
			})
		}
	}
}

func fireOurs(b *testing.B, n int) float64 {
	w := newWorld(b, memory.New(), jobs.RunOptions{Lease: 24 * time.Hour})
	w.clock.set(newYear.Add(-time.Hour))
	w.fill(0, n, minutes(n))
	runtime.GC() // of what filling left behind
	w.clock.run(newYear, int64(time.Minute/period))
	us := 0.0
	w.schedule(w.engine, &jobs.SchedulerOptions{Poll: period}, func() {
		await(b, "the first fire", func() bool { return w.starts.Load() > 0 })
		us = watchFires(&w.starts)
	})
	return us
}

// newYear is when the first of these jobs is due.
var newYear = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)

// dayOfMinutes is how many minutes a day has.
const dayOfMinutes = 24 * 60

// minutes gives each of n jobs a minute of its own, one after the other: again
// every n minutes for 10 jobs, each day for dayOfMinutes, and each year for more.
func minutes(n int) func(i int) string {
	return func(i int) string {
		at := newYear.Add(time.Duration(i) * time.Minute)
		switch {
		case n < dayOfMinutes:
			return fmt.Sprintf("%d-59/%d * * * *", i, n)
		case n == dayOfMinutes:
			return fmt.Sprintf("%d %d * * *", at.Minute(), at.Hour())
		}
		return fmt.Sprintf("%d %d %d %d *", at.Minute(), at.Hour(), at.Day(), int(at.Month()))
	}
}

// period is how far apart the fires of those with real clocks are.
const period = 5 * time.Millisecond

// watchFires lets a scheduler fire for ten seconds.
func watchFires(fires *atomic.Int64) float64 {
	fires.Store(0)
	before := cpu()
	<-time.After(10 * time.Second)
	return (cpu() - before).Seconds() * 1e6 / float64(max(fires.Load(), 1))
}

// turns is a robfig schedule that fires one of n jobs in each period.
type turns struct {
	first time.Time
	every time.Duration
}

func (t turns) Next(after time.Time) time.Time {
	if after.Before(t.first) {
		return t.first
	}
	return t.first.Add(after.Sub(t.first).Truncate(t.every) + t.every)
}

func fireRobfig(b *testing.B, n int) float64 {
	var fires atomic.Int64
	c := cron.New()
	start := time.Now().Add(500 * time.Millisecond)
	for i := range n {
		t := turns{start.Add(time.Duration(i) * period), time.Duration(n) * period}
		c.Schedule(t, cron.FuncJob(func() { fires.Add(1) }))
	}
	c.Start()
	defer c.Stop()
	await(b, "the first fire", func() bool { return fires.Load() > 0 })
	return watchFires(&fires)
}

func fireGocron(b *testing.B, n int) float64 {
	var fires atomic.Int64
	s, err := gocron.NewScheduler()
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Shutdown() }() // the process is about to end
	// It takes seconds to make and start 100,000 jobs.
	start := time.Now().Add(time.Second + time.Duration(n)*100*time.Microsecond)
	for i := range n {
		_, err := s.NewJob(gocron.DurationJob(time.Duration(n)*period), gocron.NewTask(func() { fires.Add(1) }),
			gocron.WithStartAt(gocron.WithStartDateTime(start.Add(time.Duration(i)*period))))
		if err != nil {
			b.Fatal(err)
		}
	}
	s.Start()
	await(b, "the first fire", func() bool { return fires.Load() > 0 })
	return watchFires(&fires)
}

func fireHeap(b *testing.B, n int) float64 {
	h, err := newHeap(n, minutes(n))
	if err != nil {
		b.Fatal(err)
	}
	const fires = 100_000
	before := cpu()
	for range fires {
		h.fire()
	}
	return (cpu() - before).Seconds() * 1e6 / fires
}
