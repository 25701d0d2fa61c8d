package schedule_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jobledger/jobledger/schedule"
	"github.com/stretchr/testify/require"
)

// fates are the letters of the tables.
var fates = map[[2]string]string{
	{"fired", ""}: "F", {"fired", "replace"}: "R", {"fired", "waiting"}: "W",
	{"skipped", "overlap"}: "o", {"skipped", "cap"}: "c", {"skipped", "dependency"}: "d",
	{"missed", "policy"}: "m", {"missed", "window"}: "w", {"coalesced", "policy"}: "l",
	{"superseded", "replace"}: "s", {"superseded", "waiting"}: "s", {"paused", ""}: "p",
}

// in puts a situation's policies at the moment.
func (m moment) in(t *testing.T, s schedule.Situation) schedule.Situation {
	t.Helper()
	s.Cron, s.Cursor, s.Now = parse(t, m.expr, m.zone), instant(t, m.cursor), instant(t, m.now)
	return s
}

// planText plans, checks what holds for every plan, and returns the rows and the
// ticks that are unsettled as the tables show them.
func planText(t *testing.T, s schedule.Situation) string {
	t.Helper()
	out := schedule.Plan(s)
	requireSound(t, s, out)
	rows := decisionText(t, out.Decisions)
	if left := s.Cron.Count(out.Cursor, s.Now); left > 0 {
		rows = append(rows, countText(left)+".")
	}
	if rows == nil {
		return "-"
	}
	return strings.Join(rows, " ")
}

func decisionText(t *testing.T, decisions []schedule.Decision) []string {
	t.Helper()
	var rows []string
	for _, d := range decisions {
		fate, ok := fates[[2]string{string(d.Verdict), string(d.Reason)}]
		require.True(t, ok, "%s: %s", d.Verdict, d.Reason)
		if d.Shifted {
			fate += "*"
		}
		rows = append(rows, countText(d.Count)+fate)
	}
	return rows
}

func countText(n int) string {
	if n == 1 {
		return ""
	}
	return fmt.Sprint(n)
}

// requireSound checks what holds for the result of every Plan: the rows cover the
// ticks from the old cursor to the new one, each once; nothing is
// settled that is not due; and the rest of the result follows from that.
func requireSound(t *testing.T, s schedule.Situation, out schedule.Planned) {
	t.Helper()
	cursor := s.Cursor
	for i, d := range out.Decisions {
		require.True(t, d.NominalAt.Equal(s.Cron.Next(cursor)), "row %d of %s begins with the tick after the last", i, s.Cron)
		require.True(t, d.Until.Equal(s.Cron.Prev(d.Until.Add(1))), "row %d of %s ends with a tick", i, s.Cron)
		require.Equal(t, s.Cron.Count(cursor, d.Until), d.Count, "row %d of %s", i, s.Cron)
		require.Equal(t, d.Count == 1, d.NominalAt.Equal(d.Until))
		require.Equal(t, d.Count == 1 && s.Cron.Shifted(d.NominalAt), d.Shifted)
		if d.Verdict == schedule.VerdictFired {
			require.Equal(t, 1, d.Count)
		} else if i > 0 {
			before := out.Decisions[i-1]
			require.False(t, before.Verdict == d.Verdict && before.Reason == d.Reason, "one fate in two rows")
		}
		cursor = d.Until
	}
	require.True(t, out.Cursor.Equal(cursor), "the cursor is at the last settled tick")
	require.True(t, cursor.Equal(s.Cursor) || !cursor.After(s.Now), "nothing is settled before it is due")
	require.Equal(t, s.Cron.Next(cursor), out.Next)
	due := !out.Next.IsZero() && !out.Next.After(s.Now)
	require.Equal(t, due, out.Blocked, "due ticks stay unsettled when blocked, and only then")
}

// upstreamBy answers the letters S, G and F for the ticks, in the order they are
// asked about.
func upstreamBy(t *testing.T, letters string) func(time.Time) schedule.UpstreamState {
	t.Helper()
	asked := time.Time{}
	return func(tick time.Time) schedule.UpstreamState {
		require.True(t, tick.After(asked), "each tick is asked about once, in order")
		require.NotEmpty(t, letters, "only ticks that may start a run are asked about")
		asked = tick
		state := strings.IndexByte("SGF", letters[0])
		letters = letters[1:]
		return schedule.UpstreamState(state)
	}
}
