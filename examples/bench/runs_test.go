package bench_test

import (
	"context"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/local"
)

// BenchmarkRuns has jobs due at one instant, on each store, under a scheduler
// and a dispatcher with default options and a worker that does nothing. It
// reports how many runs a second are done, from the instant to the end of the
// last one, when the last one began, and what a run asks of the store. The bytes
// are those that the process writes: to files, or to the server. Peers that keep
// their units in the same place follow: see [peers].
//
//	go test -run '^$' -bench BenchmarkRuns -benchtime 3x -herd 10000
func BenchmarkRuns(b *testing.B) {
	goals := map[string]goal{"memory": atLeast(15_000), "sqlite": atLeast(3_300), "redis": atLeast(4_600)}
	eachStore(b, func(b *testing.B, s backend) {
		w, n := newWorld(b, s, jobs.RunOptions{}), *flagHerd
		figures := figures{}
		for b.Loop() {
			due := w.herd(n, usual)
			w.store.clear()
			before, from := w.ended.Load(), usedSoFar()
			w.schedule(w.engine, nil, func() {
				await(b, "all runs have ended", func() bool { return w.ended.Load() >= before+int64(n) })
			})
			figures.add(n, due, &w.lastStart, &w.lastEnd, from)
			c := w.store.counts()
			for unit, value := range map[string]float64{
				"commits/run": float64(c.commits) / float64(n),
				"stale/run":   float64(c.stale) / float64(n),
				"reads/run":   float64(c.reads) / float64(n),
				"due-calls":   float64(c.due),
			} {
				figures[unit] = append(figures[unit], value)
			}
		}
		figures.report(b, goals[s.name])
	})
	for _, p := range peers {
		if !slices.Contains(strings.Split(*flagStores, ","), p.store) {
			continue
		}
		b.Run(p.name, func(b *testing.B) {
			figures := figures{}
			for b.Loop() {
				p.herd(b, *flagHerd, figures)
			}
			figures.report(b, goal{})
		})
	}
}

// rate is the figure of runs a second.
const rate = "per-s"

// figures are what rounds took, by unit.
type figures map[string][]float64

// used is what the process has used until a moment.
type used struct {
	bytes float64
	cpu   time.Duration
}

func usedSoFar() used { return used{bytesWritten(), cpu()} }

// add adds a round in which n runs were due, whose last start and end are given in
// nanoseconds.
func (f figures) add(n int, due time.Time, lastStart, lastEnd *atomic.Int64, from used) {
	now := usedSoFar()
	last := time.Unix(0, max(lastEnd.Load(), due.UnixNano()+1))
	for unit, value := range map[string]float64{
		rate:           float64(n) / last.Sub(due).Seconds(),
		"s-last-start": time.Unix(0, lastStart.Load()).Sub(due).Seconds(),
		"cpu-us/run":   micros(now.cpu-from.cpu) / float64(n),
		"bytes/run":    (now.bytes - from.bytes) / float64(n),
	} {
		f[unit] = append(f[unit], value)
	}
}

// report reports the medians.
func (f figures) report(b *testing.B, wanted goal) {
	for unit, values := range f {
		if unit != rate {
			b.ReportMetric(median(values), unit)
		}
	}
	wanted.report(b, rate, median(f[rate]), 0)
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
