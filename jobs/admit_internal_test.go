package jobs

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
)

// TestSuccessesAreKept: those that come while the job cannot start a run are used
// when it can, each by a run of its own under all, else by the last that may start.
func TestSuccessesAreKept(t *testing.T) {
	for _, test := range []struct {
		concurrency schedule.ConcurrencyPolicy
		missed      schedule.MissedSchedulePolicy
		run         string
		runs        int
		used        int64
		waits, held bool
	}{
		{"skip", "latest", "runs", 0, 0, true, false},
		{"skip", "skip", "runs", 0, 0, true, false},
		{"skip", "all", "runs", 0, 0, true, false},
		{"skip", "latest", "is silent", 0, 0, true, true},
		{"skip", "all", "timed out", 0, 0, true, true},
		{"allow", "latest", "was cancelled long ago", 1, 3, false, false},
		{"skip", "latest", "is held", 1, 3, false, false},
		{"skip", "skip", "has ended", 1, 3, false, false},
		{"skip", "all", "has ended", 1, 1, true, false},
		{"allow", "latest", "has ended", 2, 3, false, false},
		{"allow", "latest", "runs", 1, 3, false, false},
		{"allow", "all", "has ended", 2, 2, true, false},
		{"allow", "all", "runs", 1, 1, true, false},
		{"replace", "latest", "runs", 1, 3, false, false},
		{"replace", "all", "runs", 1, 3, false, false},
		{"replace", "latest", "has ended", 1, 3, false, false},
	} {
		l := joining(test.concurrency, test.missed, 2)
		f := factsAt(dayAt("02:00:30"), runThat(test.run))
		f.up = succeededRuns(1, 2, 3)
		p := look(t, l, f)
		require.Len(t, p.ticks, test.runs, test)
		for _, tick := range p.ticks {
			require.Equal(t, schedule.VerdictFired, tick.Verdict, test)
		}
		require.Equal(t, test.used, l.consumed["A"].upTo, test)
		require.Equal(t, test.waits, p.blocked, test)
		require.Equal(t, test.held, p.held, test)
	}
}

// TestManyKeptSuccessesWaitForTheRun and not for the next look.
func TestManyKeptSuccessesWaitForTheRun(t *testing.T) {
	l, f := joining(schedule.ConcurrencySkip, schedule.MissedLatest, 1), factsAt(dayAt("02:00:30"), runThat("runs"))
	many := make([]int64, maxFresh)
	for i := range many {
		many[i] = int64(i + 1)
	}
	f.up = succeededRuns(many...)
	f.up.successes[0].more = true
	look(t, l, f)
	require.Equal(t, dayAt("02:00:30").Add(recheck), l.wakeAt)

	f.runs = nil
	look(t, l, f)
	require.Equal(t, dayAt("02:00:30"), l.wakeAt, "there are more")
}

// TestClaim: the commit that makes runs ready claims as many as there is room for.
func TestClaim(t *testing.T) {
	for _, test := range []struct{ room, claimed int }{{0, 0}, {1, 1}, {2, 2}, {9, 3}} {
		l := joining(schedule.ConcurrencyAllow, schedule.MissedAll, 9)
		f := factsAt(dayAt("02:00:30"), runThat("is ready"))
		f.up, f.room = succeededRuns(1, 2, 3), test.room
		p := look(t, l, f)
		require.Len(t, p.claimed, test.claimed)
		for i, d := range p.claimed {
			r := p.runs[i+1]
			require.Equal(t, r.Run, d.Run)
			require.Equal(t, RunStarting, d.Run.Status)
			require.True(t, r.hasToken(d.Token))
			require.Equal(t, dayOptions.Lease, d.Lease)
		}
	}
}

// TestNoTickStartsARunBeyondTheCap: whatever is due at once, under allow no more
// runs count than may.
func TestNoTickStartsARunBeyondTheCap(t *testing.T) {
	for most := 1; most <= 3; most++ {
		for _, missed := range []schedule.MissedSchedulePolicy{schedule.MissedSkip, schedule.MissedLatest, schedule.MissedAll} {
			for _, runs := range [][]*runLedger{{}, {runThat("runs")}, {runThat("is silent")}, {runThat("waits")}, {runThat("replaces")}} {
				l := daily(schedule.ConcurrencyAllow, missed)
				l.Version.CronExpression, l.Version.MaxConcurrentRuns = "* * * * *", most
				l.cursor = dayAt("01:50:00")
				p := look(t, l, factsAt(dayAt("02:00:30"), runs...))
				sure, maybe := p.counted()
				require.LessOrEqual(t, sure+maybe, most)
			}
		}
	}
}

// TestAnEditReleasesBeforeItSettles: a run that waits for nothing any more counts
// before the ticks that are due are settled, as in a look.
func TestAnEditReleasesBeforeItSettles(t *testing.T) {
	for _, test := range []struct {
		concurrency schedule.ConcurrencyPolicy
		is, want    string
	}{
		{"replace", "replaces", "02:00 fired: replace, a run is ready"},
		{"allow", "replaces", "02:00 skipped: cap"},
		{"skip", "replaces", "02:00 skipped: overlap"},
		{"skip", "waits", "02:00 skipped: overlap"},
		{"allow", "waits", "02:00 skipped: cap"},
		{"allow", "has ended", "02:00 fired, a run is ready"},
	} {
		l := daily(test.concurrency, schedule.MissedLatest)
		end := scheduleEnd{facts: factsAt(dayAt("02:00:30"), runThat(test.is)), ids: &ids{}}
		var c storage.Change
		require.NoError(t, l.endSchedule(&c, end))
		p := newPass(l, end.facts)
		for _, record := range c.PutRuns {
			if r, err := decodeRun(record); record.Revision == 0 {
				require.NoError(t, err)
				p.runs = append(p.runs, &r)
			}
		}
		for _, record := range c.PutTicks {
			tick, err := decodeTick(record)
			require.NoError(t, err)
			p.ticks = append(p.ticks, tick)
		}
		require.Equal(t, test.want, p.text(), test)
	}
}
