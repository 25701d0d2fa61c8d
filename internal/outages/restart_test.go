package outages_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/versions"
)

const nightly = "0 2 * * *"

// restart is a story of a job whose run of yesterday died with everything else,
// and that is due again when the control plane is back.
type restart struct {
	name   string
	define []func(*jobs.NewJob)
	// during happens while the run of yesterday still works, and back when the
	// control plane comes back. Both are optional.
	during func(w *World, job jobs.Job)
	back   func(w *World, job jobs.Job)
}

func restarts() []restart {
	var all []restart
	policies := []schedule.MissedSchedulePolicy{schedule.MissedLatest, schedule.MissedSkip, schedule.MissedAll}
	for _, missed := range policies {
		all = append(all,
			restart{name: "skip", define: []func(*jobs.NewJob){cron(nightly, schedule.ConcurrencySkip, missed)}},
			restart{name: "cap of 1", define: []func(*jobs.NewJob){cron(nightly, schedule.ConcurrencyAllow, missed), atMost(1)}},
			restart{
				name: "cap of 2", define: []func(*jobs.NewJob){cron(nightly, schedule.ConcurrencyAllow, missed), atMost(2)},
				during: func(w *World, job jobs.Job) { w.run(job) },
			},
			restart{name: "replace", define: []func(*jobs.NewJob){cron(nightly, schedule.ConcurrencyReplace, missed)}},
			restart{
				name: "publish of a config", define: []func(*jobs.NewJob){cron(nightly, schedule.ConcurrencySkip, missed)},
				back: publish(versions.Patch{Config: new(jsonOf("select 2"))}),
			},
			restart{
				name: "publish of another schedule", define: []func(*jobs.NewJob){cron(nightly, schedule.ConcurrencySkip, missed)},
				back: publish(versions.Patch{CronExpression: new("0 5 * * *")}),
			},
			restart{
				name: "publish of another policy", define: []func(*jobs.NewJob){cron(nightly, schedule.ConcurrencyAllow, missed), atMost(1)},
				back: publish(versions.Patch{ConcurrencyPolicy: new(schedule.ConcurrencySkip)}),
			},
			restart{
				name: "timeout", define: []func(*jobs.NewJob){cron(nightly, schedule.ConcurrencySkip, missed), within(6 * time.Hour)},
			},
			restart{
				name: "timeout that just passed", define: []func(*jobs.NewJob){cron(nightly, schedule.ConcurrencySkip, missed), within(24 * time.Hour)},
			},
			restart{
				name: "cancel", define: []func(*jobs.NewJob){cron(nightly, schedule.ConcurrencySkip, missed)},
				during: func(w *World, job jobs.Job) {
					// The engine dies before it can confirm that.
					w.engine.die()
					runs := w.history(job)
					_, err := w.people.CancelRun(w.t.Context(), actor, job.ID, runs[len(runs)-1].ID)
					require.NoError(w.t, err)
				},
			},
		)
	}
	return all
}

func publish(patch versions.Patch) func(*World, jobs.Job) {
	return func(w *World, job jobs.Job) {
		_, err := w.people.PublishVersion(w.t.Context(), actor, job.ID, patch)
		require.NoError(w.t, err)
	}
}

func jsonOf(source string) json.RawMessage {
	return json.RawMessage(`{"sql":{"source":"` + source + `"}}`)
}

// TestADeadRunTakesNoTick has everything die during a run, and the control plane
// come back within the minute in which the next tick is on time.
func TestADeadRunTakesNoTick(t *testing.T) {
	each, total := torture.Figure(2, 20), 0
	for _, r := range restarts() {
		t.Run(r.name, func(t *testing.T) {
			for n := range each {
				simulated(t, func(t *testing.T, w *World) { r.tell(w, time.Duration(n)*59*time.Second/time.Duration(each), n%2 == 1) })
			}
		})
		total += each
	}
	t.Logf("%d restarts, 0 ticks lost", total)
}

// tell tells the story. The control plane comes back so long after the tick, and
// dies once more before it can know what became of the run.
func (r restart) tell(w *World, late time.Duration, twice bool) {
	w.pass(2*time.Hour - 10*time.Second)
	job := w.create(actor, "job", r.define...)
	w.engine.lasts = func(jobs.Dispatch) time.Duration { return 3 * day }
	p := w.start(w.engine)
	w.pass(15 * time.Second)
	before := w.history(job)
	require.Len(w.t, before, 1)
	require.NotNil(w.t, w.engine.has(before[0].ID))
	if r.during != nil {
		w.pass(5 * time.Minute)
		r.during(w, job)
		w.pass(5 * time.Second)
	}
	p.kill()
	w.engine.die()
	before = w.history(job)
	w.engine.lasts = nil

	due := before[0].NominalAt.Add(day)
	w.until(due.Add(late))
	if r.back != nil && rand.IntN(2) == 0 {
		r.back(w, job)
		r.back = nil
	}
	p = w.start(w.engine)
	if r.back != nil {
		r.back(w, job)
	}
	if twice {
		w.pass(10 * time.Second)
		p.kill()
		w.pass(10 * time.Minute)
		w.start(w.engine)
	}
	w.pass(found + 15*time.Second)
	r.check(w, job, before, due)
}

