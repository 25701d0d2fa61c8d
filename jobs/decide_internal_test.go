package jobs

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/versions"
)

// dayAt is a time of the day that these tests are about.
func dayAt(clock string) time.Time {
	at, err := time.Parse(time.RFC3339, "2026-05-01T"+clock+"Z")
	if err != nil {
		panic(err)
	}
	return at
}

var dayOptions = RunOptions{Lease: time.Minute, CancelGrace: 30 * time.Second}.withDefaults()

// factsAt are the facts of a moment, with IDs and tokens that count.
func factsAt(now time.Time, runs ...*runLedger) facts {
	drawn := 0
	draw := func() string { drawn++; return fmt.Sprintf("NEW%d", drawn) }
	return facts{now: now, opts: dayOptions, newID: draw, newToken: func(string) string { return draw() }, runs: runs}
}

// daily is an active job with a tick at 02:00, and a tick every hour after it.
func daily(concurrency schedule.ConcurrencyPolicy, missed schedule.MissedSchedulePolicy) *ledger {
	l := &ledger{Job: Job{ID: "JOB", OrganizationID: "ORG", Key: "job", Status: Active}, cursor: dayAt("01:59:00"), lastRunNumber: 9}
	l.Version = versions.Version{Number: 1, Definition: versions.Definition{
		CronExpression: "0 2-23 * * *", ConcurrencyPolicy: concurrency, MissedSchedulePolicy: missed, MaxConcurrentRuns: 1, TimeoutSeconds: 60,
	}}
	l.CurrentVersion, l.NextRunAt = 1, dayAt("02:00:00")
	return l
}

// joining is a job that runs when another one, A, has succeeded.
func joining(concurrency schedule.ConcurrencyPolicy, missed schedule.MissedSchedulePolicy, most int) *ledger {
	l := daily(concurrency, missed)
	l.Version.CronExpression, l.Version.DependsOn, l.Version.MaxConcurrentRuns = "", []string{"a"}, most
	l.NextRunAt = time.Time{}
	return l
}

// succeededRuns are the successes of A that were not used.
func succeededRuns(numbers ...int64) upstreams {
	return upstreams{jobs: []ledger{{Job: Job{ID: "A", Key: "a", Status: Active}}}, successes: []successes{{numbers: numbers}}}
}

// runThat is a run of the job, as it stands at 02:00:30.
func runThat(is string) *runLedger {
	now := dayAt("02:00:30")
	r := &runLedger{Run: Run{ID: "OLD", OrganizationID: "ORG", JobID: "JOB", Number: 5, JobVersion: 1, Status: RunRunning, CreatedAt: now}, revision: 3}
	r.DispatchedAt, r.leaseUntil = now.Add(-time.Hour), now.Add(time.Minute)
	switch is {
	case "runs":
	case "is silent":
		r.leaseUntil = now.Add(-time.Second)
	case "timed out":
		r.timeoutAt = now
	case "was cancelled long ago":
		r.CancelRequestedAt = now.Add(-time.Minute)
	case "was cancelled just now":
		r.CancelRequestedAt = now.Add(-time.Second)
	case "is ready":
		r.Status, r.leaseUntil = RunReady, time.Time{}
	case "is held":
		r.Status, r.leaseUntil, r.waitsFor = RunPending, time.Time{}, itsRelease
	case "waits":
		r.Status, r.leaseUntil, r.waitsFor = RunPending, time.Time{}, upstreamRuns
	case "replaces":
		r.Status, r.leaseUntil, r.waitsFor = RunPending, time.Time{}, predecessors
	case "has ended":
		r.Status = RunSucceeded
	default:
		panic(is)
	}
	return r
}

// suspicions are the ways to be suspected.
var suspicions = []string{"is silent", "timed out", "was cancelled long ago"}

func TestStanding(t *testing.T) {
	for is, want := range map[string]standing{
		"runs": counts, "is ready": counts, "was cancelled just now": counts,
		"is silent": suspected, "timed out": suspected, "was cancelled long ago": suspected,
		"is held": none, "waits": none, "replaces": none, "has ended": none,
	} {
		require.Equal(t, want, runThat(is).standing(dayOptions, dayAt("02:00:30")), is)
	}
}

// text tells what a pass decided: its ticks, then the new runs.
func (p *pass) text() string {
	var words []string
	for _, t := range p.ticks {
		word := t.NominalAt.Format("15:04 ") + string(t.Verdict)
		if t.Reason != "" {
			word += ": " + t.Reason
		}
		words = append(words, word)
	}
	for _, r := range p.runs {
		if r.revision == 0 {
			words = append(words, "a run is "+string(r.Status))
		}
	}
	return strings.Join(words, ", ")
}

// look decides about a job, and requires that what is decided can be written.
func look(t *testing.T, l *ledger, f facts) *pass {
	t.Helper()
	l.CreatedAt, l.stored = dayAt("00:00:00"), storage.JobRecord{Revision: 7, Key: l.Key, CreatedAt: dayAt("00:00:00")}
	p := newPass(l, f)
	require.NoError(t, p.decide())
	c := p.change()
	require.NoError(t, c.Validate())
	return p
}

