package schedule_test

import (
	"testing"
	"time"

	"github.com/jobledger/jobledger/schedule"
	"github.com/stretchr/testify/require"
)

// TestSuspectedRuns plans the minutes 09:58 to 10:00, at 10:00:30, while some runs
// count for certain and some are suspected to be gone. MaxConcurrent is 2.
func TestSuspectedRuns(t *testing.T) {
	for _, test := range []struct {
		why, concurrency, missed string
		counted, suspected       int
		upstream                 string
		want                     string
		held                     bool
	}{
		{"a suspected run holds the tick", "skip", "latest", 0, 1, "", "3.", true},
		{"one that counts takes it", "skip", "latest", 1, 1, "", "2l o", false},
		{"below the cap both may count", "allow", "latest", 0, 1, "", "2l F", false},
		{"at the cap the tick is held", "allow", "latest", 1, 1, "", "3.", true},
		{"many suspected ones hold it too", "allow", "latest", 0, 9, "", "3.", true},
		{"over the cap it is skipped", "allow", "latest", 2, 1, "", "2l c", false},
		{"a replacement waits for them anyway", "replace", "latest", 0, 1, "", "2l R", false},
		{"skip holds what is on time", "skip", "skip", 0, 1, "", "2m .", true},
		{"all holds the oldest, and so all", "skip", "all", 0, 1, "", "3.", true},
		{"all waits for one that counts", "skip", "all", 1, 1, "", "3.", false},
		{"all fires up to the cap and holds the next", "allow", "all", 0, 1, "", "F 2.", true},
		{"a dependency is asked first", "skip", "latest", 0, 1, "F", "2l d", false},
		{"also one that is going", "skip", "latest", 0, 1, "G", "2l W", false},
		{"and one that is satisfied", "skip", "latest", 0, 1, "S", "3.", true},
	} {
		t.Run(test.why, func(t *testing.T) {
			s := moment{"* * * * *", "UTC", "2026-05-01T09:57:00Z", "2026-05-01T10:00:30Z"}.in(t, schedule.Situation{
				Concurrency: schedule.ConcurrencyPolicy(test.concurrency), MaxConcurrent: 2,
				Missed:  schedule.MissedSchedulePolicy(test.missed),
				Counted: test.counted, Suspected: test.suspected,
				Bounds: schedule.Bounds{Grace: 40 * time.Second},
			})
			ask := func() {
				if test.upstream != "" {
					s.Upstream = upstreamBy(t, test.upstream)
				}
			}
			ask()
			require.Equal(t, test.want, planText(t, s))
			ask()
			require.Equal(t, test.held, schedule.Plan(s).Held)
		})
	}
}

// TestSeen: a tick that was held stays on time, under the policy that starts
// nothing late, for as long as somebody looked again and again.
func TestSeen(t *testing.T) {
	for _, test := range []struct{ why, first, last, again, latest, now, want string }{
		{"nobody looked", "", "", "", "", "10:03:30", "3m F"},
		{"it was on time when it was seen", "10:00:10", "10:03:20", "", "", "10:03:30", "F 3o"},
		{"what came due while nobody looked is missed", "10:00:10", "10:00:50", "", "", "10:03:30", "F 2m o"},
		{"what was seen after that is on time", "10:00:10", "10:00:50", "10:02:10", "10:04:50", "10:05:50", "F m 3o m"},
		{"late when it was seen is late", "10:01:10", "10:03:20", "", "", "10:03:30", "m F 2o"},
		{"a look ahead of the clock counts as now", "10:03:40", "10:03:50", "", "", "10:03:30", "3m F"},
	} {
		t.Run(test.why, func(t *testing.T) {
			s := moment{"* * * * *", "UTC", "2026-05-01T09:59:00Z", "2026-05-01T" + test.now + "Z"}.in(t, schedule.Situation{
				Missed: schedule.MissedSkip, Bounds: schedule.Bounds{Grace: 40 * time.Second},
			})
			if test.first != "" {
				s.Seen.First, s.Seen.Last = instant(t, "2026-05-01T"+test.first+"Z"), instant(t, "2026-05-01T"+test.last+"Z")
			}
			if test.again != "" {
				s.Seen.Again, s.Seen.Latest = instant(t, "2026-05-01T"+test.again+"Z"), instant(t, "2026-05-01T"+test.latest+"Z")
			}
			require.Equal(t, test.want, planText(t, s))
		})
	}
}
