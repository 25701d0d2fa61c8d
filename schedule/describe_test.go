package schedule_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDescribe(t *testing.T) {
	for expr, want := range map[string]string{
		"* * * * *":                  "every minute, UTC",
		"*/15 * * * *":               "every 15 minutes, UTC",
		"0,30 * * * *":               "every 30 minutes, UTC",
		"*/7 * * * 1":                "every hour at minutes 0, 7, 14, 21, 28, 35, 42, 49 and 56 on Monday, UTC",
		"@hourly":                    "every hour, UTC",
		"5 * * * *":                  "every hour at minute 5, UTC",
		"@daily":                     "at 00:00 every day, UTC",
		"30 9,17 * * *":              "at 09:30 and 17:30 every day, UTC",
		"0 9 * * 1-5":                "at 09:00 on Monday to Friday, UTC",
		"0 9 * * 6,7":                "at 09:00 on Sunday and Saturday, UTC",
		"*/15 9-17 * * *":            "every 15 minutes from 09:00 to 17:59, UTC",
		"5,10,15,20 9,11 * * *":      "at minutes 5, 10, 15 and 20 in the hours 9 and 11 every day, UTC",
		"0 */2 * * *":                "at minute 0 in the hours 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20 and 22 every day, UTC",
		"@monthly":                   "at 00:00 on day 1 of the month, UTC",
		"@yearly":                    "at 00:00 on day 1 of the month in January, UTC",
		"0 0 1,15 1-3,7 *":           "at 00:00 on days 1 and 15 of the month in January to March and July, UTC",
		"0 0 L * *":                  "at 00:00 on the last day of the month, UTC",
		"0 0 1,15W,L * *":            "at 00:00 on day 1, the weekday nearest to day 15 and the last day of the month, UTC",
		"0 0 * * 5L":                 "at 00:00 on the last Friday of the month, UTC",
		"0 0 * * 2#2":                "at 00:00 on the second Tuesday of the month, UTC",
		"0 0 13 * 5":                 "at 00:00 on day 13 of the month or on Friday, UTC",
		"0 0 */2 * 1":                "at 00:00 on days 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29 and 31 of the month if that is Monday, UTC",
		"0 0 1 * 0-6":                "at 00:00 every day, UTC",
		"0 12 * JUN,JUL,AUG MON,TUE": "at 12:00 on Monday and Tuesday in June to August, UTC",
	} {
		require.Equal(t, want, parse(t, expr, "UTC").Describe(), expr)
	}
	require.Equal(t, "at 02:00 every day, Europe/Berlin", parse(t, "0 2 * * *", "Europe/Berlin").Describe())
}
