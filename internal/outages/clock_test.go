package outages_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
)

const decade = 10 * 365 * day

// TestAWrongReportDisarmsNothing has one process, whose clock is ten years ahead,
// report on a run and edit a job. A scheduler with such a clock settles nothing
// then.
func TestAWrongReportDisarmsNothing(t *testing.T) {
	simulated(t, func(t *testing.T, w *World) {
		ticking := w.create(actor, "ticking", cron("*/10 * * * *", schedule.ConcurrencyAllow, schedule.MissedAll), atMost(1000))
		job := w.create(actor, "job")
		w.engine.lasts = func(jobs.Dispatch) time.Duration { return 5 * time.Minute }
		p := w.start(w.engine)
		w.run(job)
		w.pass(10 * time.Second)

		wrong := w.newProcess(w.store)
		wrong.clock.step(decade)
		w.engine.reportsTo(wrong.Service) // heartbeats, and the end
		_, err := wrong.UpdateJob(t.Context(), actor, job.ID, jobs.JobPatch{Description: new("by a wrong clock")})
		require.NoError(t, err)
		w.pass(20 * time.Minute)
		w.engine.reportsTo(w.people)
		p.end()
		w.engine.mu.Lock()
		w.engine.lasts = nil
		w.engine.mu.Unlock()

		settled := len(w.ticks(ticking))
		ahead := w.start(w.engine, off(decade))
		w.pass(20 * time.Minute)
		require.Len(t, w.ticks(ticking), settled, "ticks that a clock ten years ahead has settled")
		require.True(t, ahead.heard(jobs.ErrClock))
		ahead.end()

		w.start(w.engine)
		w.pass(20 * time.Minute)
		require.Greater(t, len(w.ticks(ticking)), settled, "the right clock goes on")
		t.Logf("a report from ten years ahead: 0 ticks settled by such a clock, %d by the right one", len(w.ticks(ticking)))
	})
}

// TestAClockSetBackDelaysNoDispatch has the clock be set two hours back just after
// the engine was busy, could not be reached, or a run was to be given back.
func TestAClockSetBackDelaysNoDispatch(t *testing.T) {
	for name, answer := range map[string]error{"busy": jobs.ErrEngineBusy, "unreachable": context.DeadlineExceeded} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T, w *World) {
				job := w.create(actor, "job")
				w.engine.before = func(context.Context, jobs.Dispatch) error { return answer }
				p := w.start(w.engine)
				w.run(job)
				w.pass(1500 * time.Millisecond)
				p.clock.step(-2 * time.Hour)
				w.engine.mu.Lock()
				w.engine.before = nil
				w.engine.mu.Unlock()
				back := time.Now()
				later := w.create(actor, "later")
				// It is made by the clock that was set back.
				run, err := p.CreateRun(t.Context(), actor, later.ID, jobs.NewRun{})
				require.NoError(t, err)
				w.pass(5 * poll)
				require.NotNil(t, w.engine.has(run.ID), "nothing was dispatched")
				late := w.engine.has(run.ID).began.Sub(back)
				require.LessOrEqual(t, late, 2*poll)
				t.Logf("after %q, and the clock set back 2 h, a run was dispatched after %s", name, late)
			})
		})
	}
}
