package replicas_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/testclock"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
)

// patientEngine keeps what it is given until it is told to end it.
type patientEngine struct {
	mu    sync.Mutex
	given []jobs.Dispatch
}

func (e *patientEngine) Dispatch(_ context.Context, d jobs.Dispatch) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.given = append(e.given, d)
	return nil
}

func (e *patientEngine) Cancel(context.Context, jobs.RunRef) error  { return nil }
func (e *patientEngine) Cleanup(context.Context, jobs.RunRef) error { return nil }

// taken is what the engine was given since it was last asked.
func (e *patientEngine) taken() []jobs.Dispatch {
	e.mu.Lock()
	defer e.mu.Unlock()
	given := e.given
	e.given = nil
	return given
}

// settler is the one scheduler that settles what the others left.
type settler struct {
	t         *testing.T
	store     storage.Store
	clock     *testclock.Clock
	service   *jobs.Service
	engine    *patientEngine
	scheduler *jobs.Scheduler
}

func newSettler(t *testing.T, store storage.Store, now time.Time, runs jobs.RunOptions) *settler {
	s := &settler{t: t, store: store, clock: testclock.At(now), engine: &patientEngine{}}
	s.service = jobs.NewService(store, &jobs.Options{Now: s.clock.Now, Runs: runs})
	// Many at once, so that a store can commit them together.
	s.scheduler = jobs.NewScheduler(s.service, s.engine, &jobs.SchedulerOptions{Workers: 64})
	return s
}

const (
	// settleStep is how far the clock goes between two looks: less than the
	// minute between two ticks, so that a backlog shrinks.
	settleStep = 20 * time.Second
	maxSettle  = 200_000
)

// settle lets the scheduler work, with an engine that ends everything at once,
// until every run has ended and no tick is left.
func (s *settler) settle() {
	s.t.Helper()
	for n := range maxSettle {
		s.rest()
		if n%5 == 0 && s.quiet() {
			return
		}
		s.clock.Advance(settleStep)
	}
	s.t.Fatal("what was left is not settled")
}

// rest lets the scheduler work until nothing is due.
func (s *settler) rest() {
	s.t.Helper()
	for range 1000 {
		_, err := s.scheduler.Tick(s.t.Context())
		require.NoError(s.t, err)
		s.end(s.engine.taken())
		if nothingDue(s.t, s.store, s.clock.Now()) {
			return
		}
	}
	s.t.Fatal("the scheduler does not come to rest")
}

// nothingDue reports whether nothing is due that can be done now. A run that is
// suspected is watched for a while, and one that an engine did not take waits.
func nothingDue(t *testing.T, store storage.Store, now time.Time) bool {
	t.Helper()
	for _, kind := range []storage.DueKind{storage.DueJobs, storage.DueDebts, storage.DueTombstones} {
		page, err := store.Due(t.Context(), storage.DueQuery{Kind: kind, Until: now, Limit: 1})
		require.NoError(t, err)
		if len(page.Items) > 0 || page.More {
			return false
		}
	}
	return true
}

// end reports that runs have succeeded, all at the same time.
func (s *settler) end(given []jobs.Dispatch) {
	s.t.Helper()
	errs := make([]error, len(given))
	var group sync.WaitGroup
	for i, d := range given {
		group.Go(func() {
			_, errs[i] = s.service.ReportRun(s.t.Context(), d.Run.JobID, d.Run.ID, d.Token, jobs.Report{Status: jobs.RunSucceeded})
		})
	}
	group.Wait()
	require.NoError(s.t, errors.Join(errs...))
}

// quiet reports whether all runs have ended, and no job has a tick that is due.
func (s *settler) quiet() bool {
	s.t.Helper()
	for _, job := range (&audit{t: s.t, service: s.service}).list() {
		if !job.NextRunAt.IsZero() && !job.NextRunAt.After(s.clock.Now()) {
			return false
		}
		going, err := s.store.ListRuns(s.t.Context(), storage.RunQuery{
			JobRef:   storage.JobRef{OrganizationID: job.OrganizationID, JobID: job.ID},
			Outcomes: []storage.Outcome{storage.Open}, Limit: 1,
		})
		require.NoError(s.t, err)
		if len(going.Runs) > 0 {
			return false
		}
	}
	return true
}
