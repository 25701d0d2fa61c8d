package schedule_test

import (
	"math"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/jobledger/jobledger/schedule"
	"github.com/stretchr/testify/require"
)

func TestNextAndPrev(t *testing.T) {
	for _, test := range []struct{ expr, from, next, prev string }{
		{"0 2 * * *", "2026-05-01T02:00:00Z", "2026-05-02T02:00:00Z", "2026-04-30T02:00:00Z"},
		{"0 2 * * *", "2026-05-01T01:59:59.999Z", "2026-05-01T02:00:00Z", "2026-04-30T02:00:00Z"},
		{"0 2 * * *", "2026-05-01T02:00:00.001Z", "2026-05-02T02:00:00Z", "2026-05-01T02:00:00Z"},
		{"* * * * *", "2026-12-31T23:59:30Z", "2027-01-01T00:00:00Z", "2026-12-31T23:59:00Z"},
		{"0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z", "2024-02-29T00:00:00Z"},
		{"0 0 29 2 *", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z", "2096-02-29T00:00:00Z"},
		{"0 0 29 2 */7", "2090-01-01T00:00:00Z", "2128-02-29T00:00:00Z", "2088-02-29T00:00:00Z"}, // 2100 is no leap year
		{"0 0 1 * 1", "2026-06-02T00:00:00Z", "2026-06-08T00:00:00Z", "2026-06-01T00:00:00Z"},    // either
		{"0 0 */2 * 1", "2026-06-02T00:00:00Z", "2026-06-15T00:00:00Z", "2026-06-01T00:00:00Z"},  // both
		{"0 0 L * *", "2028-02-10T00:00:00Z", "2028-02-29T00:00:00Z", "2028-01-31T00:00:00Z"},
		{"0 0 1W * *", "2026-07-15T00:00:00Z", "2026-08-03T00:00:00Z", "2026-07-01T00:00:00Z"},
		{"0 0 31W * *", "2026-05-01T00:00:00Z", "2026-05-29T00:00:00Z", "2026-03-31T00:00:00Z"},
		{"0 0 * * 1#5", "2026-01-01T00:00:00Z", "2026-03-30T00:00:00Z", "2025-12-29T00:00:00Z"},
		{"0 0 * * 7L", "2026-01-01T00:00:00Z", "2026-01-25T00:00:00Z", "2025-12-28T00:00:00Z"},
	} {
		c := parse(t, test.expr, "UTC")
		from := instant(t, test.from)
		require.Equal(t, instant(t, test.next), c.Next(from), "next of %s after %s", test.expr, test.from)
		require.Equal(t, instant(t, test.prev), c.Prev(from), "prev of %s before %s", test.expr, test.from)
	}
}

func TestBetween(t *testing.T) {
	c := parse(t, "0 * * * *", "UTC")
	from := instant(t, "2026-05-01T10:00:00Z")
	hour := func(n int) time.Time { return from.Add(time.Duration(n) * time.Hour) }

	require.Equal(t, []time.Time{hour(1), hour(2)}, c.Between(from, hour(2), 10), "from is excluded, to included")
	require.Equal(t, []time.Time{hour(1)}, c.Between(from, hour(2).Add(-1), 10))
	require.Equal(t, []time.Time{hour(0)}, c.Between(from.Add(-1), from, 10))
	require.Equal(t, []time.Time{hour(1), hour(2), hour(3)}, c.Between(from, hour(1000), 3), "the earliest")
	require.Empty(t, c.Between(from, from, 10))
	require.Empty(t, c.Between(hour(5), from, 10))
	require.Empty(t, c.Between(from, hour(5), 0))
	require.Empty(t, c.Between(from, hour(5), -1))
}

func TestFiresAreInTheCronsLocation(t *testing.T) {
	c := parse(t, "0 2 * * *", "Asia/Tokyo")
	at := c.Next(instant(t, "2026-05-01T00:00:00Z"))
	require.Equal(t, "2026-05-02T02:00:00+09:00", at.Format(time.RFC3339))
	require.Same(t, c.Location(), at.Location())
	require.Equal(t, at, c.Prev(c.Next(at)))
}

// Properties that hold for every expression, at every time, in every zone.
func TestProperties(t *testing.T) {
	zones := []string{"UTC", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "Asia/Gaza"}
	g := &generator{Rand: rand.New(rand.NewPCG(5, 6)), sparse: 3}
	for range 3000 {
		c, err := schedule.Parse(g.expression().text, zones[g.IntN(len(zones))])
		if err != nil {
			continue
		}
		at := time.Date(1+g.IntN(9998), 1, 1, 0, 0, g.IntN(366*24*60*60), g.IntN(2), time.UTC)
		if g.IntN(2) == 0 { // where tables of zones are rich
			at = at.AddDate(1900+g.IntN(250)-at.Year(), 0, 0)
		}
		requireProperties(t, c, at)
	}
}

// requireProperties follows a few fires from an instant.
func requireProperties(t *testing.T, c *schedule.Cron, at time.Time) {
	t.Helper()
	var fires []time.Time
	from := at
	for range 5 {
		next := c.Next(from)
		if next.IsZero() {
			break
		}
		require.True(t, next.After(from), "%s: next of %s is %s", c, from, next)
		require.True(t, next.Equal(c.Next(next.Add(-1))), "%s: %s", c, next)
		require.True(t, next.Equal(c.Prev(next.Add(1))), "%s: %s", c, next)
		between := time.Unix((from.Unix()+next.Unix())/2, 0)
		require.True(t, next.Equal(c.Next(between)) || next.Equal(between), "%s: next of %s, from %s", c, between, from)
		if len(fires) > 0 {
			require.Equal(t, from, c.Prev(next), c.String())
		}
		fires = append(fires, next)
		from = next
	}
	if len(fires) > 0 {
		require.Equal(t, fires, c.Between(at, from, len(fires)), c.String())
	}
	if prev := c.Prev(at); !prev.IsZero() {
		require.True(t, prev.Before(at), "%s: prev of %s is %s", c, at, prev)
		next := c.Next(prev)
		require.True(t, next.IsZero() || !next.Before(at), "%s: %s lies between", c, next)
	}
}

func TestExtremeTimes(t *testing.T) {
	for _, zone := range []string{"UTC", "America/New_York", "Pacific/Apia"} {
		for _, expr := range []string{"* * * * *", "30 2 29 2 *", "0 0 1 1 *", "59 23 31 12 *"} {
			c := parse(t, expr, zone)
			for _, at := range []time.Time{
				{}, time.Unix(math.MaxInt64, 0), time.Unix(math.MinInt64, 0), time.Unix(math.MinInt64, 999_999_999),
				time.Unix(1<<62, 0), time.Date(-5000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC),
				time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC),
				time.Date(300_000, 1, 1, 0, 0, 0, 0, time.UTC),
			} {
				next, prev := c.Next(at), c.Prev(at)
				if at.Unix() >= time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC).Unix() {
					require.True(t, next.IsZero(), "%s after %s", c, at)
				}
				if at.Unix() <= (time.Time{}).Unix() {
					require.True(t, prev.IsZero(), "%s before %s", c, at)
				}
				c.Shifted(at)
				c.Between(at, at, 3)
			}
			require.LessOrEqual(t, c.Next(time.Time{}).Year(), 4, "the first fire of %s", c)
			require.GreaterOrEqual(t, c.Prev(time.Unix(1<<60, 0)).Year(), 9996, "the last fire of %s", c)
		}
	}
	var never schedule.Cron
	require.True(t, never.Next(time.Unix(0, 0)).IsZero())
	require.True(t, never.Prev(time.Unix(0, 0)).IsZero())
	require.False(t, never.Shifted(time.Unix(0, 0)))
	require.Equal(t, "never", never.Describe())
	require.Equal(t, "UTC", never.Zone())
}

