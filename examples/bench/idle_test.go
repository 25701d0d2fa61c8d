package bench_test

import (
	"runtime/debug"
	"testing"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/jobledger/jobledger/jobs"
)

// idleWindow is how long each scheduler is watched doing nothing.
const idleWindow = 3 * time.Second

// BenchmarkIdle has schedulers with 100,000 jobs, of which none is due, for
// three seconds of real time each, and reports processor time per minute.
//
// Not like for like: jobledger asks its store once a second whether another
// process has changed anything; the others cannot see that, and sleep. What a
// server of Redis does is not counted. "nothing" is the process itself.
//
//	go test -run '^$' -bench BenchmarkIdle -benchtime 100ms
func BenchmarkIdle(b *testing.B) {
	const n = 100_000
	b.Run("nothing", func(b *testing.B) { watchIdle(b, goal{}) })
	goals := map[string]goal{"memory": atMost(5), "sqlite": atMost(20), "redis": atMost(20)}
	for _, name := range []string{"memory", "sqlite", "redis"} {
		b.Run("jobledger-"+name, func(b *testing.B) {
			w := newWorld(b, open(b, name), jobs.RunOptions{})
			w.fill(0, n, always(never))
			w.schedule(w.engine, nil, func() { watchIdle(b, goals[name]) })
		})
	}
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
		watchIdle(b, goal{})
	})
	b.Run("gocron", func(b *testing.B) {
		s, _ := newGocron(b, n)
		s.Start()
		watchIdle(b, goal{})
	})
}

func watchIdle(b *testing.B, wanted goal) {
	debug.FreeOSMemory()      // or the runtime gives it back while we watch
	<-time.After(time.Second) // and ends what it does behind that
	var used []float64
	for b.Loop() {
		before := cpu()
		<-time.After(idleWindow)
		used = append(used, (cpu()-before).Seconds()*1000*float64(time.Minute/idleWindow))
	}
	wanted.report(b, "cpu-ms/min", median(used), 0)
}
