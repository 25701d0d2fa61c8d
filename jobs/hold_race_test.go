package jobs_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
)

// Once SetHold has returned, no tick fires, whatever two schedulers are about to
// commit: of a thousand ticks each has fired before, or is recorded as paused.
func TestNoTickFiresOnceAHoldWasAnswered(t *testing.T) {
	for _, name := range []string{"memory", "SQLite", "Redis"} {
		t.Run(name, func(t *testing.T) {
			store := memory.New()
			open := func() storage.Store { return store }
			if place := shared[name]; place != nil {
				open = place(t)
			}
			holdBesideSchedulers(t, open)
		})
	}
}

func holdBesideSchedulers(t *testing.T, open func() storage.Store) {
	const many = 1000
	w := newWorldOn(t, open(), nil)
	var creating sync.WaitGroup
	for part := range 10 {
		creating.Go(func() {
			for n := range many / 10 {
				w.create(fmt.Sprintf("job-%d-%d", part, n), scheduled("@hourly", "skip", "latest"))
			}
		})
	}
	creating.Wait()
	w.Outage(time.Hour)
	var group sync.WaitGroup
	for range 2 {
		replica := newWorldOn(t, open(), nil)
		replica.Outage(time.Hour)
		scheduler := jobs.NewScheduler(replica.Service, nil, nil)
		group.Go(func() {
			for range 20 {
				_, _ = scheduler.Tick(w.ctx) // what loses its race too often has its turn again
			}
		})
	}
	for w.runsOfAll() == 0 { // until some have fired
	}
	w.hold("stop")
	fired := w.runsOfAll()
	group.Wait()
	require.Equal(t, fired, w.runsOfAll())
	t.Logf("%d of %d ticks fired before", fired, many)

	paused := 0
	require.NoError(t, w.eachEvent(func(e jobs.Event) {
		if e.Kind == jobs.TickPaused {
			require.Equal(t, "hold", e.Reason)
			paused += e.Count
		}
	}))
	require.Equal(t, many, paused+fired)
}

// runsOfAll counts the runs of all jobs.
func (w *World) runsOfAll() (count int) {
	w.t.Helper()
	query := storage.RunQuery{JobRef: storage.JobRef{OrganizationID: org}, Limit: storage.MaxLimit}
	for {
		page, err := w.store.ListRuns(w.ctx, query)
		require.NoError(w.t, err)
		count += len(page.Runs)
		if !page.More {
			return count
		}
		query.After = page.Next
	}
}

// eachEvent visits the whole journal.
func (w *World) eachEvent(visit func(jobs.Event)) error {
	query := jobs.EventQuery{Ascending: true}
	for {
		list, err := w.ListEvents(w.ctx, w.Actor, query)
		if err != nil || list.Marker == query.After {
			return err
		}
		for _, e := range list.Events {
			visit(e)
		}
		query.After = list.Marker
	}
}
