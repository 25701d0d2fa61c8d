package schedule_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/schedule"
)

func TestDescribe(t *testing.T) {
	for expr, want := range map[string]string{
		"* * * * *":                  "every minute, UTC",
		"*/15 * * * *":               "every 15 minutes, UTC",
		"0,30 * * * *":               "every 30 minutes, UTC",
		"*/7 * * * 1":                "every hour at every 7th minute from 0 to 56 on Monday, UTC",
		"@hourly":                    "every hour, UTC",
		"5 * * * *":                  "every hour at minute 5, UTC",
		"@daily":                     "at 00:00 every day, UTC",
		"30 9,17 * * *":              "at 09:30 and 17:30 every day, UTC",
		"0 9 * * 1-5":                "at 09:00 on Monday to Friday, UTC",
		"0 9 * * 6,7":                "at 09:00 on Saturday and Sunday, UTC",
		"*/15 9-17 * * *":            "every 15 minutes from 09:00 to 17:45, UTC",
		"5,10,15,20 9,11 * * *":      "at minutes 5, 10, 15 and 20 in hours 9 and 11 every day, UTC",
		"0 */2 * * *":                "every 2 hours, UTC",
		"@monthly":                   "at 00:00 on day 1 of the month, UTC",
		"@yearly":                    "at 00:00 on day 1 of the month in January, UTC",
		"0 0 1,15 1-3,7 *":           "at 00:00 on days 1 and 15 of the month in January to March and July, UTC",
		"0 0 L * *":                  "at 00:00 on the last day of the month, UTC",
		"0 0 1,15W,L * *":            "at 00:00 on day 1, the weekday nearest to day 15 and the last day of the month, UTC",
		"0 0 * * 5L":                 "at 00:00 on the last Friday of the month, UTC",
		"0 0 * * 2#2":                "at 00:00 on the second Tuesday of the month, UTC",
		"0 0 13 * 5":                 "at 00:00 on day 13 of the month or on Friday, UTC",
		"0 0 */2 * 1":                "at 00:00 on every 2nd day from 1 to 31 of the month, if that is Monday, UTC",
		"0 0 */3 * 1,5":              "at 00:00 on every 3rd day from 1 to 31 of the month, if that is Monday or Friday, UTC",
		"0 0 */11 * FRI-7":           "at 00:00 on days 1, 12 and 23 of the month, if that is Friday to Sunday, UTC",
		"30 */2 * * *":               "every 2 hours from 00:30 to 22:30, UTC",
		"0 1-23/2 * * *":             "every 2 hours from 01:00 to 23:00, UTC",
		"0 9-17 * * MON-FRI":         "every hour from 09:00 to 17:00 on Monday to Friday, UTC",
		"0 22-23,0-4 * * *":          "at minute 0 in hours 0 to 4, 22 and 23 every day, UTC",
		"*/15 22-23,0-4 * * *":       "every 15 minutes in hours 0 to 4, 22 and 23, UTC",
		"*/30 */6 * * *":             "every 30 minutes in hours 0, 6, 12 and 18, UTC",
		"1-59/2 * * * *":             "every hour at every 2nd minute from 1 to 59, UTC",
		"5/15 * * * *":               "every hour at minutes 5, 20, 35 and 50, UTC",
		"0-29 9 * * *":               "at minutes 0 to 29 from 09:00 to 09:29 every day, UTC",
		"* 9 * * *":                  "every minute from 09:00 to 09:59, UTC",
		"0 0 1 * MON#1,FRIL":         "at 00:00 on day 1 of the month or on the first Monday of the month and the last Friday of the month, UTC",
		"0 0 1 * 0-6":                "at 00:00 every day, UTC",
		"0 12 * JUN,JUL,AUG MON,TUE": "at 12:00 on Monday and Tuesday in June to August, UTC",
	} {
		require.Equal(t, want, parse(t, expr, "UTC").Describe(), expr)
	}
	require.Equal(t, "at 02:00 every day, Europe/Berlin", parse(t, "0 2 * * *", "Europe/Berlin").Describe())
}

// What is told alike fires alike: no words hide a difference.
func TestDescriptionsTellSchedulesApart(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 1))
	field := func(texts ...string) string { return texts[random.IntN(len(texts))] }
	told := map[string]*schedule.Cron{}
	alike := 0
	for range 30000 {
		expr := field("*", "0", "30", "*/5", "*/7", "*/15", "0,15,30,45", "1-59/2", "0-29", "5,10", "59") + " " +
			field("*", "0", "9", "*/2", "*/6", "1-23/2", "9-17", "0-22/2", "0,23", "0-4,22", "9-17/2", "1-21/4") + " " +
			field("*", "1", "*/2", "L", "1W", "1-7", "1,15", "15W,L", "31", "2-30/2") + " " +
			field("*", "*", "1", "*/3", "2,4", "JAN-MAR") + " " +
			field("*", "*", "1", "0", "MON-FRI", "SAT,SUN", "FRI-SUN", "5L", "1#1", "*/2", "1,MON#2")
		cron, err := schedule.Parse(expr, "")
		if err != nil {
			continue // which never fires
		}
		other := told[cron.Describe()]
		if told[cron.Describe()] = cron; other == nil || other.Expr() == expr {
			continue
		}
		alike++
		at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		for range 40 {
			next := cron.Next(at)
			require.Equal(t, other.Next(at), next, "%s and %s: %s", cron.Expr(), other.Expr(), cron.Describe())
			at = next.Add(7*time.Hour + 11*time.Minute)
		}
	}
	require.Positive(t, alike)
}
