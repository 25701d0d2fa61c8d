package schedule_test

import (
	"strings"
	"testing"

	"github.com/jobledger/jobledger/schedule"
	"github.com/stretchr/testify/require"
)

func TestParseAccepts(t *testing.T) {
	for _, expr := range []string{
		"* * * * *", "0 0 1 1 0", "59 23 31 12 7",
		"@hourly", "@daily", "@weekly", "@monthly", "@yearly",
		"0 2  * * *", "0\t2 \t * * *", "00 02 * * *",
		"*/15 * * * *", "*/60 */24 */31 */12 */7", "5/10 * * * *", "10-20/11 * * * *",
		"0 0 * JAN,feb,Mar mon", "0 0 * jan-DEC sun-SAT", "0 0 * * MON-FRI/2", "0 0 * * 5-7", "0 0 * * 0-7", "0 0 * * 7/2",
		"0 0 L * *", "0 0 l * *", "0 0 1W,31w * *", "0 0 L,15W,3 * *", "0 0 29 2 *", "0 0 31W 2,3 *",
		"0 0 * * 5L", "0 0 * * FRIL", "0 0 * * fri#2", "0 0 * * 1#5,7#1,0L", "0 0 30 2 1",
		"0 0 31 1 */2", "0 0 29 2 */7",
		strings.Repeat("1,", 45) + "10 * * * *", // 100 characters
	} {
		c, err := schedule.Parse(expr, "")
		require.NoError(t, err, expr)
		require.Equal(t, expr, c.Expr())
		require.Equal(t, "UTC", c.Zone())
	}
}

func TestParseRefuses(t *testing.T) {
	const (
		minute, hour, date     = schedule.FieldMinute, schedule.FieldHour, schedule.FieldDayOfMonth
		month, weekday, expr   = schedule.FieldMonth, schedule.FieldDayOfWeek, schedule.FieldExpression
		numeral, backwards, no = "is not a number", "runs backwards", "never fires"
	)
	for _, test := range []struct{ expr, field, reason string }{
		// As a whole.
		{"", expr, "empty"},
		{" ", expr, "blank"},
		{" 0 2 * * *", expr, "begins or ends with a blank"},
		{"0 2 * * *\t", expr, "begins or ends with a blank"},
		{"0 2 * *", expr, "4 fields"},
		{"0 0 2 * * *", expr, "6 fields"},
		{"0 0 2 * * * 2026", expr, "7 fields"},
		{"TZ=UTC 0 2 * * *", expr, "time zone"},
		{"CRON_TZ=Europe/Berlin 0 2 * * *", expr, "time zone"},
		{"@every 5m", expr, "not one of the tags"},
		{"@reboot", expr, "not one of the tags"},
		{"@annually", expr, "not one of the tags"},
		{"@midnight", expr, "not one of the tags"},
		{"@5minutes", expr, "not one of the tags"},
		{"@Daily", expr, "not one of the tags"},
		{"@", expr, "not one of the tags"},
		{strings.Repeat("1,", 46) + "1 * * * *", expr, "longer than 100"},
		{"0 2 * *\n*", expr, "4 fields"},

		// Values.
		{"60 * * * *", minute, "60 is not from 0 to 59"},
		{"0 24 * * *", hour, "24 is not from 0 to 23"},
		{"0 0 0 * *", date, "0 is not from 1 to 31"},
		{"0 0 32 * *", date, "32 is not from 1 to 31"},
		{"0 0 * 0 *", month, "0 is not from 1 to 12"},
		{"0 0 * 13 *", month, "13 is not from 1 to 12"},
		{"0 0 * * 8", weekday, "8 is not from 0 to 7"},
		{"0 0 * * 1,9", weekday, "9 is not from 0 to 7"},
		{"99999999999999999999 * * * *", minute, "is not from 0 to 59"},
		{"-1 * * * *", minute, "not a range"},
		{"+1 * * * *", minute, numeral},
		{"1.5 * * * *", minute, numeral},
		{"٣ * * * *", minute, numeral},
		{"\x00 * * * *", minute, numeral},
		{"? * * * *", minute, numeral},
		{"0 0 ? * *", date, numeral},
		{"H * * * *", minute, numeral},
		{"** * * * *", minute, numeral},
		{"*5 * * * *", minute, numeral},

		// Names.
		{"MON * * * *", minute, numeral},
		{"0 JAN * * *", hour, numeral},
		{"0 0 MON * *", date, numeral},
		{"0 0 * MON *", month, "nor a name from JAN to DEC"},
		{"0 0 * * JAN", weekday, "nor a name from SUN to SAT"},
		{"0 0 * * MONDAY", weekday, "nor a name from SUN to SAT"},

		// Lists and ranges.
		{"1,,2 * * * *", minute, "empty item"},
		{",1 * * * *", minute, "empty item"},
		{"1, * * * *", minute, "empty item"},
		{"*,1 * * * *", minute, "* cannot be combined"},
		{"0 0 1,* * *", date, "* cannot be combined"},
		{"1-5-9 * * * *", minute, "not a range"},
		{"5- * * * *", minute, "not a range"},
		{"*-5 * * * *", minute, numeral},
		{"30-10 * * * *", minute, backwards},
		{"0 22-6 * * *", hour, backwards},
		{"0 0 * * FRI-SUN", weekday, "write Sunday as 7"},
		{"0 0 * * 7-3", weekday, backwards},
		{"0 0 * NOV-FEB *", month, backwards},

		// Steps.
		{"*/0 * * * *", minute, "the step must be at least 1"},
		{"*/61 * * * *", minute, "larger than the range 0-59"},
		{"*/100 * * * *", minute, "larger than the range 0-59"},
		{"0 */25 * * *", hour, "larger than the range 0-23"},
		{"0 0 * * */8", weekday, "larger than the range 0-6"},
		{"10-20/12 * * * *", minute, "larger than the range 10-20"},
		{"50/11 * * * *", minute, "larger than the range 50-59"},
		{"*/ * * * *", minute, "not a number"},
		{"*/-5 * * * *", minute, "not a number"},
		{"*/5/5 * * * *", minute, "not a number"},
		{"*/MON * * * *", minute, "not a number"},
		{"/5 * * * *", minute, numeral},

		// Modifiers.
		{"L * * * *", minute, numeral},
		{"0 0 * L *", month, "neither a number"},
		{"0 0 32W * *", date, "W must follow a day"},
		{"0 0 0W * *", date, "W must follow a day"},
		{"0 0 W * *", date, "W must follow a day"},
		{"0 0 LW * *", date, "W must follow a day"},
		{"0 0 1-5W * *", date, "W must follow a day"},
		{"0 0 L-3 * *", date, numeral},
		{"0 0 L/2 * *", date, numeral},
		{"0 0 5L * *", date, numeral},
		{"0 0 1#2 * *", date, numeral},
		{"0 0 * * L", weekday, "L must follow a day of the week"},
		{"0 0 * * 8L", weekday, "8 is not from 0 to 7"},
		{"0 0 * * 1-5L", weekday, "neither a number"},
		{"0 0 * * 15W", weekday, "neither a number"},
		{"0 0 * * 1#6", weekday, "from 1 to 5"},
		{"0 0 * * 1#0", weekday, "from 1 to 5"},
		{"0 0 * * 1#", weekday, "from 1 to 5"},
		{"0 0 * * #1", weekday, "neither a number"},
		{"0 0 * * 1#2#3", weekday, "from 1 to 5"},

		// What can never fire.
		{"0 0 30 2 *", date, no},
		{"0 0 31 2,4,6,9,11 *", date, no},
		{"0 0 30W 2 *", date, no},
		{"0 0 31 4 */2", date, no},
		{"0 0 */31 * 1#2", expr, no},
		{"0 0 */30 2 2#3", expr, no},
	} {
		c, err := schedule.Parse(test.expr, "Europe/Berlin")
		require.Nil(t, c, test.expr)
		requireRefused(t, err, test.expr, test.field, test.reason)
	}
}

