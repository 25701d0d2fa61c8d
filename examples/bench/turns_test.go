package bench_test

import (
	"cmp"
	"slices"
	"sync"
	"testing"
	"time"
)

// goal is what a figure should be: a ratio to the floor beside it, or an
// absolute value where there is no floor.
type goal struct {
	value float64
	// least: the figure should be at least the value, and otherwise at most.
	least bool
}

func atMost(value float64) goal  { return goal{value: value} }
func atLeast(value float64) goal { return goal{value: value, least: true} }

// report writes a row of docs/performance.md: what we have now, the floor that
// was measured beside it (0 for none), their ratio, and the goal. scripts/bench-growth
// reads the metrics.
func (g goal) report(b *testing.B, unit string, now, floor float64) {
	b.ReportMetric(now, "now-"+unit)
	if floor > 0 {
		b.ReportMetric(floor, "floor-"+unit)
		b.ReportMetric(now/floor, "ratio")
	}
	switch {
	case g.value == 0:
	case g.least:
		b.ReportMetric(g.value, "at-least")
	default:
		b.ReportMetric(g.value, "at-most")
	}
	b.ReportMetric(0, "ns/op") // it has the making of the data in it
}

// work does n operations.
type work func(n int) error

// inTurns lets each contender do its operations, each at a time, in turns for
// b.N rounds, after a round that does not count. What else the machine does
// then slows all of them. It returns the medians of the time of one operation.
func inTurns(b *testing.B, each int, contenders ...work) []time.Duration {
	b.Helper()
	took := make([][]time.Duration, len(contenders))
	round := func(counts bool) {
		for i, do := range contenders {
			begin := time.Now()
			if err := do(each); err != nil {
				b.Fatal(err)
			}
			if counts {
				took[i] = append(took[i], time.Since(begin)/time.Duration(each))
			}
		}
	}
	round(false)
	for b.Loop() {
		round(true)
	}
	medians := make([]time.Duration, len(took))
	for i, all := range took {
		medians[i] = median(all)
	}
	return medians
}

func median[T cmp.Ordered](all []T) T {
	slices.Sort(all)
	return all[len(all)/2]
}

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }

// oneByOne is work that does one operation after the other. It numbers them.
func oneByOne(do func(i int) error) work {
	next := 0
	return func(n int) error {
		for range n {
			if err := do(next); err != nil {
				return err
			}
			next++
		}
		return nil
	}
}

// together is work of so many clients at once.
func together(clients int, do func(i int) error) work {
	next := 0
	return func(n int) error {
		var group sync.WaitGroup
		errs := make([]error, clients)
		for c := range clients {
			group.Go(func() {
				for i := c; i < n && errs[c] == nil; i += clients {
					errs[c] = do(next + i)
				}
			})
		}
		group.Wait()
		next += n
		for _, err := range errs {
			if err != nil {
				return err
			}
		}
		return nil
	}
}
