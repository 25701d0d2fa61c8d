package schedule_test

import (
	"testing"
	"time"

	"github.com/jobledger/jobledger/schedule"
	"github.com/stretchr/testify/require"
)

// BenchmarkPlan plans one tick that is on time, as a scheduler does nearly always,
// and ten years of minutes under each policy for missed ticks.
func BenchmarkPlan(b *testing.B) {
	for _, bench := range []struct {
		name, zone string
		outage     time.Duration
		missed     schedule.MissedSchedulePolicy
	}{
		{"nothing-due", "UTC", 0, schedule.MissedLatest},
		{"on-time", "UTC", time.Minute, schedule.MissedLatest},
		{"on-time-new-york", "America/New_York", time.Minute, schedule.MissedLatest},
		{"on-time-backlog", "UTC", time.Minute, schedule.MissedAll},
		{"decade-skip", "UTC", 3652 * 24 * time.Hour, schedule.MissedSkip},
		{"decade-latest", "UTC", 3652 * 24 * time.Hour, schedule.MissedLatest},
		{"decade-all", "UTC", 3652 * 24 * time.Hour, schedule.MissedAll},
		{"decade-all-new-york", "America/New_York", 3652 * 24 * time.Hour, schedule.MissedAll},
	} {
		b.Run(bench.name, func(b *testing.B) {
			c, err := schedule.Parse("* * * * *", bench.zone)
			require.NoError(b, err)
			now := time.Date(2026, 5, 1, 10, 0, 0, 200_000_000, time.UTC)
			s := schedule.Situation{
				Cron: c, Cursor: now.Truncate(time.Minute).Add(-bench.outage), Now: now,
				Concurrency: schedule.ConcurrencyAllow, MaxConcurrent: 1000, Missed: bench.missed,
			}
			b.ReportAllocs()
			for b.Loop() {
				if out := schedule.Plan(s); out.Blocked {
					b.Fatal("blocked")
				}
			}
		})
	}
}

// BenchmarkCount counts ten years of minutes.
func BenchmarkCount(b *testing.B) {
	for _, zone := range []string{"UTC", "America/New_York"} {
		b.Run(zone, func(b *testing.B) {
			c, err := schedule.Parse("* * * * *", zone)
			require.NoError(b, err)
			from := benchStart(c.Location())
			to := from.AddDate(10, 0, 0)
			b.ReportAllocs()
			for b.Loop() {
				c.Count(from, to)
			}
		})
	}
}
