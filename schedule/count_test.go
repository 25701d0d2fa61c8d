package schedule_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/schedule"
)

// TestCountIsTheLengthOfBetween counts stretches of up to three weeks that begin
// and end anywhere, most of them at a clock's moves.
func TestCountIsTheLengthOfBetween(t *testing.T) {
	zones := []string{
		"UTC", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "America/Havana",
		"America/Sao_Paulo", "Africa/Casablanca", "Antarctica/Troll", "Europe/Amsterdam",
	}
	g := &generator{Rand: rand.New(rand.NewPCG(7, 8)), sparse: 3}
	counted := 0
	for range torture.Figure(1000, 4000) {
		c, err := schedule.Parse(g.expression().text, zones[g.IntN(len(zones))])
		if err != nil {
			continue
		}
		from := anyInstant(g, c)
		to := from.Add(time.Duration(g.Int64N(int64(60 * 24 * time.Hour)))).Add(-time.Hour)
		if g.IntN(4) == 0 { // from a fire to a fire
			from, to = c.Next(from), c.Prev(to)
		}
		want := len(c.Between(from, to, 100_000))
		require.Equal(t, want, c.Count(from, to), "%s from %s to %s", c, from, to)
		counted += want
	}
	require.Greater(t, counted, torture.Figure(25_000, 100_000))
}

// anyInstant is an instant near a move of the cron's clock, if it has moves.
func anyInstant(g *generator, c *schedule.Cron) time.Time {
	at := time.Date(1935+g.IntN(200), 1, 1, 0, 0, g.IntN(366*24*60*60), g.IntN(2), time.UTC)
	if _, end := at.In(c.Location()).ZoneBounds(); g.IntN(4) != 0 && !end.IsZero() {
		at = end.Add(time.Duration(g.IntN(4*60)-2*60) * time.Minute)
	}
	return at
}

func TestCountOfLongStretches(t *testing.T) {
	for _, test := range []struct {
		expr, zone, from, to string
		want                 int
	}{
		{"* * * * *", "UTC", "2016-05-01T00:00:00Z", "2026-05-01T00:00:00Z", 3652 * 24 * 60},
		{"* * * * *", "America/New_York", "2016-05-01T00:00:00Z", "2026-05-01T00:00:00Z", 3652 * 24 * 60},
		{"0 0 29 2 *", "UTC", "2000-03-01T00:00:00Z", "2400-03-01T00:00:00Z", 97},
		{"30 2 * * *", "America/New_York", "2000-01-01T12:00:00Z", "2026-01-01T12:00:00Z", 26*365 + 7},
		{"@hourly", "UTC", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", 3652059*24 - 1}, // not the zero time
		{"@hourly", "UTC", "2026-05-01T00:00:00Z", "2026-05-01T00:00:00Z", 0},
		{"@hourly", "UTC", "2026-05-02T00:00:00Z", "2026-05-01T00:00:00Z", 0},
	} {
		c := parse(t, test.expr, test.zone)
		require.Equal(t, test.want, c.Count(instant(t, test.from), instant(t, test.to)), "%s from %s", c, test.from)
	}
}

func TestCountNeverPanics(t *testing.T) {
	extremes := []time.Time{
		{}, time.Unix(-1<<62, 0), time.Unix(1<<62, 0),
		time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 1, time.UTC),
	}
	for _, c := range []*schedule.Cron{parse(t, "* * * * *", "America/New_York"), {}} {
		for _, from := range extremes {
			for _, to := range extremes {
				require.GreaterOrEqual(t, c.Count(from, to), 0)
			}
		}
	}
}
