package schedule_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/jobledger/jobledger/schedule"
	"github.com/stretchr/testify/require"
)

// TestEveryTickHasOneVerdict lives through random lives of jobs: plans are made at
// random instants, long after each other or by a clock that was set back, runs
// end at random, dependencies come and go. Whatever the policies, the rows of all
// plans together are the ticks of the schedule, each once.
func TestEveryTickHasOneVerdict(t *testing.T) {
	const jobs = 2000
	g := &generator{Rand: rand.New(rand.NewPCG(9, 10)), sparse: 6}
	verdicts := map[schedule.Verdict]int{}
	for range jobs {
		l := newLife(g)
		if l == nil {
			continue
		}
		for range 12 {
			l.plan(t)
		}
		l.drain(t)
		l.requireLedger(t)
		for _, row := range l.rows {
			verdicts[row.Verdict] += row.Count
		}
	}
	t.Log(verdicts)
	for _, verdict := range []schedule.Verdict{"fired", "skipped", "missed", "coalesced", "superseded", "paused"} {
		require.Greater(t, verdicts[verdict], 100, verdict)
	}
}

// life is a job in the course of time.
type life struct {
	*generator
	situation schedule.Situation
	began     time.Time
	running   int // runs that count
	rows      []schedule.Decision
}

// newLife makes a job with random policies; nil when its expression never fires.
func newLife(g *generator) *life {
	zones := []string{"UTC", "America/New_York", "Australia/Lord_Howe", "America/Havana", "Pacific/Apia"}
	c, err := schedule.Parse(g.expression().text, zones[g.IntN(len(zones))])
	if err != nil {
		return nil
	}
	began := anyInstant(g, c)
	return &life{generator: g, began: began, running: g.IntN(3), situation: schedule.Situation{
		Cron: c, Cursor: began, Now: began,
		Concurrency:   []schedule.ConcurrencyPolicy{"skip", "allow", "replace"}[g.IntN(3)],
		MaxConcurrent: 1 + g.IntN(4),
		Missed:        []schedule.MissedSchedulePolicy{"skip", "latest", "all"}[g.IntN(3)],
		Bounds: schedule.Bounds{
			Grace:  time.Duration(g.IntN(3)*g.IntN(60)) * time.Minute,
			Window: time.Duration(g.IntN(3)*g.IntN(48)) * time.Hour,
			Count:  g.IntN(3) * g.IntN(20),
		},
	}}
}

// plan lets some time pass, and decides about what has become due.
func (l *life) plan(t *testing.T) {
	t.Helper()
	l.running = l.IntN(l.running + 1)
	s := &l.situation
	switch l.IntN(8) {
	case 0:
		s.Now = s.Now.Add(-time.Duration(l.IntN(3*60)) * time.Minute) // the clock is set back
	case 1, 2:
		s.Now = s.Now.Add(time.Duration(l.IntN(20*24)) * time.Hour)
	default: // shortly after a tick, if there is one soon
		s.Now = s.Now.Add(time.Duration(l.IntN(3*60)) * time.Minute)
		if next := s.Cron.Next(s.Now); !next.IsZero() && next.Sub(s.Now) < 40*24*time.Hour {
			s.Now = next.Add(time.Duration(l.IntN(60*1000)) * time.Millisecond)
		}
	}
	s.Counted = l.running
	s.Upstream = l.upstream()
	switch l.IntN(16) {
	case 0:
		l.commit(t, schedule.Resume(s.Cron, s.Cursor, s.Now))
	case 1:
		l.commit(t, schedule.Settle(*s))
	default:
		out := schedule.Plan(*s)
		requireSound(t, *s, out)
		l.requireBounded(t, out)
		l.commit(t, out)
	}
}

// upstream is satisfied up to some tick, and something else after it; or absent.
func (l *life) upstream() func(time.Time) schedule.UpstreamState {
	if l.IntN(2) == 0 {
		return nil
	}
	until := l.situation.Cursor.Add(time.Duration(l.IntN(48)) * time.Hour)
	before, after := schedule.UpstreamState(l.IntN(3)), schedule.UpstreamState(l.IntN(3))
	return func(tick time.Time) schedule.UpstreamState {
		if tick.After(until) {
			return after
		}
		return before
	}
}

// requireBounded checks how many runs a plan starts, beside one that waits for a
// dependency.
func (l *life) requireBounded(t *testing.T, out schedule.Planned) {
	t.Helper()
	s, ready, replacing, waiting := l.situation, 0, 0, 0
	for _, d := range out.Decisions {
		switch {
		case d.Verdict != schedule.VerdictFired:
		case d.Reason == schedule.ReasonWaiting:
			waiting++
		case d.Reason == schedule.ReasonReplace:
			replacing++
		default:
			ready++
		}
	}
	require.LessOrEqual(t, waiting, 1)
	switch s.Concurrency {
	case schedule.ConcurrencySkip:
		require.LessOrEqual(t, ready, max(0, 1-s.Counted))
	case schedule.ConcurrencyAllow:
		require.LessOrEqual(t, ready, max(0, s.MaxConcurrent-s.Counted))
	case schedule.ConcurrencyReplace:
		require.LessOrEqual(t, ready+replacing, 1)
		require.Equal(t, replacing > 0, s.Counted > 0 && ready+replacing > 0)
	}
	if s.Concurrency != schedule.ConcurrencyReplace {
		require.Zero(t, replacing)
	}
	require.LessOrEqual(t, s.Cron.Count(out.Cursor, s.Now), 100, "a backlog is bounded")
}

// commit takes a plan over as a store would.
func (l *life) commit(t *testing.T, out schedule.Planned) {
	t.Helper()
	require.False(t, out.Cursor.Before(l.situation.Cursor), "the cursor never falls")
	if len(out.Decisions) > 0 {
		require.True(t, out.Cursor.After(l.situation.Cursor), "the cursor rises with what it settles")
	}
	for _, d := range out.Decisions {
		if d.Verdict == schedule.VerdictFired && d.Reason != schedule.ReasonWaiting {
			l.running++
		}
	}
	l.rows = append(l.rows, out.Decisions...)
	l.situation.Cursor = out.Cursor
}

// drain lets the runs end until nothing is unsettled. Each plan makes headway.
func (l *life) drain(t *testing.T) {
	t.Helper()
	l.situation.Now = later(l.situation.Now, l.situation.Cursor)
	for plans := 0; ; plans++ {
		require.LessOrEqual(t, plans, 100, "a backlog drains")
		l.situation.Counted = 0
		out := schedule.Plan(l.situation)
		requireSound(t, l.situation, out)
		require.True(t, len(out.Decisions) > 0 || !out.Blocked, "nothing counts and nothing moves")
		l.commit(t, out)
		if !out.Blocked {
			return
		}
	}
}

// requireLedger checks the rows of a whole life against the walk through the
// schedule: they are its ticks, in order, none missing and none twice.
func (l *life) requireLedger(t *testing.T) {
	t.Helper()
	ticks := l.situation.Cron.Between(l.began, l.situation.Cursor, 1_000_000)
	for _, row := range l.rows {
		require.GreaterOrEqual(t, len(ticks), row.Count)
		require.True(t, ticks[0].Equal(row.NominalAt))
		require.True(t, ticks[row.Count-1].Equal(row.Until))
		ticks = ticks[row.Count:]
	}
	require.Empty(t, ticks, "a tick without a verdict")
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
