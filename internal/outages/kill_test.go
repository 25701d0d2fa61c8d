package outages_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
)

// alive is an engine that a process reaches while it lives.
type alive struct {
	*engine
	door *door
}

func (a *alive) Dispatch(ctx context.Context, d jobs.Dispatch) error {
	if a.door.isClosed() {
		return errKilled
	}
	return a.engine.Dispatch(ctx, d)
}

// TestKilledBetweenAnyTwoCalls has the control plane killed between each two calls
// that it makes to the store, with the engine's reports among them. Another goes on.
func TestKilledBetweenAnyTwoCalls(t *testing.T) {
	deaths, runs, again := torture.Figure(40, 600), 0, 0
	for calls := 1; calls <= deaths; calls++ {
		simulated(t, func(t *testing.T, w *World) {
			job := w.create(actor, "job", cron("* * * * *", schedule.ConcurrencySkip, schedule.MissedAll))
			p := w.newProcess(w.store)
			p.schedule(&alive{w.engine, p.door})
			w.engine.reportsTo(p.Service)
			w.pass(time.Minute - 100*time.Millisecond)
			p.door.closeAfter(calls)
			w.pass(90 * time.Second)
			p.kill()
			next := w.start(w.engine)
			w.engine.reportsTo(next.Service)
			w.pass(6 * time.Minute)
			for _, tick := range w.ticks(job) {
				require.Equal(t, schedule.VerdictFired, tick.Verdict, "killed behind call %d: %s", calls, tick.LocalTime)
			}
			require.Len(t, w.ticks(job), int(time.Since(job.CreatedAt)/time.Minute), "killed behind call %d", calls)
			for _, run := range w.history(job) {
				require.Equal(t, jobs.RunSucceeded, run.Status, "killed behind call %d: run %d: %s", calls, run.Number, run.StatusMessage)
				work := w.engine.has(run.ID)
				require.NotNil(t, work)
				again += work.times - 1
				runs++
			}
		})
	}
	t.Logf("killed behind each of %d calls: %d runs, 0 lost, %d handed to the engine again", deaths, runs, again)
	require.LessOrEqual(t, again, deaths, "one hand-over at most is repeated after each")
}
