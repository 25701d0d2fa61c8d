package bench_test

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-co-op/gocron/v2"
	"github.com/robfig/cron/v3"
)

// BenchmarkHerd has 100,000 jobs due at the same instant, and reports how long
// after it the last of them starts.
//
// Not like for like: jobledger commits each tick with its run, then claims the
// run in a second commit, then dispatches it, and then notes in a third that
// the engine has it: 300,000 commits. The others start goroutines. The heap's
// floor takes the first and starts it, in turn.
//
//	go test -run '^$' -bench BenchmarkHerd -benchtime 1x
func BenchmarkHerd(b *testing.B) {
	const n = 100_000
	ratios := &ratios{}
	for _, l := range []struct {
		name string
		herd func(b *testing.B, n int) time.Duration
	}{
		{"jobledger", herdOurs}, {"robfig", herdRobfig}, {"gocron", herdGocron}, {"heap", herdHeap},
	} {
		b.Run(l.name, func(b *testing.B) {
			var late time.Duration
			for b.Loop() {
				late = l.herd(b, n)
			}
			b.ReportMetric(late.Seconds()*1000, "ms-last-start")
			b.ReportMetric(0, "ns/op") // it has the making of the jobs in it
			ratios.report(b, float64(late))
		})
	}
}

func herdOurs(b *testing.B, n int) time.Duration {
	p := inMemory(false)
	p.fill(b, n, always(eachMinute))
	due := p.step(b)
	p.clock.set(due)
	runtime.GC() // of what making the jobs left behind
	at, used := time.Now(), cpu()
	for range 10 {
		p.step(b)
		if p.engine.count.Load() == int64(n) {
			b.ReportMetric((cpu()-used).Seconds()*1e6/float64(n), "cpu-us/start")
			return time.Unix(0, p.engine.last.Load()).Sub(at)
		}
	}
	b.Fatalf("%d of %d started", p.engine.count.Load(), n)
	return 0
}

// starts counts starts, and knows when the last was.
type starts struct{ count, last atomic.Int64 }

func (s *starts) note() {
	s.last.Store(time.Now().UnixNano())
	s.count.Add(1)
}

// await waits until n have started, for at most a minute.
func (s *starts) await(b *testing.B, n int) time.Time {
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for range 60_000 {
		if s.count.Load() == int64(n) {
			return time.Unix(0, s.last.Load())
		}
		<-ticker.C
	}
	b.Fatalf("%d of %d started", s.count.Load(), n)
	return time.Time{}
}

// once is a robfig schedule of one fire.
type once struct{ at time.Time }

func (o once) Next(after time.Time) time.Time {
	if after.Before(o.at) {
		return o.at
	}
	return time.Time{}
}

func herdRobfig(b *testing.B, n int) time.Duration {
	var s starts
	c := cron.New()
	at := time.Now().Add(2 * time.Second)
	for range n {
		c.Schedule(once{at}, cron.FuncJob(s.note))
	}
	c.Start()
	defer c.Stop()
	return s.await(b, n).Sub(at)
}

func herdGocron(b *testing.B, n int) time.Duration {
	var s starts
	g, err := gocron.NewScheduler()
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = g.Shutdown() }() // the process is about to end
	at := time.Now().Add(12 * time.Second)
	for range n {
		_, err := g.NewJob(gocron.OneTimeJob(gocron.OneTimeJobStartDateTime(at)), gocron.NewTask(s.note))
		if err != nil {
			b.Fatal(err)
		}
	}
	g.Start()
	if time.Now().After(at) {
		b.Skip("this machine is too slow to be ready in time")
	}
	return s.await(b, n).Sub(at)
}

func herdHeap(b *testing.B, n int) time.Duration {
	var s starts
	var h entries
	for range n {
		if err := h.add(eachMinute, epoch, s.note); err != nil {
			b.Fatal(err)
		}
	}
	at := time.Now()
	for range n {
		h.fire()
	}
	return s.await(b, n).Sub(at)
}
