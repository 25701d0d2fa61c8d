package schedule_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jobledger/jobledger/schedule"
	"github.com/stretchr/testify/require"
)

// moment is a cursor and an instant at which a plan is made.
type moment struct{ expr, zone, cursor, now string }

var moments = map[string]moment{
	"nothing": {"* * * * *", "UTC", "2026-05-01T10:00:00Z", "2026-05-01T10:00:59.999Z"},
	"back":    {"* * * * *", "UTC", "2026-05-01T10:00:00Z", "2016-05-01T10:00:00Z"},
	// 10:00 and 09:59, which is 60 s old: both are on time.
	"on-time": {"* * * * *", "UTC", "2026-05-01T09:58:00Z", "2026-05-01T10:00:00Z"},
	// 09:58 and 09:59 are missed, 10:00 is on time.
	"late":   {"* * * * *", "UTC", "2026-05-01T09:57:00Z", "2026-05-01T10:00:30Z"},
	"missed": {"0 * * * *", "UTC", "2026-05-01T08:00:00Z", "2026-05-01T10:30:00Z"},
	// Within the window of a day are 25 ticks, of which a count of 4 is kept.
	"outage": {"0 * * * *", "UTC", "2026-04-01T10:00:00Z", "2026-05-01T10:00:00Z"},
	// 5,258,880 minutes.
	"decade": {"* * * * *", "UTC", "2016-05-01T00:00:00Z", "2026-05-01T00:00:00Z"},
	// 02:30 does not exist and is made up for at 03:00, 30 s ago.
	"gap": {"30 2 * * *", "America/New_York", "2026-03-07T07:30:00Z", "2026-03-08T07:00:30Z"},
	// The same, found in the evening with the tick before it.
	"gap-late": {"30 2 * * *", "America/New_York", "2026-03-06T07:30:00Z", "2026-03-08T22:00:00Z"},
	// 01:00 and 01:30 in both passes; it is 01:30 for the second time.
	"repeat": {"*/30 1 * * *", "America/New_York", "2026-11-01T04:00:00Z", "2026-11-01T06:30:30Z"},
	// A fixed time has no second pass: its only tick is an hour old.
	"repeat-fixed": {"30 1 * * *", "America/New_York", "2026-11-01T04:00:00Z", "2026-11-01T06:30:30Z"},
}

// policyTable is what becomes of due ticks, row by row of the ledger. The ticks of a row
// are a number, when there are several, and a letter:
//
//	F  fired              o  skipped: overlap       m  missed: policy
//	R  fired: replace     c  skipped: cap           w  missed: window
//	W  fired: waiting     d  skipped: dependency    l  coalesced: policy
//	.  unsettled          s  superseded             *  behind a letter: shifted
//
// The columns are the concurrency policy (allow has a maximum of 2) with the
// number of runs that count, while the dependencies are satisfied or there are
// none; and then the state of the dependencies, where neither matters.
const policyTable = `
when         missed | skip 0   | skip 1,2 | allow 0    | allow 1  | allow 2 | replace 0 | replace 1,2 | going    | failed
nothing      skip   | -        | -        | -          | -        | -       | -         | -           | -        | -
nothing      latest | -        | -        | -          | -        | -       | -         | -           | -        | -
nothing      all    | -        | -        | -          | -        | -       | -         | -           | -        | -
back         skip   | -        | -        | -          | -        | -       | -         | -           | -        | -
back         latest | -        | -        | -          | -        | -       | -         | -           | -        | -
back         all    | -        | -        | -          | -        | -       | -         | -           | -        | -
on-time      skip   | F o      | 2o       | F F        | F c      | 2c      | s F       | s R         | s W      | 2d
on-time      latest | l F      | l o      | l F        | l F      | l c     | l F       | l R         | l W      | l d
on-time      all    | F .      | 2.       | F F        | F .      | 2.      | l F       | l R         | s W      | 2d
late         skip   | 2m F     | 2m o     | 2m F       | 2m F     | 2m c    | 2m F      | 2m R        | 2m W     | 2m d
late         latest | 2l F     | 2l o     | 2l F       | 2l F     | 2l c    | 2l F      | 2l R        | 2l W     | 2l d
late         all    | F 2.     | 3.       | F F .      | F 2.     | 3.      | 2l F      | 2l R        | 2s W     | 3d
missed       skip   | 2m       | 2m       | 2m         | 2m       | 2m      | 2m        | 2m          | 2m       | 2m
missed       latest | l F      | l o      | l F        | l F      | l c     | l F       | l R         | l W      | l d
missed       all    | F .      | 2.       | F F        | F .      | 2.      | l F       | l R         | s W      | 2d
outage       skip   | 719m F   | 719m o   | 719m F     | 719m F   | 719m c  | 719m F    | 719m R      | 719m W   | 719m d
outage       latest | 719l F   | 719l o   | 719l F     | 719l F   | 719l c  | 719l F    | 719l R      | 719l W   | 719l d
outage       all    | 716w F 3. | 716w 4.  | 716w F F 2.| 716w F 3. | 716w 4. | 719l F    | 719l R      | 716w 3s W| 716w 4d
decade       skip   | 5258878m F o  | 5258878m 2o | 5258878m F F    | 5258878m F c  | 5258878m 2c | 5258878m s F | 5258878m s R | 5258878m s W  | 5258878m 2d
decade       latest | 5258879l F    | 5258879l o  | 5258879l F      | 5258879l F    | 5258879l c  | 5258879l F   | 5258879l R   | 5258879l W    | 5258879l d
decade       all    | 5258876w F 3. | 5258876w 4. | 5258876w F F 2. | 5258876w F 3. | 5258876w 4. | 5258879l F   | 5258879l R   | 5258876w 3s W | 5258876w 4d
gap          skip   | F*       | o*       | F*         | F*       | c*      | F*        | R*          | W*       | d*
gap          latest | F*       | o*       | F*         | F*       | c*      | F*        | R*          | W*       | d*
gap          all    | F*       | .        | F*         | F*       | .       | F*        | R*          | W*       | d*
gap-late     skip   | 2m       | 2m       | 2m         | 2m       | 2m      | 2m        | 2m          | 2m       | 2m
gap-late     latest | l F*     | l o*     | l F*       | l F*     | l c*    | l F*      | l R*        | l W*     | l d*
gap-late     all    | w F*     | w .      | w F*       | w F*     | w .     | l F*      | l R*        | w W*     | w d*
repeat       skip   | 3m F     | 3m o     | 3m F       | 3m F     | 3m c    | 3m F      | 3m R        | 3m W     | 3m d
repeat       latest | 3l F     | 3l o     | 3l F       | 3l F     | 3l c    | 3l F      | 3l R        | 3l W     | 3l d
repeat       all    | F 3.     | 4.       | F F 2.     | F 3.     | 4.      | 3l F      | 3l R        | 3s W     | 4d
repeat-fixed skip   | m        | m        | m          | m        | m       | m         | m           | m        | m
repeat-fixed latest | F        | o        | F          | F        | c       | F         | R           | W        | d
repeat-fixed all    | F        | .        | F          | F        | .       | F         | R           | W        | d
`

