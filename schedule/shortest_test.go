package schedule_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/schedule"
)

func TestShortestInterval(t *testing.T) {
	for _, row := range []struct {
		expr, zone string
		want       time.Duration
	}{
		{"* * * * *", "", time.Minute},
		{"*/7 * * * *", "", 4 * time.Minute},
		{"@hourly", "Europe/Berlin", time.Hour},
		{"@daily", "", 24 * time.Hour},
		{"@daily", "Europe/Berlin", 23 * time.Hour},
		{"@yearly", "Europe/Berlin", 24 * time.Hour},
		{"0 0 29 2 *", "", 24 * time.Hour},
		{"5,50 23,0 * * *", "", 15 * time.Minute},
		{"5,50 23,0 1,15 * *", "", 45 * time.Minute},
		{"5,50 23,0 1,L * *", "", 15 * time.Minute},
		{"5,50 23,0 L 2 *", "", 45 * time.Minute},
		{"5,50 23,0 28,1 2,3 *", "", 15 * time.Minute},
		{"5,50 23,0 29,1 2,3 *", "", 15 * time.Minute},
		{"5,50 23,0 28,1 2,4 *", "", 45 * time.Minute},
		{"59 23 31 12 *", "", 24 * time.Hour},
		{"0 0,23 31,1 12,1 *", "", time.Hour},
		{"0 0,23 * * MON,WED", "", 23 * time.Hour},
		{"0 0,23 * * MON,TUE", "", time.Hour},
		// 02:30 does not exist in spring, and fires at 03:00.
		{"30 2,3 * * *", "Europe/Berlin", 30 * time.Minute},
		{"30 2,3 * * *", "", time.Hour},
		// 02:00 comes twice in autumn, and what goes by intervals fires twice.
		{"0 */2 * * *", "Europe/Berlin", time.Hour},
		{"0 0-23/2 * * *", "Europe/Berlin", time.Hour},
		{"30 2 * * *", "Australia/Lord_Howe", 23*time.Hour + 30*time.Minute},
		{"0 0,1 * * *", "America/Sao_Paulo", time.Hour}, // whose clock is not moved any more
	} {
		cron, err := schedule.Parse(row.expr, row.zone)
		require.NoError(t, err)
		require.Equal(t, row.want, cron.ShortestInterval(), "%s %s", row.expr, row.zone)
	}
	require.Zero(t, new(schedule.Cron).ShortestInterval())
}

// Nothing that a schedule does is shorter.
func TestNoIntervalIsShorterThanTheShortest(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 9))
	zones := []string{"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Casablanca", "Asia/Kathmandu", "Africa/Cairo"}
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for range 40 {
		expr := []string{"*", "*/20", "0", "30", "7,53", "0,59"}[random.IntN(6)] + " " +
			[]string{"*", "*/2", "0,23", "1,2,3", "2", "0-4", "22-23"}[random.IntN(7)] + " " +
			[]string{"*", "*", "1,15", "L", "*/2"}[random.IntN(5)] + " * " +
			[]string{"*", "*", "SUN", "MON-FRI"}[random.IntN(4)]
		cron, err := schedule.Parse(expr, zones[random.IntN(len(zones))])
		require.NoError(t, err)
		seen := 24 * time.Hour
		for at := cron.Next(from); at.Year() < 2031; {
			next := cron.Next(at)
			seen = min(seen, next.Sub(at))
			at = next
		}
		require.GreaterOrEqual(t, seen, cron.ShortestInterval(), "%s", cron)
	}
}

func ExampleCron_ShortestInterval() {
	cron, _ := schedule.Parse("30 2,3 * * *", "Europe/Berlin")
	// In spring 02:30 does not exist: that fire comes at 03:00.
	fmt.Println(cron.ShortestInterval())
	// Output: 30m0s
}
