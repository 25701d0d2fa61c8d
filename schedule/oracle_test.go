package schedule_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/adhocore/gronx"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/schedule"
)

// TestAgreesWithGronx holds Next and Prev in UTC against an implementation that
// shares no line with this one.
func TestAgreesWithGronx(t *testing.T) {
	expressions := torture.Figure(5000, 20_000)
	g := &generator{Rand: rand.New(rand.NewPCG(1, 2)), sparse: 2}
	checked := 0
	for range expressions {
		e := g.expression()
		c, err := schedule.Parse(e.text, "UTC")
		if err != nil {
			require.ErrorContains(t, err, "never fires", e.text)
			continue
		}
		at := time.Date(1990+g.IntN(100), 1, 1+g.IntN(366), g.IntN(24), g.IntN(60), g.IntN(2)*g.IntN(60), 0, time.UTC)

		// gronx gives up on some rare expressions; those it answers it answers right.
		if next, err := gronx.NextTickAfter(e.text, at, false); err == nil {
			require.Equal(t, next, c.Next(at), "next of %s after %s", e.text, at)
			checked++
		}
		if g.IntN(4) == 0 {
			if prev, err := gronx.PrevTickBefore(e.text, at, false); err == nil {
				require.Equal(t, prev.Truncate(time.Minute), c.Prev(at), "prev of %s before %s", e.text, at)
			}
		}
	}
	require.Greater(t, checked, expressions*9/10)
}

// TestAgreesWithMinuteWalk holds Between, Prev and Shifted against the rule of
// the package documentation carried out literally, minute by minute, around days
// on which clocks were moved.
func TestAgreesWithMinuteWalk(t *testing.T) {
	moves := []struct{ zone, date string }{
		{"America/New_York", "2026-03-08"}, {"America/New_York", "2026-11-01"},
		{"Europe/Berlin", "2026-03-29"}, {"Europe/Berlin", "2026-10-25"},
		{"Europe/London", "2026-03-29"}, {"Europe/London", "2026-10-25"},
		{"Europe/Dublin", "2026-03-29"}, {"Europe/Dublin", "2026-10-25"},
		{"Australia/Lord_Howe", "2026-04-05"}, {"Australia/Lord_Howe", "2026-10-04"}, // by half an hour
		{"America/Sao_Paulo", "2018-02-18"}, {"America/Sao_Paulo", "2018-11-04"}, // at midnight
		{"America/Havana", "2026-03-08"}, {"America/Havana", "2026-11-01"}, // from and to midnight
		{"America/Santiago", "2026-04-05"}, {"America/Santiago", "2026-09-06"}, // from and to midnight
		{"Africa/Cairo", "2026-04-24"}, {"Africa/Cairo", "2026-10-30"}, // from and to midnight
		{"Antarctica/Troll", "2026-03-29"}, {"Antarctica/Troll", "2026-10-25"}, // by two hours
		{"Pacific/Apia", "2011-09-24"}, {"Pacific/Apia", "2011-12-30"}, {"Pacific/Apia", "2012-04-01"}, // a date skipped
		{"Pacific/Chatham", "2026-04-05"}, {"Pacific/Chatham", "2026-09-27"}, // at 02:45 and 03:45
		{"America/St_Johns", "2009-03-08"}, {"America/St_Johns", "2009-11-01"}, // one minute after midnight
		{"Asia/Pyongyang", "2015-08-15"}, {"America/Caracas", "2016-05-01"}, // for good
		{"Africa/Casablanca", "2026-02-15"}, {"Africa/Casablanca", "2026-03-22"},
		{"America/New_York", "2150-03-08"}, {"America/New_York", "2150-11-01"},
		{"America/New_York", "1953-04-26"}, {"America/New_York", "1953-09-27"},
	}
	for i, move := range moves {
		t.Run(move.zone+" "+move.date, func(t *testing.T) {
			t.Parallel()
			location, err := time.LoadLocation(move.zone)
			require.NoError(t, err)
			day, err := time.Parse(time.DateOnly, move.date)
			require.NoError(t, err)
			from, to := day.AddDate(0, 0, -2), day.AddDate(0, 0, 2)
			require.NotEqual(t, offset(from.In(location)), offset(to.In(location)), "nothing moves here")

			g := &generator{Rand: rand.New(rand.NewPCG(3, uint64(i))), sparse: 6}
			for range 25 {
				e := g.expression()
				c, err := schedule.Parse(e.text, move.zone)
				if err != nil {
					require.ErrorContains(t, err, "never fires", e.text)
					continue
				}
				requireSameFires(t, c, walk(e, location, from, to), from, to)
			}
		})
	}
}

// fire is what the walk finds.
type fire struct {
	at      time.Time
	shifted bool
}

// walk goes through the minutes after from up to to and asks of each whether e
// fires. It starts a day early to know which readings the clock has shown before.
func walk(e *expression, location *time.Location, from, to time.Time) []fire {
	var fires []fire
	var shown time.Time // the latest reading of the clock so far
	for at := from.AddDate(0, 0, -1); !at.After(to); at = at.Add(time.Minute) {
		now := reading(at.In(location))
		switch {
		case shown.IsZero():
		case e.fixed && !now.After(shown): // a repetition
		case at.After(from) && now.Second() == 0 && e.matches(now):
			fires = append(fires, fire{at: at})
		case at.After(from) && e.fixed && now.Sub(shown) <= 24*time.Hour && skipped(e, shown, now):
			fires = append(fires, fire{at: at, shifted: true})
		}
		if now.After(shown) {
			shown = now
		}
	}
	return fires
}

// skipped reports whether e asks for a minute between two readings.
func skipped(e *expression, after, before time.Time) bool {
	for t := after.Add(time.Minute).Truncate(time.Minute); t.Before(before); t = t.Add(time.Minute) {
		if e.matches(t) {
			return true
		}
	}
	return false
}

func requireSameFires(t *testing.T, c *schedule.Cron, want []fire, from, to time.Time) {
	t.Helper()
	got := c.Between(from, to, 10_000)
	describe := func(at time.Time) string { return fmt.Sprintf("%s: %s", c, at) }
	for i := range max(len(want), len(got)) {
		require.Less(t, i, len(got), "missing %s", c)
		require.Less(t, i, len(want), "too many: %s", describe(got[i]))
		require.True(t, want[i].at.Equal(got[i]), "want %s, got %s", describe(want[i].at.In(c.Location())), describe(got[i]))
		require.Equal(t, want[i].shifted, c.Shifted(got[i]), describe(got[i]))
		if i > 0 {
			require.Equal(t, got[i-1], c.Prev(got[i]), describe(got[i]))
		}
	}
	if len(got) > 0 {
		require.Equal(t, got[len(got)-1], c.Prev(to.Add(1)), c.String())
	}
}

// reading is what a clock on the wall shows, as a time in UTC.
func reading(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

func offset(t time.Time) int {
	_, seconds := t.Zone()
	return seconds
}