// TestPolicyTable plans every cell of the table: each concurrency policy with 0,
// 1 and 2 runs that count, each state of the dependencies.
func TestPolicyTable(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(policyTable), "\n")
	columns := cells(lines[0])
	table := map[string]string{} // by line and column
	for _, line := range lines[1:] {
		row := cells(line)
		require.Len(t, row, len(columns), line)
		for i, cell := range row[1:] {
			table[row[0]+"/"+columns[i+1]] = cell
		}
	}
	situations := 0
	for when, moment := range moments {
		for _, s := range everySituation() {
			missed := string(s.Missed)
			if s.Missed == schedule.MissedAll && s.Concurrency == schedule.ConcurrencyReplace {
				missed = "latest"
			}
			cell := when + " " + missed + "/" + columnOf(s)
			want, ok := table[cell]
			require.True(t, ok, cell)
			require.Empty(t, cmp.Diff(want, planText(t, moment.in(t, s))),
				"%s, missed %s, %s with %d", cell, s.Missed, s.Concurrency, s.Counted)
			situations++
		}
	}
	require.Equal(t, len(moments)*3*3*3*4, situations)
}

// everySituation combines all policies, numbers of runs and states of the
// dependencies; without any comes last.
func everySituation() []schedule.Situation {
	var all []schedule.Situation
	for _, concurrency := range []schedule.ConcurrencyPolicy{"skip", "allow", "replace"} {
		for _, missed := range []schedule.MissedSchedulePolicy{"skip", "latest", "all"} {
			for counted := range 3 {
				s := schedule.Situation{
					Concurrency: concurrency, MaxConcurrent: 2, Missed: missed, Counted: counted,
					Bounds: schedule.Bounds{Count: 4},
				}
				for state := schedule.UpstreamSatisfied; state <= schedule.UpstreamFailed; state++ {
					s.Upstream = func(time.Time) schedule.UpstreamState { return state }
					all = append(all, s)
				}
				s.Upstream = nil
				all = append(all, s)
			}
		}
	}
	return all
}

// columnOf names the column of the policy table that a situation belongs to.
func columnOf(s schedule.Situation) string {
	if s.Upstream != nil {
		switch s.Upstream(time.Time{}) {
		case schedule.UpstreamGoing:
			return "going"
		case schedule.UpstreamFailed:
			return "failed"
		}
	}
	if s.Counted > 0 && s.Concurrency != schedule.ConcurrencyAllow {
		return string(s.Concurrency) + " 1,2"
	}
	return fmt.Sprint(s.Concurrency, " ", s.Counted)
}

// cells splits a line of a table, and makes all white space in a cell one space.
func cells(line string) []string {
	var out []string
	for cell := range strings.SplitSeq(line, "|") {
		out = append(out, strings.Join(strings.Fields(cell), " "))
	}
	return out
}
