package outages_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
)

// TestWaitingCostsNothing has runs wait for an engine that takes none, of one
// organization and of many.
func TestWaitingCostsNothing(t *testing.T) {
	const perSecond = 20
	waiting := torture.Figure(1000, 10_000)
	for _, tc := range []struct {
		name          string
		organizations int
		dispatcher    func(w *World, p *process) jobs.Dispatcher
	}{
		{"workers of this process", 1, taken},
		{"workers of this process, 50 organizations", 50, taken},
		{"an engine that says it is busy", 1, func(w *World, _ *process) jobs.Dispatcher { return w.busy() }},
		{"an engine that says it is busy, 50 organizations", 50, func(w *World, _ *process) jobs.Dispatcher { return w.busy() }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			simulated(t, func(t *testing.T, w *World) {
				p := w.newProcess(w.store)
				dispatcher := tc.dispatcher(w, p)
				for n := range tc.organizations {
					job := w.create(organization(n), "job")
					for range waiting / tc.organizations {
						w.run(job)
					}
				}
				p.schedule(dispatcher)
				w.pass(time.Minute)
				before := p.calls()
				w.pass(2 * time.Minute)
				rate := float64(p.calls()-before) / (2 * time.Minute).Seconds()
				t.Logf("%d runs wait: %.1f store calls/s", waiting, rate)
				require.LessOrEqual(t, rate, float64(perSecond))
			})
		})
	}
}

// taken is a dispatcher of which all slots are taken for hours.
func taken(w *World, p *process) jobs.Dispatcher {
	return w.local(p, func(ctx context.Context, _ jobs.Dispatch) ([]byte, error) {
		<-ctx.Done()
		return nil, context.Cause(ctx)
	}, 4)
}

// busy is the engine, which takes no run.
func (w *World) busy() jobs.Dispatcher {
	w.engine.before = func(context.Context, jobs.Dispatch) error { return jobs.ErrEngineBusy }
	return w.engine
}

// TestOrganizationsTakeTurns wakes all dependents of one organization at once, on
// a store that makes one commit after the other, while another organization has
// a tick each minute.
func TestOrganizationsTakeTurns(t *testing.T) {
	n := torture.Figure(1000, 25_000)
	simulated(t, func(t *testing.T, w *World) {
		const takes = 3 * time.Millisecond
		up := w.create(actor, "up")
		together(n, func(i int) { w.create(actor, fmt.Sprint("job-", i), after("up")) })
		ticking := w.create(other, "ticking", cron("* * * * *", schedule.ConcurrencyAllow, schedule.MissedSkip), atMost(1000))
		p := w.start(w.engine)
		w.until(time.Now().Truncate(time.Minute).Add(time.Minute - 2*time.Second))
		p.door.slow(takes)
		w.run(up)
		w.pass(time.Duration(n)*takes*2 + 2*time.Minute)
		var latest time.Duration
		for _, run := range w.history(ticking) {
			latest = max(latest, w.engine.has(run.ID).began.Sub(run.NominalAt))
		}
		require.Len(t, w.ticks(ticking), int(time.Since(ticking.CreatedAt)/time.Minute))
		t.Logf("%d dependents woken at once, a store call takes %s: another organization's ticks were dispatched at most %s late", n, takes, latest)
		require.LessOrEqual(t, latest, time.Second)
	})
}

// together does something n times, many at once.
func together(n int, do func(i int)) {
	var group sync.WaitGroup
	for c := range 8 {
		group.Go(func() {
			for i := c; i < n; i += 8 {
				do(i)
			}
		})
	}
	group.Wait()
}