func TestParseRefusesZones(t *testing.T) {
	for _, test := range []struct{ zone, reason string }{
		{"Local", "Local is refused"},
		{"localtime", "not an IANA"},
		{"posixrules", "not an IANA"},
		{"right/Europe/Berlin", "not an IANA"},
		{"Mars/Olympus_Mons", "not in the time zone database"},
		{"Europe", "not in the time zone database"},
		{"Europe/Berlin ", "not an IANA"},
		{" ", "not an IANA"},
		{"Europe/../Europe/Berlin", "not an IANA"},
		{"/etc/localtime", "not an IANA"},
		{"+02:00", "not an IANA"},
		{"Europe/Zürich", "not an IANA"},
		{"Europe/Berlin\x00", "not an IANA"},
		{strings.Repeat("A", 65), "longer than 64"},
	} {
		_, err := schedule.Parse("0 2 * * *", test.zone)
		requireRefused(t, err, "0 2 * * *", schedule.FieldZone, test.reason)
	}
}

func TestParseErrorIsOneLine(t *testing.T) {
	_, err := schedule.Parse("0 0 30 2 *", "UTC")
	require.EqualError(t, err, `cron "0 0 30 2 *": day-of-month: never fires: no month that it names has such a day`)

	_, err = schedule.Parse(strings.Repeat("\n", 5000), "UTC")
	require.NotContains(t, err.Error(), "\n")
	require.Less(t, len(err.Error()), 300)
}

func TestZoneIsReadOnce(t *testing.T) {
	one, err := schedule.Parse("0 2 * * *", "Europe/Berlin")
	require.NoError(t, err)
	other, err := schedule.Parse("* * * * *", "Europe/Berlin")
	require.NoError(t, err)
	require.Same(t, one.Location(), other.Location())
	require.Equal(t, "Europe/Berlin", one.Zone())
	require.Equal(t, "0 2 * * * Europe/Berlin", one.String())
}

func requireRefused(t *testing.T, err error, expr, field, reason string) {
	t.Helper()
	var refused *schedule.ParseError
	require.ErrorAs(t, err, &refused, "%q", expr)
	require.Equal(t, expr, refused.Expr)
	require.Equal(t, field, refused.Field, "%q: %v", expr, err)
	require.Contains(t, refused.Reason, reason, "%q", expr)
	require.NotContains(t, err.Error(), "\n", "%q", expr)
}
