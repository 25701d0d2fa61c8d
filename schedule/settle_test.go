package schedule_test

import (
	"strings"
	"testing"
	"time"

	"github.com/jobledger/jobledger/schedule"
	"github.com/stretchr/testify/require"
)

// TestSettle: before a schedule changes, whatever is due is settled by the
// policies that it was due under, and nothing stays.
func TestSettle(t *testing.T) {
	for when, moment := range moments {
		for _, s := range everySituation() {
			s = moment.in(t, s)
			got, plan := schedule.Settle(s), schedule.Plan(s)
			if !plan.Blocked {
				require.Equal(t, plan.Decisions, got.Decisions, when)
			}
			require.False(t, got.Blocked)
			require.False(t, got.Held)
			require.Zero(t, got.Next, "the new schedule says it")
			if s.Now.After(s.Cursor) {
				require.Equal(t, s.Now, got.Cursor, "the new schedule counts after this instant")
			} else {
				require.Equal(t, s.Cursor, got.Cursor, "what is settled stays settled")
			}
		}
	}
}

// TestSettleRows settles three hours, the last of them on time.
func TestSettleRows(t *testing.T) {
	for _, test := range []struct {
		why, concurrency, missed string
		counted, suspected       int
		want                     string
	}{
		{"skip gives up what is late", "skip", "skip", 0, 0, "2m F"},
		{"latest starts the newest", "skip", "latest", 0, 0, "2l F"},
		{"all starts what it can, the rest is skipped", "skip", "all", 0, 0, "F 2o"},
		{"up to the cap", "allow", "all", 1, 0, "F 2c"},
		{"a run that counts is in the way", "skip", "all", 1, 0, "3o"},
		{"one that is suspected makes the newest wait", "skip", "latest", 0, 1, "2l W"},
		{"and under all too", "skip", "all", 0, 1, "2s W"},
		{"a replacement need not wait", "replace", "latest", 0, 1, "2l R"},
	} {
		t.Run(test.why, func(t *testing.T) {
			out := schedule.Settle(moment{"0 * * * *", "UTC", "2026-05-01T07:00:00Z", "2026-05-01T10:00:10Z"}.in(t, schedule.Situation{
				Concurrency: schedule.ConcurrencyPolicy(test.concurrency), MaxConcurrent: 2, Missed: schedule.MissedSchedulePolicy(test.missed),
				Counted: test.counted, Suspected: test.suspected,
			}))
			require.Equal(t, test.want, strings.Join(decisionText(t, out.Decisions), " "))
		})
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