// TestASuspectedRunTakesNoTick: whatever the policies, a tick is neither fired
// nor skipped while only a suspected run is in its way. Then it fires, when the
// run is gone, and is decided by the policies when it proved to be alive.
func TestASuspectedRunTakesNoTick(t *testing.T) {
	for _, test := range []struct {
		concurrency schedule.ConcurrencyPolicy
		alive       string
	}{
		{schedule.ConcurrencySkip, "02:00 skipped: overlap"},
		{schedule.ConcurrencyAllow, "02:00 skipped: cap"},
	} {
		for _, missed := range []schedule.MissedSchedulePolicy{schedule.MissedSkip, schedule.MissedLatest, schedule.MissedAll} {
			for _, is := range suspicions {
				t.Run(fmt.Sprint(test.concurrency, " ", missed, " ", is), func(t *testing.T) {
					l := daily(test.concurrency, missed)
					now := dayAt("02:00:30")
					require.Empty(t, look(t, l, factsAt(now, runThat(is))).text())
					require.True(t, l.blocked, "the end of the run wakes the job")
					require.Equal(t, now.Add(dayOptions.Lease/4), l.wakeAt)
					require.Equal(t, schedule.Seen{First: now, Last: now}, l.seen)

					// Two restarts later, long after the tick was on time.
					for _, clock := range []string{"02:00:44", "02:40:00"} {
						r := runThat(is)
						r.leaseUntil = now
						require.Empty(t, look(t, l, factsAt(dayAt(clock), r)).text())
					}
					gone, alive := *l, *l
					require.Equal(t, "02:00 fired, a run is ready", look(t, &gone, factsAt(dayAt("02:41:00"))).text())
					require.Zero(t, gone.seen)

					r := runThat("runs")
					r.leaseUntil = dayAt("02:41:30")
					if missed == schedule.MissedAll {
						test.alive = "" // it waits for its turn
					}
					require.Equal(t, test.alive, look(t, &alive, factsAt(dayAt("02:41:00"), r)).text())
				})
			}
		}
	}
}

// TestAReplacementWaitsForASuspectedRun: it would have to wait for it anyway.
func TestAReplacementWaitsForASuspectedRun(t *testing.T) {
	for _, is := range suspicions {
		l, old := daily(schedule.ConcurrencyReplace, schedule.MissedLatest), runThat(is)
		require.Equal(t, "02:00 fired: replace, a run is pending", look(t, l, factsAt(dayAt("02:00:30"), old)).text(), is)
		require.False(t, old.CancelRequestedAt.IsZero())
	}
}

// TestWhoeverHeardOfAnEngineSuspectsNobody: the lease may look over because
// clocks differ.
func TestWhoeverHeardOfAnEngineSuspectsNobody(t *testing.T) {
	f := factsAt(dayAt("02:00:30"), runThat("is silent"))
	f.alive = func(*runLedger) bool { return true }
	require.Equal(t, "02:00 skipped: overlap", look(t, daily(schedule.ConcurrencySkip, schedule.MissedLatest), f).text())
}

// TestWhenTicksWereSeen: what comes due while nobody looks was not seen.
func TestWhenTicksWereSeen(t *testing.T) {
	for _, test := range []struct{ why, looks, want string }{
		{"looks in a row", "02:00:30 02:00:45 02:01:30", "02:00:30-02:01:30 00:00:00-00:00:00"},
		{"a clock that is set back", "02:00:30 02:00:20", "02:00:30-02:00:30 00:00:00-00:00:00"},
		{"an outage", "02:00:30 03:00:00 03:00:15", "02:00:30-02:00:30 03:00:00-03:00:15"},
		{"and the clock is set back after it", "02:00:30 03:00:00 02:59:00", "02:00:30-02:00:30 03:00:00-03:00:00"},
		{"two outages", "02:00:30 03:00:00 04:00:00 04:00:10", "02:00:30-02:00:30 04:00:00-04:00:10"},
	} {
		l := daily(schedule.ConcurrencySkip, schedule.MissedSkip)
		for clock := range strings.FieldsSeq(test.looks) {
			l.see(true, dayOptions, dayAt(clock))
		}
		const layout = "15:04:05"
		seen := l.seen
		got := seen.First.Format(layout) + "-" + seen.Last.Format(layout) + " " + seen.Again.Format(layout) + "-" + seen.Latest.Format(layout)
		require.Equal(t, test.want, got, test.why)
		l.see(false, dayOptions, dayAt("04:00:00"))
		require.Zero(t, l.seen)
	}
}

// TestAHeldRunWaitsOn: a run whose dependencies have ended, or whose tick was
// settled by an edit, meets suspected runs as a tick does.
func TestAHeldRunWaitsOn(t *testing.T) {
	for _, test := range []struct {
		other, want string
		held        bool
	}{
		{"is silent", "pending", true},
		{"timed out", "pending", true},
		{"was cancelled long ago", "pending", true},
		{"runs", "cancelled", false},
		{"is held", "ready", false},
		{"has ended", "ready", false},
	} {
		l, r := daily(schedule.ConcurrencySkip, schedule.MissedLatest), runThat("waits")
		l.cursor, l.NextRunAt = dayAt("02:00:00"), dayAt("03:00:00")
		r.ID = "WAITS"
		p := look(t, l, factsAt(dayAt("02:00:30"), runThat(test.other), r))
		require.Equal(t, test.want, string(r.Status), test.other)
		require.Equal(t, test.held, p.held, test.other)
		if test.held {
			require.Equal(t, dayAt("02:00:45"), l.wakeAt)
		}
	}
}
