package schedule_test

import (
	"strings"
	"testing"
	"time"

	"github.com/jobledger/jobledger/schedule"
	"github.com/stretchr/testify/require"
)

// TestSettle: before a schedule changes, whatever is due coalesces into its
// newest tick, under every policy for missed ticks.
func TestSettle(t *testing.T) {
	for when, moment := range moments {
		for _, s := range everySituation() {
			s = moment.in(t, s)
			got := schedule.Settle(s)
			s.Missed = schedule.MissedLatest
			want := schedule.Plan(s)
			require.Equal(t, want.Decisions, got.Decisions, when)
			require.Equal(t, want.Blocked, got.Blocked)
			require.False(t, got.Blocked)
			require.Zero(t, got.Next, "the new schedule says it")
			if s.Now.After(s.Cursor) {
				require.Equal(t, s.Now, got.Cursor, "the new schedule counts after this instant")
			} else {
				require.Equal(t, s.Cursor, got.Cursor, "what is settled stays settled")
			}
		}
	}
}

// TestResume: the ticks of a pause are one row, and what comes next is after it.
func TestResume(t *testing.T) {
	for when, want := range map[string]string{
		"nothing": "", "back": "",
		"on-time": "2p", "late": "3p", "missed": "2p", "outage": "720p", "decade": "5258880p",
		"gap": "p*", "gap-late": "2p", "repeat": "4p", "repeat-fixed": "p",
	} {
		s := moments[when].in(t, schedule.Situation{})
		out := schedule.Resume(s.Cron, s.Cursor, s.Now)
		require.Equal(t, want, strings.Join(decisionText(t, out.Decisions), " "), when)
		require.Equal(t, s.Cron.Next(out.Cursor), out.Next)
		require.False(t, out.Blocked)
		if when == "back" {
			require.Equal(t, s.Cursor, out.Cursor, "a clock that stands back reopens nothing")
			continue
		}
		require.Equal(t, s.Now, out.Cursor)
		if want != "" {
			require.Equal(t, s.Cron.Next(s.Cursor), out.Decisions[0].NominalAt)
			require.Equal(t, s.Cron.Prev(s.Now.Add(time.Nanosecond)), out.Decisions[0].Until)
		}
	}
}
