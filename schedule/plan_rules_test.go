package schedule_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jobledger/jobledger/schedule"
	"github.com/stretchr/testify/require"
)

// TestDependenciesThatDiffer plans six minutes, all on time, whose dependencies
// are satisfied, going or failed, tick by tick. The letters are those of the
// policy table; allow has a maximum of 2.
func TestDependenciesThatDiffer(t *testing.T) {
	for _, test := range []struct {
		why, upstream       string
		concurrency, missed string
		counted             int
		want                string
	}{
		{"a run that waits does not count", "GSSSSS", "allow", "skip", 0, "W F F 3c"},
		{"a later one that waits supersedes it", "GGSGSS", "allow", "skip", 0, "2s F W F c"},
		{"one that is ready does not", "GGSSSS", "skip", "skip", 0, "s W F 3o"},
		{"nor one that is skipped", "GGFFSS", "skip", "skip", 1, "s W 2d 2o"},
		{"a dependency is asked before the concurrency", "FGFSFS", "skip", "skip", 1, "d W d o d o"},
		{"of those that replace the newest fires", "SSFSFF", "replace", "skip", 1, "2s d R 2d"},
		{"rows that have become alike are one", "SSSSSS", "replace", "skip", 1, "5s R"},
		{"whether there is something to replace or not", "SFSSGG", "replace", "skip", 0, "s d s F s W"},
		{"a wait and a replacement leave each other alone", "SGSGSG", "replace", "skip", 1, "s s s s R W"},

		{"a backlog goes past what is skipped", "FFSFSS", "skip", "all", 0, "2d F d 2."},
		{"and past what waits", "GSGSSS", "skip", "all", 0, "s F W 3."},
		{"but not past what is blocked", "S", "skip", "all", 1, "6."},
		{"up to the cap", "FGSS", "allow", "all", 1, "d W F 3."},
		{"all with replace is latest", "S", "replace", "all", 1, "5l R"},
		{"latest asks about the newest only", "F", "skip", "latest", 0, "5l d"},
		{"and waits with it", "G", "allow", "latest", 2, "5l W"},
	} {
		t.Run(test.why, func(t *testing.T) {
			s := moment{"* * * * *", "UTC", "2026-05-01T09:54:00Z", "2026-05-01T10:00:10Z"}.in(t, schedule.Situation{
				Concurrency: schedule.ConcurrencyPolicy(test.concurrency), MaxConcurrent: 2,
				Missed: schedule.MissedSchedulePolicy(test.missed), Counted: test.counted,
				Bounds:   schedule.Bounds{Grace: time.Hour},
				Upstream: upstreamBy(t, test.upstream),
			})
			require.Empty(t, cmp.Diff(test.want, planText(t, s)))
		})
	}
}

// TestBounds is about ticks at the edges of grace, window and count: of the
// hours 01:00 to 10:00, at 10:00.
func TestBounds(t *testing.T) {
	for _, test := range []struct {
		why, missed string
		bounds      schedule.Bounds
		now, want   string
	}{
		{"as old as the grace is on time", "skip", schedule.Bounds{Grace: 2 * time.Hour}, "10:00:00", "7m 3F"},
		{"older is missed", "skip", schedule.Bounds{Grace: 2 * time.Hour}, "10:00:00.001", "8m 2F"},
		{"as old as the window is kept", "all", schedule.Bounds{Window: 3 * time.Hour}, "10:00:00", "6w 4F"},
		{"older is not", "all", schedule.Bounds{Window: 3 * time.Hour}, "10:00:00.001", "7w 3F"},
		{"the count keeps the newest", "all", schedule.Bounds{Count: 2}, "10:00:00", "8w 2F"},
		{"window and count together, the narrower holds", "all", schedule.Bounds{Window: time.Hour, Count: 5}, "10:00:00", "8w 2F"},
		{"all is not limited by the grace", "all", schedule.Bounds{Grace: time.Second}, "10:59:59", "10F"},
		{"what is on time is in the window", "all", schedule.Bounds{Grace: 2 * time.Hour, Window: time.Second}, "10:00:00", "7w 3F"},
		{"a window without ticks", "all", schedule.Bounds{Window: time.Minute}, "10:30:00", "10w"},
		{"a grace of a minute by default", "skip", schedule.Bounds{}, "10:01:00", "9m F"},
		{"which no value less than nothing changes", "skip", schedule.Bounds{Grace: -1}, "10:01:00.001", "10m"},
		{"defaults of a day and a hundred", "all", schedule.Bounds{Window: -1, Count: -1}, "10:00:00", "10F"},
	} {
		t.Run(test.why, func(t *testing.T) {
			s := moment{"0 * * * *", "UTC", "2026-05-01T00:00:00Z", "2026-05-01T" + test.now + "Z"}.in(t, schedule.Situation{
				Concurrency: "allow", MaxConcurrent: 1000, Missed: schedule.MissedSchedulePolicy(test.missed), Bounds: test.bounds,
			})
			got := planText(t, s)
			if n := strings.Count(got, "F"); n > 1 {
				got = strings.Replace(got, "F"+strings.Repeat(" F", n-1), countText(n)+"F", 1)
			}
			require.Empty(t, cmp.Diff(test.want, got))
		})
	}
}