// TestDaysBeyondTheTables counts the days of a leap year for which zones have no
// table of their own, and the location's bounds leave out its last day.
func TestDaysBeyondTheTables(t *testing.T) {
	for _, zone := range []string{"America/New_York", "Australia/Sydney", "Asia/Tokyo", "UTC"} {
		for _, expr := range []string{"30 2 * * *", "0 */24 * * *"} {
			fires := parse(t, expr, zone).Between(instant(t, "2103-12-30T20:00:00Z"), instant(t, "2105-01-02T20:00:00Z"), 1000)
			require.Len(t, fires, 369, "%s %s", expr, zone)
		}
	}
}

func TestNextAllocatesNothing(t *testing.T) {
	for _, zone := range []string{"UTC", "America/New_York"} {
		c := parse(t, "30 2 * * 1-5", zone)
		at := instant(t, "2026-01-01T00:00:00Z")
		require.Zero(t, testing.AllocsPerRun(1000, func() {
			at = c.Next(at)
			c.Prev(at)
			c.Shifted(at)
		}), zone)
	}
}

func TestConcurrentUse(t *testing.T) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, zone := range []string{"Europe/Paris", "Asia/Kolkata", "America/Denver"} {
				c, err := schedule.Parse("*/15 * * * *", zone)
				if err == nil {
					c.Between(time.Unix(0, 0), time.Unix(1e6, 0), 100)
				}
			}
		})
	}
	wg.Wait()
}

func parse(t *testing.T, expr, zone string) *schedule.Cron {
	t.Helper()
	c, err := schedule.Parse(expr, zone)
	require.NoError(t, err)
	return c
}

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, text)
	require.NoError(t, err)
	return at.UTC()
}
