package bench_test

import (
	"testing"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// BenchmarkRuns has jobs due at one instant, on each store, under a scheduler
// and a dispatcher with default options and a worker that does nothing. It
// reports how many runs a second are done, from the instant to the end of the
// last one, when the last one began, and what a run asks of the store.
//
//	go test -run '^$' -bench BenchmarkRuns -benchtime 3x -herd 10000
func BenchmarkRuns(b *testing.B) {
	goals := map[string]goal{"memory": atLeast(15_000), "sqlite": atLeast(3_300), "redis": atLeast(4_600)}
	eachStore(b, func(b *testing.B, s backend) {
		w, n := newWorld(b, s, jobs.RunOptions{}), *flagHerd
		var rate, late, commits, stale, reads []float64
		for b.Loop() {
			due := w.herd(n, usual)
			w.store.clear()
			before := w.ended.Load()
			w.schedule(w.engine, nil, func() {
				await(b, "all runs have ended", func() bool { return w.ended.Load() >= before+int64(n) })
			})
			last := time.Unix(0, max(w.lastEnd.Load(), due.UnixNano()+1))
			rate = append(rate, float64(n)/last.Sub(due).Seconds())
			late = append(late, time.Unix(0, w.lastStart.Load()).Sub(due).Seconds())
			c := w.store.counts()
			commits = append(commits, float64(c.commits)/float64(n))
			stale = append(stale, float64(c.stale)/float64(n))
			reads = append(reads, float64(c.reads)/float64(n))
		}
		b.ReportMetric(median(late), "s-last-start")
		b.ReportMetric(median(commits), "commits/run")
		b.ReportMetric(median(stale), "stale/run")
		b.ReportMetric(median(reads), "reads/run")
		goals[s.name].report(b, "per-s", median(rate), 0)
	})
}