func TestDefaultBounds(t *testing.T) {
	all := schedule.Situation{Concurrency: "allow", MaxConcurrent: 1000, Missed: "all"}
	out := schedule.Plan(moments["decade"].in(t, all))
	require.Len(t, out.Decisions, 1+schedule.DefaultCount)
	out = schedule.Plan(moments["outage"].in(t, all))
	require.Len(t, out.Decisions, 1+25, "hours within a day, both ends included")
}

// TestZeroSituation: what a caller leaves out, or gets wrong, is the default.
func TestZeroSituation(t *testing.T) {
	for _, s := range []schedule.Situation{
		{},
		{Concurrency: "never", Missed: "perhaps", MaxConcurrent: -1, Counted: -1},
	} {
		require.Equal(t, "2l F", planText(t, moments["late"].in(t, s)))
		s.Counted = 1
		require.Equal(t, "2l o", planText(t, moments["late"].in(t, s)))
		s.Concurrency = schedule.ConcurrencyAllow
		require.Equal(t, "2l c", planText(t, moments["late"].in(t, s)), "a maximum of one")
		s.Counted, s.Missed = -5, schedule.MissedAll
		require.Equal(t, "F 2.", planText(t, moments["late"].in(t, s)), "fewer than none is none")
	}
	require.Equal(t, schedule.Planned{}, schedule.Plan(schedule.Situation{}))

	now := instant(t, "2026-05-01T10:00:00Z")
	for _, c := range []*schedule.Cron{nil, {}} {
		s := schedule.Situation{Cron: c, Cursor: now.Add(-time.Hour), Now: now}
		require.Equal(t, schedule.Planned{Cursor: s.Cursor}, schedule.Plan(s))
		require.Equal(t, schedule.Planned{Cursor: now}, schedule.Settle(s))
		require.Equal(t, schedule.Planned{Cursor: now}, schedule.Resume(c, s.Cursor, now))
	}
}

// TestClocksAtTheirEnds plans with cursors and clocks that no job should have.
func TestClocksAtTheirEnds(t *testing.T) {
	extremes := []time.Time{{}, time.Unix(-1<<61, 0), time.Unix(1<<61, 0), time.Date(9999, 12, 31, 23, 59, 0, 0, time.UTC)}
	for _, s := range everySituation() {
		if s.Upstream != nil || s.Counted > 0 {
			continue
		}
		s.Cron = parse(t, "* * * * *", "UTC")
		for _, s.Cursor = range extremes {
			for _, s.Now = range extremes {
				requireSound(t, s, schedule.Plan(s))
			}
		}
	}
}

// TestMonotonicClockIsIgnored: a program's clock readings carry a second clock,
// which goes on when the first is set.
func TestMonotonicClockIsIgnored(t *testing.T) {
	now := time.Now()
	s := schedule.Situation{Cron: parse(t, "* * * * *", "UTC"), Cursor: now, Now: now.Add(time.Hour)}
	requireSound(t, s, schedule.Plan(s))
	for _, out := range []schedule.Planned{schedule.Settle(s), schedule.Resume(s.Cron, s.Cursor, s.Now)} {
		require.Equal(t, s.Now.Round(0), out.Cursor)
	}
}
