package bench_test

import (
	"context"
	"runtime"
	"runtime/debug"
	"sync"
	"testing"
	"time"

	"github.com/robfig/cron/v3"
)

// idleWindow is how long each scheduler is watched doing nothing.
const idleWindow = 3 * time.Second

// BenchmarkIdle has schedulers with 100,000 jobs, of which none is due, for
// three seconds of real time each, and reports processor time per minute.
//
// Not like for like: jobledger asks its store once a second whether another
// process has changed anything; the others cannot see that, and sleep.
// "simulated" is the 60 looks of a minute without their timers; "nothing" is
// the process itself.
//
//	go test -run '^$' -bench BenchmarkIdle -benchtime 100ms
func BenchmarkIdle(b *testing.B) {
	const n = 100_000
	b.Run("nothing", watchIdle)
	b.Run("jobledger", func(b *testing.B) {
		p := inMemory(false)
		p.fill(b, n, always(never))
		ctx, cancel := context.WithCancel(context.Background())
		var group sync.WaitGroup
		group.Go(func() { _ = p.scheduler.Run(ctx) }) // it returns nil
		watchIdle(b)
		cancel()
		group.Wait()
		runtime.KeepAlive(p)
	})
	b.Run("jobledger-simulated", func(b *testing.B) {
		p := inMemory(false)
		p.fill(b, n, always(never))
		debug.FreeOSMemory()
		at, before := epoch, cpu()
		for b.Loop() {
			for range 60 {
				at = at.Add(time.Second)
				p.clock.set(at)
				p.step(b)
			}
		}
		b.ReportMetric((cpu()-before).Seconds()*1000/float64(b.N), "cpu-ms/min")
	})
	b.Run("robfig", func(b *testing.B) {
		c := cron.New()
		for range n {
			if _, err := c.AddFunc(never, func() {}); err != nil {
				b.Fatal(err)
			}
		}
		c.Start()
		defer c.Stop()
		c.Entries()
		watchIdle(b)
	})
	b.Run("gocron", func(b *testing.B) {
		s, _ := newGocron(b, n)
		s.Start()
		watchIdle(b)
	})
}

func watchIdle(b *testing.B) {
	debug.FreeOSMemory()      // or the runtime gives it back while we watch
	<-time.After(time.Second) // and ends what it does behind that
	for b.Loop() {
		before := cpu()
		<-time.After(idleWindow)
		used := cpu() - before
		b.ReportMetric(used.Seconds()*1000*float64(time.Minute/idleWindow), "cpu-ms/min")
	}
}
