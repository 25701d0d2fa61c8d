package local_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/local"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

const organization = "ORG1"

// shop is a service with a scheduler and a local dispatcher, in simulated time.
type shop struct {
	*jobs.Service
	t          *testing.T
	dispatcher *local.Dispatcher
	job        jobs.Job
	actor      teams.Actor
	stop       func()
}

// openShop starts one with a job whose version times out after an hour.
func openShop(t *testing.T, store storage.Store, worker local.Worker, opts *local.Options) *shop {
	t.Helper()
	s := &shop{Service: jobs.NewService(store, nil), t: t, actor: teams.System(organization)}
	job, err := s.CreateJob(t.Context(), s.actor, jobs.NewJob{
		Key: "job", TeamIDs: []string{"T1"},
		Definition: versions.Definition{ClusterID: "C1", Config: []byte(`{"sql":{"source":"x"}}`), TimeoutSeconds: 3600},
	})
	require.NoError(t, err)
	s.job, s.dispatcher = job, local.New(s.Service, worker, opts)
	ctx, cancel := context.WithCancel(t.Context())
	scheduler := jobs.NewScheduler(s.Service, s.dispatcher, nil)
	var group sync.WaitGroup
	group.Go(func() { _ = scheduler.Run(ctx) })
	s.stop = func() {
		cancel()
		group.Wait()
		require.NoError(t, s.dispatcher.Close(context.WithoutCancel(ctx)))
	}
	return s
}

// start makes a run.
func (s *shop) start() jobs.Run {
	s.t.Helper()
	run, err := s.CreateRun(s.t.Context(), s.actor, s.job.ID, jobs.NewRun{})
	require.NoError(s.t, err)
	return run
}

// after reads a run when some time has passed.
func (s *shop) after(d time.Duration, run jobs.Run) jobs.Run {
	s.t.Helper()
	<-time.After(d)
	synctest.Wait()
	run, err := s.JobRun(s.t.Context(), s.actor, s.job.ID, run.ID)
	require.NoError(s.t, err)
	return run
}

// takes is a worker that takes so long.
func takes(d time.Duration) local.Worker {
	return func(ctx context.Context, _ jobs.Dispatch) ([]byte, error) {
		select {
		case <-time.After(d):
			return nil, nil
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// silent is a store whose commits to jobs fail while broken says so.
type silent struct {
	storage.Store
	broken func() error
}

func (s *silent) Commit(ctx context.Context, c storage.Change) error {
	if c.JobID != "" {
		if err := s.broken(); err != nil {
			return err
		}
	}
	return s.Store.Commit(ctx, c)
}

// silentWhile returns a memory store whose commits fail while broken says so.
func silentWhile(broken func() error) *silent {
	return &silent{Store: memory.New(), broken: broken}
}
