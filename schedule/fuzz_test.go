package schedule_test

import (
	"testing"
	"time"

	"github.com/adhocore/gronx"
	"github.com/jobledger/jobledger/schedule"
	"github.com/stretchr/testify/require"
)

// FuzzParse: whatever comes in, the answer is a cron that fires and that gronx
// takes too, or an error that names field and reason.
func FuzzParse(f *testing.F) {
	for _, expr := range []string{
		"0 2 * * *", "*/15 * * * *", "0 9-17/2 1,15W,L jan-mar MON#2,5L", "@daily", "@every 5m", "TZ=UTC * * * * *",
		"0 0 30 2 *", "1-5-9 * * * *", "*,1 * * * *", "0 0 * * 1,9", "0 0 LW * *", "\t* * * * *",
	} {
		f.Add(expr, "Europe/Berlin")
	}
	f.Add("0 2 * * *", "Local")
	f.Fuzz(func(t *testing.T, expr, zone string) {
		c, err := schedule.Parse(expr, zone)
		if err != nil {
			var refused *schedule.ParseError
			require.ErrorAs(t, err, &refused)
			require.NotEmpty(t, refused.Field)
			require.NotEmpty(t, refused.Reason)
			require.NotContains(t, err.Error(), "\n")
			return
		}
		require.True(t, gronx.IsValid(expr), "%q", expr)
		require.NotEmpty(t, c.Describe())
		require.False(t, c.Next(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero(), "%q", expr)
	})
}

// FuzzNext: the properties hold wherever one starts.
func FuzzNext(f *testing.F) {
	f.Add("30 2 * * *", "America/New_York", int64(1772953200), uint32(0))
	f.Add("*/15 * * * *", "Australia/Lord_Howe", int64(1775314800), uint32(1))
	f.Add("0 0 29 2 */7", "Pacific/Apia", int64(1325239200), uint32(0))
	f.Add("* * L * 5L", "UTC", int64(253402300799), uint32(0))
	f.Add("0 0 * * *", "America/Santiago", int64(-62135596800), uint32(999999999))
	f.Fuzz(func(t *testing.T, expr, zone string, seconds int64, nanoseconds uint32) {
		c, err := schedule.Parse(expr, zone)
		if err != nil {
			return
		}
		at := time.Unix(seconds, int64(nanoseconds%1_000_000_000))
		const years = 8000 * 366 * 24 * 60 * 60 // beyond these, only that nothing breaks
		if seconds < -years || seconds > years*2 {
			c.Next(at)
			c.Prev(at)
			c.Shifted(at)
			return
		}
		requireProperties(t, c, at)
	})
}
