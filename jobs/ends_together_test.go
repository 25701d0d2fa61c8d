package jobs_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/versions"
)

// TestManyRunsOfAJobEndTogether has two processes report on 500 runs of one job at
// the same time, while a scheduler of each looks at the job. Each end is one commit
// that writes the job, and none gives up.
func TestManyRunsOfAJobEndTogether(t *testing.T) {
	const many = 500
	places := map[string]func(t *testing.T) (open func() storage.Store){
		"memory": func(*testing.T) func() storage.Store {
			store := memory.New()
			return func() storage.Store { return store }
		},
	}
	for name, place := range shared {
		places[name] = place
	}
	for name, place := range places {
		t.Run(name, func(t *testing.T) {
			open := place(t)
			w := newWorldOn(t, open(), nil)
			others := newWorldOn(t, open(), nil)
			job := w.create("job", scheduled("* * * * *", schedule.ConcurrencyAllow, schedule.MissedAll), func(j *jobs.NewJob) {
				j.MaxConcurrentRuns = 1
				j.Retry = versions.Retry{MaxAttempts: 2, BackoffSeconds: 60}
			})
			for range many {
				w.manual(job.ID)
			}
			w.Advance(0)
			require.Len(t, w.engine.dispatched, many)
			// Each look finds ticks that wait for the runs.
			w.Outage(2 * time.Minute)
			others.Outage(2 * time.Minute)

			errs := make([]error, many)
			var group sync.WaitGroup
			for i, d := range w.engine.dispatched {
				service, status := w.Service, jobs.RunSucceeded
				if i%2 == 0 {
					service = others.Service
				}
				if i%5 == 0 {
					status = jobs.RunFailed
				}
				group.Go(func() {
					_, errs[i] = service.ReportRun(w.ctx, job.ID, d.Run.ID, d.Token, jobs.Report{Status: status})
				})
			}
			for _, scheduler := range []*jobs.Scheduler{jobs.NewScheduler(w.Service, nil, nil), jobs.NewScheduler(others.Service, nil, nil)} {
				group.Go(func() { _, _ = scheduler.Tick(w.ctx) })
			}
			group.Wait()
			for _, err := range errs {
				require.NoError(t, err)
			}
			list, err := w.ListVersions(w.ctx, w.Actor, job.ID, jobs.PageOptions{})
			require.NoError(t, err)
			runs := list.Versions[0].Runs
			require.Equal(t, many*4/5, runs.Succeeded)
			require.Equal(t, many/5, runs.Failed)
			require.GreaterOrEqual(t, runs.Active, many/5, "the next attempts")
		})
	}
}
