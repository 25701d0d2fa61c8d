package bench_test

import (
	"testing"
	"time"
	_ "time/tzdata" // the same zones on every machine

	"github.com/adhocore/gronx"
	"github.com/jobledger/jobledger/schedule"
	"github.com/robfig/cron/v3"
)

// The expressions that every library is given.
var expressions = []struct{ name, expr, zone string }{
	{"daily", "0 2 * * *", "UTC"},
	{"quarter-hourly", "*/15 * * * *", "UTC"},
	{"weekly", "0 9 * * 1", "UTC"},
	{"daily-new-york", "30 2 * * *", "America/New_York"},
}

// library is one way to walk from fire to fire.
type library struct {
	name string
	open func(expr, zone string) (next func(time.Time) time.Time, err error)
}

var libraries = []library{
	{"jobledger", func(expr, zone string) (func(time.Time) time.Time, error) {
		c, err := schedule.Parse(expr, zone)
		if err != nil {
			return nil, err
		}
		return c.Next, nil
	}},
	{"robfig", func(expr, zone string) (func(time.Time) time.Time, error) {
		s, err := cron.ParseStandard("CRON_TZ=" + zone + " " + expr)
		if err != nil {
			return nil, err
		}
		return s.Next, nil
	}},
	{"gronx", func(expr, _ string) (func(time.Time) time.Time, error) {
		return func(after time.Time) time.Time {
			next, err := gronx.NextTickAfter(expr, after, false)
			if err != nil {
				return time.Time{}
			}
			return next
		}, nil
	}},
}

// BenchmarkNext walks from fire to fire through the years 2026 to 2090. Every
// library reports how many times longer it takes than the first, jobledger.
func BenchmarkNext(b *testing.B) {
	for _, e := range expressions {
		location, err := time.LoadLocation(e.zone)
		if err != nil {
			b.Fatal(err)
		}
		start := time.Date(2026, 1, 1, 0, 0, 0, 0, location)
		compare(b, e.name, func(b *testing.B, l library) {
			next, err := l.open(e.expr, e.zone)
			if err != nil {
				b.Fatal(err)
			}
			at := start
			for b.Loop() {
				if at = next(at); at.IsZero() || at.Year() > 2090 {
					at = start
				}
			}
		})
	}
}

// BenchmarkParse makes a schedule of an expression. gronx has nothing to make.
func BenchmarkParse(b *testing.B) {
	for _, e := range expressions {
		compare(b, e.name, func(b *testing.B, l library) {
			if l.name == "gronx" {
				b.Skip("reads the expression afresh in every call")
			}
			for b.Loop() {
				if _, err := l.open(e.expr, e.zone); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// compare runs a benchmark for each library, and reports its ratio to the first.
func compare(b *testing.B, name string, run func(*testing.B, library)) {
	first := 0.0
	for _, l := range libraries {
		b.Run(name+"/"+l.name, func(b *testing.B) {
			b.ReportAllocs()
			run(b, l)
			perOp := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
			if first == 0 {
				first = perOp
			}
			b.ReportMetric(perOp/first, "x-jobledger")
		})
	}
}
