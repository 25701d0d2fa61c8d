package bench_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-co-op/gocron/v2"
	"github.com/robfig/cron/v3"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
)

// BenchmarkHerd has many jobs due at the same instant, and reports how long
// after it the last of them starts.
//
// Not like for like: jobledger commits each tick with its run, hands the run to
// a dispatcher, and commits how it ended. The others start goroutines. The
// heap's floor takes the first and starts it, in turn.
//
//	go test -run '^$' -bench BenchmarkHerd -benchtime 1x -herd 100000
func BenchmarkHerd(b *testing.B) {
	n := *flagHerd
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
	w := newWorld(b, memory.New(), jobs.RunOptions{})
	due := w.herd(n, usual)
	w.schedule(w.engine, nil, func() {
		await(b, "all runs have started", func() bool { return w.starts.Load() >= int64(n) })
	})
	return time.Unix(0, w.lastStart.Load()).Sub(due)
}

// starts counts starts, and knows when the last was.
type starts struct{ count, last atomic.Int64 }

func (s *starts) note() {
	s.last.Store(time.Now().UnixNano())
	s.count.Add(1)
}

// await waits until n have started.
func (s *starts) await(b *testing.B, n int) time.Time {
	await(b, "all have started", func() bool { return s.count.Load() == int64(n) })
	return time.Unix(0, s.last.Load())
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
	at := time.Now().Add(2*time.Second + time.Duration(n)*100*time.Microsecond)
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
		if err := h.add(never, epoch, s.note); err != nil {
			b.Fatal(err)
		}
	}
	at := time.Now()
	for range n {
		h.fire()
	}
	return s.await(b, n).Sub(at)
}
