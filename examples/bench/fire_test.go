package bench_test

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-co-op/gocron/v2"
	"github.com/robfig/cron/v3"
)

// BenchmarkFire reports the processor time of one fire among 10 to 100,000
// jobs, of which one is due at a time, and its ratio to the same among 10.
//
// Not like for like: a fire of jobledger is "settle" (the cursor moved, the
// tick recorded and the run inserted, in one commit) and then the rest of its
// life, "life" in all: claimed, dispatched, reported as succeeded, cleaned up,
// four more commits. A fire of the others is a goroutine. Their clocks are
// real, so they are watched for a second at a fire every 20 ms; robfig gets a
// schedule that costs nothing. Fewer than some thousand fires of jobledger have
// no collection of a heap of 100,000 jobs in them, or one too many.
//
//	go test -run '^$' -bench BenchmarkFire -benchtime 6000x
func BenchmarkFire(b *testing.B) {
	for _, l := range []struct {
		name string
		fire func(b *testing.B, n int) float64
	}{
		{"jobledger", fireOurs}, {"robfig", fireRobfig}, {"gocron", fireGocron}, {"heap", fireHeap},
	} {
		base := 0.0
		for _, n := range []int{10, 1000, 100_000} {
			b.Run(fmt.Sprintf("%s/jobs=%d", l.name, n), func(b *testing.B) {
				us := l.fire(b, n)
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
	p := inMemory(true)
	p.fill(b, n, minuteOfYear(n))
	p.clock.set(p.step(b)) // the first that is due
	runtime.GC()           // of what filling left behind
	var settling time.Duration
	fires := 0
	before := cpu()
	for b.Loop() {
		at := cpu()
		p.settle(b)
		settling += cpu() - at
		p.clock.set(p.rest(b))
		fires++
	}
	used := cpu() - before
	if got := p.engine.count.Load(); got != int64(fires) {
		b.Fatalf("%d of %d fired", got, fires)
	}
	b.ReportMetric(settling.Seconds()*1e6/float64(fires), "cpu-us/settle")
	return used.Seconds() * 1e6 / float64(fires)
}

// period is how far apart the fires of those with real clocks are.
const period = 20 * time.Millisecond

// watchFires lets a scheduler fire for a second.
func watchFires(b *testing.B, fires *atomic.Int64) float64 {
	us := 0.0
	for b.Loop() {
		if us > 0 {
			continue // once is enough
		}
		fires.Store(0)
		before := cpu()
		<-time.After(time.Second)
		us = (cpu() - before).Seconds() * 1e6 / float64(max(fires.Load(), 1))
	}
	return us
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
	return t.first.Add((after.Sub(t.first)/t.every + 1) * t.every)
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
	waitFor(&fires)
	return watchFires(b, &fires)
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
	waitFor(&fires)
	return watchFires(b, &fires)
}

// waitFor waits for the first fire, for at most a minute.
func waitFor(fires *atomic.Int64) {
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for range 60_000 {
		if fires.Load() > 0 {
			return
		}
		<-ticker.C
	}
}

func fireHeap(b *testing.B, n int) float64 {
	h, err := newHeap(n, minuteOfYear(n))
	if err != nil {
		b.Fatal(err)
	}
	fires := 0
	before := cpu()
	for b.Loop() {
		h.fire()
		fires++
	}
	return (cpu() - before).Seconds() * 1e6 / float64(fires)
}
