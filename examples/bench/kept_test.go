package bench_test

import (
	"testing"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
)

// BenchmarkKept measures what was reached before and is not to be lost.
//
//	go test -run '^$' -bench BenchmarkKept -benchtime 20x
func BenchmarkKept(b *testing.B) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	b.Run("next/utc", func(b *testing.B) {
		took := inTurns(b, 100_000, walk(b, "0 2 * * *", "UTC", start))
		b.ReportMetric(testing.AllocsPerRun(1000, nextOf(b, start)), "allocs")
		atMost(100).report(b, "ns", float64(took[0].Nanoseconds()), 0)
	})
	b.Run("next/zone", func(b *testing.B) {
		took := inTurns(b, 100_000, walk(b, "30 2 * * *", "America/New_York", start), walk(b, "30 2 * * *", "UTC", start))
		atMost(5).report(b, "ns", float64(took[0].Nanoseconds()), float64(took[1].Nanoseconds()))
	})
	b.Run("parse/robfig", func(b *testing.B) {
		took := inTurns(b, 10_000, oneByOne(func(int) error {
			_, err := schedule.Parse("*/15 0-5 1,15 * 1-5", "UTC")
			return err
		}), oneByOne(func(int) error {
			_, err := cron.ParseStandard("CRON_TZ=UTC */15 0-5 1,15 * 1-5")
			return err
		}))
		atMost(0.5).report(b, "ns", float64(took[0].Nanoseconds()), float64(took[1].Nanoseconds()))
	})
	b.Run("impossible", func(b *testing.B) {
		took := inTurns(b, 10_000, oneByOne(func(int) error {
			if _, err := schedule.Parse("0 0 30 2 *", "UTC"); err == nil {
				b.Fatal("the 30th of February was accepted")
			}
			return nil
		}))
		atMost(10).report(b, "us", micros(took[0]), 0)
	})
	b.Run("fire/many-of-10", func(b *testing.B) {
		few, many := 0.0, 0.0
		for b.Loop() {
			if few == 0 { // both are watched for long enough
				few, many = fireOurs(b, 10), fireOurs(b, max(most(b, 100_000), dayOfMinutes))
			}
		}
		atMost(1.3).report(b, "cpu-us", many, few)
	})
	b.Run("sqlite/update-of-swap", func(b *testing.B) {
		w, raw := newWorld(b, open(b, "sqlite"), jobs.RunOptions{}), openRawFile(b)
		w.ids = w.fill(0, 1, always(never))
		if _, err := raw.insert.Exec("swapped", usual); err != nil {
			b.Fatal(err)
		}
		took := inTurns(b, 20, oneByOne(w.update), oneByOne(func(i int) error { return raw.compareAndSwap(i + 1) }))
		atMost(1.35).report(b, "us", micros(took[0]), micros(took[1]))
	})
}

// walk is work that goes from fire to fire.
func walk(b *testing.B, expr, zone string, start time.Time) work {
	schedule, err := schedule.Parse(expr, zone)
	if err != nil {
		b.Fatal(err)
	}
	at := start
	return oneByOne(func(int) error {
		if at = schedule.Next(at); at.Year() > 2090 {
			at = start
		}
		return nil
	})
}

// nextOf is one step of walk, for the count of allocations.
func nextOf(b *testing.B, start time.Time) func() {
	do := walk(b, "0 2 * * *", "UTC", start)
	return func() {
		if err := do(1); err != nil {
			b.Fatal(err)
		}
	}
}
