package jobs_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
)

// slowly makes a service whose policy takes a second for each answer, on a store
// with 32 jobs that roles let everybody see.
func slowly(t *testing.T, sees bool) *jobs.Service {
	w := newWorldOn(t, memory.New(), nil)
	for n := range 32 {
		job := w.create(fmt.Sprint(n))
		_, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{})
		require.NoError(t, err)
	}
	return jobs.NewService(w.store, &jobs.Options{Now: w.Now, Policy: func(context.Context, jobs.Access) (bool, error) {
		<-time.After(time.Second)
		return sees, nil
	}})
}

// Whoever reads about many jobs does not wait for a slow policy once for each.
func TestASlowPolicyIsAskedAboutSeveralJobsAtOnce(t *testing.T) {
	for name, read := range map[string]func(context.Context, *jobs.Service) error{
		"fires": func(ctx context.Context, s *jobs.Service) error {
			return second(s.Fires(ctx, teams.System(org), jobs.FiresQuery{}))
		},
		"the journal": func(ctx context.Context, s *jobs.Service) error {
			return second(s.ListEvents(ctx, teams.System(org), jobs.EventQuery{}))
		},
		"runs": func(ctx context.Context, s *jobs.Service) error {
			return second(s.ListMyRuns(ctx, teams.System(org), jobs.RunQuery{}))
		},
		"an export": func(ctx context.Context, s *jobs.Service) error {
			for _, err := range s.Export(ctx, teams.System(org)) {
				if err != nil {
					return err
				}
			}
			return nil
		},
		"a graph": func(ctx context.Context, s *jobs.Service) error {
			return second(s.Graph(ctx, teams.System(org), jobs.GraphQuery{}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := slowly(t, true)
				before := time.Now()
				require.NoError(t, read(t.Context(), s))
				require.LessOrEqual(t, time.Since(before), 2*time.Second)
			})
		})
	}
}

// Whoever waits for an event comes back when the wait is over, also while there is
// much that it does not see: a stream then looks at who reads it.
func TestAWaitForEventsEndsInALongJournal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		for n := range 300 {
			w.create(fmt.Sprint(n))
		}
		s := jobs.NewService(w.store, &jobs.Options{Now: w.Now, Policy: func(context.Context, jobs.Access) (bool, error) {
			<-time.After(time.Second)
			return false, nil
		}})
		before := time.Now()
		list, err := s.ListEvents(t.Context(), w.Actor, jobs.EventQuery{Ascending: true, Wait: 5 * time.Second})
		require.NoError(t, err)
		require.Empty(t, list.Events)
		require.EqualValues(t, 100, list.Marker)
		require.Equal(t, 7*time.Second, time.Since(before)) // a page is not cut short
	})
}
