package main

import (
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// shortLease is long beside a heartbeat, and short beside a test.
const shortLease = 2 * time.Second

// World is a control plane in this process, with a Redis; its workers are
// processes of their own.
type World struct {
	t *testing.T
	*jobs.Service
	actor      teams.Actor
	folder     string
	redis, url string
	client     *redis.Client
	dispatcher *spy
}

func newWorld(t *testing.T) *World {
	t.Helper()
	w := &World{t: t, actor: teams.System(organization), folder: t.TempDir()}
	w.redis, w.client = startRedis(t)
	w.Service = jobs.NewService(memory.New(), &jobs.Options{
		Runs: jobs.RunOptions{Lease: shortLease, DispatchBackoff: 50 * time.Millisecond},
	})
	server := httptest.NewServer(handler(w.Service, "secret", nil))
	t.Cleanup(server.Close)
	w.url = server.URL + "/api/v1"
	w.dispatcher = &spy{Dispatcher: NewDispatcher(w.client, w.Service)}
	w.schedule()
	return w
}

// schedule runs a scheduler until the test ends.
func (w *World) schedule() {
	scheduler := jobs.NewScheduler(w.Service, w.dispatcher, &jobs.SchedulerOptions{Poll: 50 * time.Millisecond})
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	group.Go(func() { _ = scheduler.Run(ctx) }) // it returns nil
	w.t.Cleanup(func() {
		cancel()
		group.Wait()
	})
}

// worker starts a worker process.
func (w *World) worker() *process {
	w.t.Helper()
	return start(w.t, w.folder, "-mode", "worker", "-redis", w.redis, "-server", w.url)
}

// begin makes a job that does what source says, and a run of it.
func (w *World) begin(source string) jobs.Run {
	w.t.Helper()
	job, err := w.CreateJob(w.t.Context(), w.actor, jobs.NewJob{
		Key: source, TeamIDs: []string{"T1"},
		Definition: versions.Definition{ClusterID: "C1", Config: []byte(`{"sql":{"source":"` + source + `"}}`)},
	})
	require.NoError(w.t, err)
	run, err := w.CreateRun(w.t.Context(), w.actor, job.ID, jobs.NewRun{})
	require.NoError(w.t, err)
	return run
}

// await waits until a run has a status, and returns it then.
func (w *World) await(run jobs.Run, status jobs.RunStatus) jobs.Run {
	w.t.Helper()
	eventually(w.t, "the run is "+string(status), func() bool {
		var err error
		run, err = w.JobRun(w.t.Context(), w.actor, run.JobID, run.ID)
		require.NoError(w.t, err)
		return run.Status == status || run.Status.Terminal()
	})
	require.Equal(w.t, status, run.Status, run.StatusMessage)
	return run
}

// elapsed is for how long a run has been dispatched.
func (w *World) elapsed(run jobs.Run) time.Duration { return time.Since(run.DispatchedAt) }

// pids are the processes that a run was started in.
func (w *World) pids(run jobs.Run) []int {
	w.t.Helper()
	all, err := starts(w.folder)
	require.NoError(w.t, err)
	var pids []int
	for _, s := range all {
		if s.runID == run.ID {
			pids = append(pids, s.pid)
		}
	}
	return pids
}

// letGo ends the waiting of jobs that wait.
func (w *World) letGo() {
	w.t.Helper()
	require.NoError(w.t, os.WriteFile(filepath.Join(w.folder, "go"), nil, 0o600))
}

// spy remembers what is dispatched, and loses as many answers as it is told.
type spy struct {
	*Dispatcher
	mu         sync.Mutex
	lose       int
	dispatched []jobs.Dispatch
}

func (s *spy) Dispatch(ctx context.Context, d jobs.Dispatch) error {
	err := s.Dispatcher.Dispatch(ctx, d)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dispatched = append(s.dispatched, d)
	if s.lose > 0 {
		s.lose--
		return context.DeadlineExceeded
	}
	return err
}

func (s *spy) seen() []jobs.Dispatch {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]jobs.Dispatch(nil), s.dispatched...)
}
