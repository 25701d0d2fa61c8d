package bench_test

import (
	"context"
	"os"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/local"
)

// BenchmarkRuns has jobs due at one instant, on each store, under a scheduler
// and a dispatcher with default options and a worker that does nothing. It
// reports how many runs a second are done, from the instant to the end of the
// last one, when the last one began, and what a run asks of the store. The bytes
// are those that the process writes: to files, or to the server.
//
//	go test -run '^$' -bench BenchmarkRuns -benchtime 3x -herd 10000
func BenchmarkRuns(b *testing.B) {
	goals := map[string]goal{"memory": atLeast(15_000), "sqlite": atLeast(3_300), "redis": atLeast(4_600)}
	eachStore(b, func(b *testing.B, s backend) {
		w, n := newWorld(b, s, jobs.RunOptions{}), *flagHerd
		figures := map[string][]float64{}
		var rate []float64
		for b.Loop() {
			due := w.herd(n, usual)
			w.store.clear()
			before, written, used := w.ended.Load(), bytesWritten(), cpu()
			w.schedule(w.engine, nil, func() {
				await(b, "all runs have ended", func() bool { return w.ended.Load() >= before+int64(n) })
			})
			last := time.Unix(0, max(w.lastEnd.Load(), due.UnixNano()+1))
			rate = append(rate, float64(n)/last.Sub(due).Seconds())
			c := w.store.counts()
			for unit, value := range map[string]float64{
				"s-last-start": time.Unix(0, w.lastStart.Load()).Sub(due).Seconds() * float64(n),
				"cpu-us/run":   micros(cpu() - used),
				"commits/run":  float64(c.commits),
				"stale/run":    float64(c.stale),
				"reads/run":    float64(c.reads),
				"bytes/run":    bytesWritten() - written,
				"due-calls":    float64(c.due * n),
			} {
				figures[unit] = append(figures[unit], value/float64(n))
			}
		}
		for unit, values := range figures {
			b.ReportMetric(median(values), unit)
		}
		goals[s.name].report(b, "per-s", median(rate), 0)
	})
}

var wroteBytes = regexp.MustCompile(`wchar: (\d+)`)

// bytesWritten is how much this process has written; 0 where the system does not say.
func bytesWritten() float64 {
	text, _ := os.ReadFile("/proc/self/io") // there is none on other systems
	found := wroteBytes.FindSubmatch(text)
	if found == nil {
		return 0
	}
	n, _ := strconv.ParseFloat(string(found[1]), 64)
	return n
}

// BenchmarkWaiting has many runs wait for workers of which each is taken, and
// reports what that asks of the store: calls a second, over three seconds of real
// time.
//
//	go test -run '^$' -bench BenchmarkWaiting -benchtime 1x -herd 10000
func BenchmarkWaiting(b *testing.B) {
	eachStore(b, func(b *testing.B, s backend) {
		w, n := newWorld(b, s, jobs.RunOptions{}), *flagHerd
		ids := w.fill(0, 100, always(never))
		err := together(32, func(i int) error {
			_, err := w.CreateRun(context.Background(), w.actor, ids[i%len(ids)], jobs.NewRun{})
			return err
		})(n)
		if err != nil {
			b.Fatal(err)
		}
		release := make(chan struct{})
		engine := local.New(w.Service, func(ctx context.Context, _ jobs.Dispatch) ([]byte, error) {
			w.starts.Add(1)
			select {
			case <-release:
			case <-ctx.Done():
			}
			return nil, nil
		}, &local.Options{Concurrency: 4})
		var calls []float64
		w.schedule(engine, nil, func() {
			await(b, "the workers are taken", func() bool { return w.starts.Load() == 4 })
			<-time.After(time.Second) // until all have noticed
			for b.Loop() {
				w.store.clear()
				<-time.After(idleWindow)
				c := w.store.counts()
				calls = append(calls, float64(c.reads+c.commits)/idleWindow.Seconds())
			}
		})
		close(release)
		if err := engine.Close(context.Background()); err != nil {
			b.Fatal(err)
		}
		atMost(20).report(b, "calls/s", median(calls), 0)
	})
}
