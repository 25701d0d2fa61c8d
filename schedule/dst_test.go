package schedule_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jobledger/jobledger/schedule"
	"github.com/stretchr/testify/require"
)

// TestClockMoves lists the fires in a stretch of local time in which a clock is
// moved, as local times with their offsets. One with a * behind it is shifted.
func TestClockMoves(t *testing.T) {
	const (
		newYork, lordHowe, apia = "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"
		spring, autumn          = "2026-03-08", "2026-11-01" // New York: 02:00 becomes 03:00, and 01:00
	)
	for _, test := range []struct{ why, expr, zone, day, want string }{
		{"a skipped time fires at the first instant after the gap", "30 2 * * *", newYork, spring, "08 03:00 -04*"},
		{"several in one gap are one fire", "0,15,30 2 * * *", newYork, spring, "08 03:00 -04*"},
		{"also with one that exists at that instant, which is its own time", "0 2,3 * * *", newYork, spring, "08 03:00 -04"},
		{"what exists is not moved", "30 1,3 * * *", newYork, spring, "08 01:30 -05, 08 03:30 -04"},
		{"names and lists are fixed times as well", "30 1-3 * * SUN", newYork, spring, "08 01:30 -05, 08 03:00 -04*, 08 03:30 -04"},
		{"an interval of hours has nothing in a gap", "30 */2 * 3 *", newYork, spring, "08 00:30 -05, 08 04:30 -04, 08 06:30 -04, 08 08:30 -04, 08 10:30 -04, 08 12:30 -04, 08 14:30 -04, 08 16:30 -04, 08 18:30 -04, 08 20:30 -04, 08 22:30 -04"},
		{"an interval of minutes has nothing in a gap", "*/30 2 * * *", newYork, spring, ""},
		{"an interval of minutes around a gap", "*/30 1-3 * * *", newYork, spring, "08 01:00 -05, 08 01:30 -05, 08 03:00 -04, 08 03:30 -04"},
		{"a field of all values that does not begin with * is a fixed time", "0-59/30 1-3 * * *", newYork, spring, "08 01:00 -05, 08 01:30 -05, 08 03:00 -04, 08 03:30 -04"},

		{"a repeated time fires at its first pass", "30 1 * * *", newYork, autumn, "01 01:30 -04"},
		{"the time that the clock goes back from is not repeated", "0 2 * * *", newYork, autumn, "01 02:00 -05"},
		{"the time that it goes back to is", "0 1 * * *", newYork, autumn, "01 01:00 -04"},
		{"an interval of minutes fires in both passes", "*/30 1 * * *", newYork, autumn, "01 01:00 -04, 01 01:30 -04, 01 01:00 -05, 01 01:30 -05"},
		{"an interval of hours fires in both passes", "30 */1 1 11 *", newYork, autumn, "01 00:30 -04, 01 01:30 -04, 01 01:30 -05, 01 02:30 -05, 01 03:30 -05, 01 04:30 -05, 01 05:30 -05, 01 06:30 -05, 01 07:30 -05, 01 08:30 -05, 01 09:30 -05, 01 10:30 -05, 01 11:30 -05, 01 12:30 -05, 01 13:30 -05, 01 14:30 -05, 01 15:30 -05, 01 16:30 -05, 01 17:30 -05, 01 18:30 -05, 01 19:30 -05, 01 20:30 -05, 01 21:30 -05, 01 22:30 -05, 01 23:30 -05"},

		{"half an hour skipped", "0,15,45 2 * * *", lordHowe, "2026-10-04", "04 02:30 +11*, 04 02:45 +11"},
		{"half an hour repeated", "15,45 1 * * *", lordHowe, "2026-04-05", "05 01:15 +11, 05 01:45 +11"},
		{"half an hour repeated, an interval", "15,45 * 5 4 *", lordHowe, "2026-04-04", ""},
		{"two hours skipped", "30 1,2 * * *", "Antarctica/Troll", "2026-03-29", "29 03:00 +02*"},
		{"two hours repeated", "*/60 1,2 * * *", "Antarctica/Troll", "2026-10-25", "25 01:00 +02, 25 02:00 +02, 25 01:00 +00, 25 02:00 +00"},

		{"no midnight in Santiago", "0 0 * * *", "America/Santiago", "2026-09-06", "06 01:00 -03*"},
		{"no midnight in Havana", "@daily", "America/Havana", "2026-03-08", "08 01:00 -04*"},
		{"midnight twice in Havana", "@daily", "America/Havana", "2026-11-01", "01 00:00 -04"},
		{"@hourly is an interval", "@hourly", "America/Havana", "2026-11-01", "01 00:00 -04, 01 00:00 -05, 01 01:00 -05, 01 02:00 -05, 01 03:00 -05, 01 04:00 -05, 01 05:00 -05, 01 06:00 -05, 01 07:00 -05, 01 08:00 -05, 01 09:00 -05, 01 10:00 -05, 01 11:00 -05, 01 12:00 -05, 01 13:00 -05, 01 14:00 -05, 01 15:00 -05, 01 16:00 -05, 01 17:00 -05, 01 18:00 -05, 01 19:00 -05, 01 20:00 -05, 01 21:00 -05, 01 22:00 -05, 01 23:00 -05"},
		{"the last hour of a day repeated", "30 23 * * *", "America/Sao_Paulo", "2018-02-17", "17 23:30 -02"},
		{"the last hour of a day repeated, an interval", "*/30 23 * * *", "America/Sao_Paulo", "2018-02-17", "17 23:00 -02, 17 23:30 -02, 17 23:00 -03, 17 23:30 -03"},
		{"back over midnight, from a minute after it", "0 0 * * *", "America/St_Johns", "2009-11-01", "01 00:00 -0230"},
		{"back over midnight, an interval", "0 */12 1 11 *", "America/St_Johns", "2009-11-01", "01 00:00 -0230, 01 00:00 -0330, 01 12:00 -0330"},

		{"a date that did not exist has no fixed times", "0 12 * * *", apia, "2011-12-30", ""},
		{"nor intervals", "* * * * *", apia, "2011-12-30", ""},
		{"the day after it has its own", "0 12 * * *", apia, "2011-12-31", "31 12:00 +14"},
		{"a date that came nearly twice", "0 12 * * *", "Pacific/Kwajalein", "1969-09-30", "30 12:00 +11"},
		{"a move by odd seconds", "0 0 * * *", "Europe/Amsterdam", "1937-07-01", "01 00:00 +0120*"},
	} {
		t.Run(test.why, func(t *testing.T) {
			c, err := schedule.Parse(test.expr, test.zone)
			require.NoError(t, err)
			require.Empty(t, cmp.Diff(test.want, strings.Join(firesOn(t, c, test.day), ", ")))
		})
	}
}

// firesOn returns the fires whose local date is the day's.
func firesOn(t *testing.T, c *schedule.Cron, day string) []string {
	t.Helper()
	date, err := time.Parse(time.DateOnly, day)
	require.NoError(t, err)
	var fires []string
	for _, at := range c.Between(date.AddDate(0, 0, -2), date.AddDate(0, 0, 3), 10_000) {
		if at.Format(time.DateOnly) != day {
			continue
		}
		text := strings.TrimSuffix(at.Format("02 15:04 -07:00"), ":00")
		text = text[:len(text)-len(text[9:])] + strings.ReplaceAll(text[9:], ":", "")
		if c.Shifted(at) {
			text += "*"
		}
		fires = append(fires, text)
	}
	return fires
}