// check checks that the tick has made its run.
func (r restart) check(w *World, job jobs.Job, before []jobs.Run, due time.Time) {
	w.t.Helper()
	var fired *jobs.Run
	for _, run := range w.history(job) {
		if run.NominalAt.Equal(due) {
			require.Nil(w.t, fired, "two runs of one tick")
			fired = &run
		}
	}
	require.NotNil(w.t, fired, "the tick made no run: %+v", w.ticks(job))
	require.Equal(w.t, jobs.RunSucceeded, fired.Status, fired.StatusMessage)
	ticks := w.ticks(job)
	require.Equal(w.t, schedule.VerdictFired, ticks[len(ticks)-1].Verdict)
	for _, run := range before {
		run = w.now(run)
		require.True(w.t, run.Status.Terminal(), "the dead run %d is %s", run.Number, run.Status)
		require.NotEqual(w.t, jobs.RunSucceeded, run.Status)
		require.False(w.t, run.FinishedAt.After(fired.DispatchedAt), "the new run was dispatched before it was known that the old one is gone")
	}
}

// TestADeadRunHoldsNoJoin has everything die while the dependent of a job runs,
// whose dependency succeeds when all is back.
func TestADeadRunHoldsNoJoin(t *testing.T) {
	for _, missed := range []schedule.MissedSchedulePolicy{schedule.MissedLatest, schedule.MissedSkip, schedule.MissedAll} {
		t.Run(string(missed), func(t *testing.T) {
			simulated(t, func(t *testing.T, w *World) {
				up := w.create(actor, "up")
				job := w.create(actor, "job", after("up"), func(j *jobs.NewJob) { j.MissedSchedulePolicy = missed })
				w.engine.lasts = func(d jobs.Dispatch) time.Duration {
					if d.JobKey == "up" {
						return time.Second
					}
					return day
				}
				p := w.start(w.engine)
				w.run(up)
				w.pass(10 * time.Second)
				dead := w.history(job)
				require.Len(w.t, dead, 1)
				p.kill()
				w.engine.die()
				w.engine.lasts = nil
				w.pass(6 * time.Hour)
				w.start(w.engine)
				w.run(up)
				w.pass(found + 15*time.Second)
				runs := w.history(job)
				require.Len(w.t, runs, 2, "%+v", w.ticks(job))
				require.Equal(w.t, jobs.RunFailed, runs[0].Status)
				require.Equal(w.t, jobs.RunSucceeded, runs[1].Status)
			})
		})
	}
}

// TestALiveRunStillTakesItsTick is the other side: only the control plane died. It
// is so also to a scheduler to which each lease looks over because its clock is
// ahead.
func TestALiveRunStillTakesItsTick(t *testing.T) {
	for _, tc := range []struct {
		name   string
		define []func(*jobs.NewJob)
		ahead  time.Duration
		reason schedule.Reason
	}{
		{"skip", []func(*jobs.NewJob){cron(nightly, schedule.ConcurrencySkip, schedule.MissedLatest)}, 0, schedule.ReasonOverlap},
		{"skip, 90 s ahead", []func(*jobs.NewJob){cron(nightly, schedule.ConcurrencySkip, schedule.MissedLatest)}, 90 * time.Second, schedule.ReasonOverlap},
		{"cap", []func(*jobs.NewJob){cron(nightly, schedule.ConcurrencyAllow, schedule.MissedSkip), atMost(1)}, 0, schedule.ReasonCap},
		{"cap, 90 s ahead", []func(*jobs.NewJob){cron(nightly, schedule.ConcurrencyAllow, schedule.MissedSkip), atMost(1)}, 90 * time.Second, schedule.ReasonCap},
	} {
		t.Run(tc.name, func(t *testing.T) {
			simulated(t, func(t *testing.T, w *World) {
				w.pass(2*time.Hour - 10*time.Second)
				job := w.create(actor, "job", tc.define...)
				w.engine.lasts = func(jobs.Dispatch) time.Duration { return 2 * day }
				p := w.start(w.engine)
				w.pass(15 * time.Second)
				p.kill()
				w.engine.reportsTo(nil)
				w.until(w.history(job)[0].NominalAt.Add(day + 30*time.Second - tc.ahead))
				w.engine.reportsTo(w.people)
				w.start(w.engine, off(tc.ahead))
				w.pass(lease)
				ticks := w.ticks(job)
				require.Len(t, ticks, 2, "a live run holds no tick for long")
				require.Equal(t, schedule.VerdictSkipped, ticks[1].Verdict)
				require.Equal(t, string(tc.reason), ticks[1].Reason)
				w.pass(10 * lease)
				w.requireAlive(w.history(job)[0], "in the end")
			})
		})
	}
}
