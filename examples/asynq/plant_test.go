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

// plant is a control plane in this process, with a Redis; its workers are
// processes of their own.
type plant struct {
	t *testing.T
	*jobs.Service
	actor      teams.Actor
	folder     string
	redis, url string
	client     *redis.Client
	dispatcher *spy
}

func newPlant(t *testing.T) *plant {
	t.Helper()
	p := &plant{t: t, actor: teams.System(organization), folder: t.TempDir()}
	p.redis, p.client = startRedis(t)
	p.Service = jobs.NewService(memory.New(), &jobs.Options{
		Runs: jobs.RunOptions{Lease: shortLease, DispatchBackoff: 50 * time.Millisecond},
	})
	server := httptest.NewServer(handler(p.Service, "secret", nil))
	t.Cleanup(server.Close)
	p.url = server.URL + "/api/v1"
	p.dispatcher = &spy{Dispatcher: NewDispatcher(p.client, p.Service)}
	p.schedule()
	return p
}

// schedule runs a scheduler until the test ends.
func (p *plant) schedule() {
	scheduler := jobs.NewScheduler(p.Service, p.dispatcher, &jobs.SchedulerOptions{Poll: 50 * time.Millisecond})
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	group.Go(func() { _ = scheduler.Run(ctx) }) // it returns nil
	p.t.Cleanup(func() {
		cancel()
		group.Wait()
	})
}

// worker starts a worker process.
func (p *plant) worker() *process {
	p.t.Helper()
	return start(p.t, p.folder, "-mode", "worker", "-redis", p.redis, "-server", p.url)
}

// begin makes a job that does what source says, and a run of it.
func (p *plant) begin(source string) jobs.Run {
	p.t.Helper()
	job, err := p.CreateJob(p.t.Context(), p.actor, jobs.NewJob{
		Key: source, TeamIDs: []string{"T1"},
		Definition: versions.Definition{ClusterID: "C1", Config: []byte(`{"sql":{"source":"` + source + `"}}`)},
	})
	require.NoError(p.t, err)
	run, err := p.CreateRun(p.t.Context(), p.actor, job.ID, jobs.NewRun{})
	require.NoError(p.t, err)
	return run
}

// await waits until a run has a status, and returns it then.
func (p *plant) await(run jobs.Run, status jobs.RunStatus) jobs.Run {
	p.t.Helper()
	eventually(p.t, "the run is "+string(status), func() bool {
		var err error
		run, err = p.JobRun(p.t.Context(), p.actor, run.JobID, run.ID)
		require.NoError(p.t, err)
		return run.Status == status || run.Status.Terminal()
	})
	require.Equal(p.t, status, run.Status, run.StatusMessage)
	return run
}

// elapsed is for how long a run has been dispatched.
func (p *plant) elapsed(run jobs.Run) time.Duration { return time.Since(run.DispatchedAt) }

// pids are the processes that a run was started in.
func (p *plant) pids(run jobs.Run) []int {
	p.t.Helper()
	all, err := starts(p.folder)
	require.NoError(p.t, err)
	var pids []int
	for _, s := range all {
		if s.runID == run.ID {
			pids = append(pids, s.pid)
		}
	}
	return pids
}

// letGo ends the waiting of jobs that wait.
func (p *plant) letGo() {
	p.t.Helper()
	require.NoError(p.t, os.WriteFile(filepath.Join(p.folder, "go"), nil, 0o600))
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
