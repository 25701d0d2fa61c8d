package schedule_test

import (
	"testing"
	"time"
	_ "time/tzdata" // the tests bring their zones along

	"github.com/adhocore/gronx"
	"github.com/jobledger/jobledger/schedule"
	"github.com/stretchr/testify/require"
)

// The expressions of the table that the targets are taken from. The UTC rows
// aim at 100 ns, a zone at five times that, all without allocation.
var benchmarked = []struct{ name, expr, zone string }{
	{"daily", "0 2 * * *", "UTC"},
	{"quarter-hourly", "*/15 * * * *", "UTC"},
	{"weekly", "0 9 * * 1", "UTC"},
	{"daily-new-york", "30 2 * * *", "America/New_York"},
}

// BenchmarkNext walks from fire to fire, as a scheduler does. Each expression has
// a run of gronx after its own, and reports how many times longer that took; the
// one in a zone reports how many times longer it took than the first, in UTC.
func BenchmarkNext(b *testing.B) {
	var inUTC float64
	for _, bench := range benchmarked {
		var ours float64
		b.Run(bench.name+"/jobledger", func(b *testing.B) {
			c, err := schedule.Parse(bench.expr, bench.zone)
			require.NoError(b, err)
			at := benchStart(c.Location())
			b.ReportAllocs()
			for b.Loop() {
				if at = c.Next(at); at.Year() > 2090 {
					at = benchStart(c.Location())
				}
			}
			ours = perOp(b)
			if inUTC == 0 {
				inUTC = ours
			}
			if bench.zone != "UTC" {
				b.ReportMetric(ours/inUTC, "x-utc")
			}
		})
		b.Run(bench.name+"/gronx", func(b *testing.B) {
			location, err := time.LoadLocation(bench.zone)
			require.NoError(b, err)
			at := benchStart(location)
			b.ReportAllocs()
			for b.Loop() {
				if at, err = gronx.NextTickAfter(bench.expr, at, false); err != nil {
					b.Fatal(err)
				}
			}
			if ours > 0 {
				b.ReportMetric(perOp(b)/ours, "x-jobledger")
			}
		})
	}
}

// BenchmarkNextRare asks for a fire that is up to eight years away.
func BenchmarkNextRare(b *testing.B) {
	for _, zone := range []string{"UTC", "America/New_York"} {
		b.Run(zone, func(b *testing.B) {
			c, err := schedule.Parse("30 2 29 2 *", zone)
			require.NoError(b, err)
			from := time.Date(2096, 3, 1, 0, 0, 0, 0, time.UTC)
			b.ReportAllocs()
			for b.Loop() {
				c.Next(from)
			}
		})
	}
}

// BenchmarkParse parses a simple and a full expression, in UTC and in a zone.
func BenchmarkParse(b *testing.B) {
	for _, bench := range []struct{ name, expr, zone string }{
		{"simple", "0 2 * * *", "UTC"},
		{"zone", "0 2 * * *", "America/New_York"},
		{"full", "*/5,3 8-18/2 1,15W,L JAN-JUN MON-FRI,6#2", "UTC"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := schedule.Parse(bench.expr, bench.zone); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkParseImpossible refuses expressions that never fire; the target is 10 us.
func BenchmarkParseImpossible(b *testing.B) {
	for _, expr := range []string{"0 0 30 2 *", "0 0 31 2,4,6,9,11 *", "0 0 */31 * 1#2"} {
		b.Run(expr, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := schedule.Parse(expr, "America/New_York"); err == nil {
					b.Fatal("parsed")
				}
			}
		})
	}
}

func benchStart(location *time.Location) time.Time {
	return time.Date(2026, 1, 1, 0, 0, 0, 0, location)
}

func perOp(b *testing.B) float64 { return float64(b.Elapsed().Nanoseconds()) / float64(b.N) }
