package jobs_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
)

func TestTheObserverHearsOfWhatHappens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var got []string
		w := newWorld(t, &jobs.Options{Observer: func(_ context.Context, e jobs.Event) {
			mu.Lock()
			defer mu.Unlock()
			got = append(got, string(e.Kind)+" "+e.JobKey)
			require.Zero(t, e.Seq)
			require.False(t, e.At.IsZero())
			require.Equal(t, org, e.Actor.OrganizationID)
		}})
		job := w.create("job", scheduled("@hourly", "skip", "latest"))
		w.at(time.Hour)
		w.report(w.engine.dispatched[0].Run.ID, jobs.Report{Status: jobs.RunRunning})
		w.report(w.engine.dispatched[0].Run.ID, jobs.Report{Status: jobs.RunSucceeded})
		w.at(4*time.Hour + time.Minute)
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		require.Equal(t, []string{"job.created job", "run.started job", "run.succeeded job", "tick.coalesced job"}, got, job.ID)
	})
}

// An observer that is slow holds up no scheduler, and no memory grows.
func TestASlowObserverHoldsUpNoScheduler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := make(chan struct{})
		told := 0
		w := newWorld(t, &jobs.Options{Observer: func(_ context.Context, e jobs.Event) {
			if e.Kind == jobs.TickCoalesced {
				<-hang
				told++
			}
		}})
		for n := range 5 {
			w.create(fmt.Sprint(n), scheduled("@hourly", "skip", "latest"))
		}
		began := time.Now()
		w.at(3 * time.Hour)
		require.Zero(t, time.Since(began))
		close(hang)
		synctest.Wait()
		require.Equal(t, 5, told)
	})
}
