package jobs_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/testclock"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// handover is a job on a store of its own, whose runs are handed to engines.
type handover struct {
	t     *testing.T
	actor teams.Actor
	*jobs.Service
	job jobs.Job
}

func newHandover(t *testing.T, service *jobs.Service, timeoutSeconds int) *handover {
	t.Helper()
	h := &handover{t: t, actor: teams.System(org), Service: service}
	var err error
	h.job, err = service.CreateJob(t.Context(), h.actor, jobs.NewJob{Key: "job", TeamIDs: []string{"T1"}, Definition: versions.Definition{
		ClusterID: "C1", Config: sql("x"), TimeoutSeconds: timeoutSeconds,
	}})
	require.NoError(t, err)
	return h
}

func (h *handover) run() string {
	h.t.Helper()
	run, err := h.CreateRun(h.t.Context(), h.actor, h.job.ID, jobs.NewRun{})
	require.NoError(h.t, err)
	return run.ID
}

func (h *handover) read(runID string) jobs.Run {
	h.t.Helper()
	run, err := h.JobRun(h.t.Context(), h.actor, h.job.ID, runID)
	require.NoError(h.t, err)
	return run
}

// start starts a scheduler.
func (h *handover) start(dispatcher jobs.Dispatcher) (stop func()) {
	ctx, cancel := context.WithCancel(h.t.Context())
	var group sync.WaitGroup
	group.Go(func() { _ = jobs.NewScheduler(h.Service, dispatcher, nil).Run(ctx) })
	return func() { cancel(); group.Wait() }
}

func TestATimeoutIsWatchedByAClockThatIsAhead(t *testing.T) {
	store, slow, fast := memory.New(), testclock.At(epoch), testclock.At(epoch.Add(90*time.Second))
	h := newHandover(t, jobs.NewService(store, &jobs.Options{Now: slow.Now}), 60)
	claims := jobs.NewScheduler(h.Service, &engine{}, nil)
	watches := jobs.NewScheduler(jobs.NewService(store, &jobs.Options{Now: fast.Now}), nil, nil)
	look := func(seconds int) {
		for range seconds {
			_, err := claims.Tick(t.Context())
			require.NoError(t, err)
			_, err = watches.Tick(t.Context())
			require.NoError(t, err)
			slow.Advance(time.Second)
			fast.Advance(time.Second)
		}
	}
	look(200)
	run := h.run()
	look(59)
	require.Equal(t, jobs.RunStarting, h.read(run).Status)
	look(5)
	require.Equal(t, jobs.RunTimeout, h.read(run).Status)
}

func TestAClaimedRunThatNoEngineHadIsDispatchedAgainWhateverItsTimeout(t *testing.T) {
	store, clock := memory.New(), testclock.At(epoch)
	h := newHandover(t, jobs.NewService(store, &jobs.Options{Now: clock.Now}), 5)
	run := h.run()
	killed := &dying{Store: store, at: 2, made: true, killed: make(chan struct{})} // after the evidence
	first, second := &engine{}, &engine{}
	_, err := jobs.NewScheduler(jobs.NewService(killed, &jobs.Options{Now: clock.Now}), first, nil).Tick(t.Context())
	require.ErrorIs(t, err, errKilled)
	require.Equal(t, jobs.RunStarting, h.read(run).Status)
	scheduler := jobs.NewScheduler(h.Service, second, nil)
	for range 130 {
		_, err := scheduler.Tick(t.Context())
		require.NoError(t, err)
		clock.Advance(time.Second)
	}
	require.Empty(t, first.dispatched)
	require.NotEmpty(t, second.dispatched, h.read(run).StatusMessage)
}

func TestNoTimeoutWhileAnotherReplicaHandsARunOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHandover(t, jobs.NewService(memory.New(), nil), 5)
		hands, watches := h.start(&hanging{}), h.start(nil)
		run := h.run()
		<-time.After(time.Minute)
		require.False(t, h.read(run).Status.Terminal(), h.read(run).StatusMessage)
		hands()
		watches()
	})
}

func TestTheFirstReportSetsTheTimeoutFromTheClaim(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", func(j *jobs.NewJob) { j.TimeoutSeconds = 600 })
	run := w.manual(job.ID)
	w.Advance(0)
	for range 599 / 10 {
		w.Advance(10 * time.Second)
		w.report(run.ID, jobs.Report{Status: jobs.RunRunning})
	}
	require.Equal(t, []jobs.RunStatus{jobs.RunRunning}, w.statuses(job.ID))
	w.Advance(10 * time.Second)
	require.Equal(t, []jobs.RunStatus{jobs.RunTimeout}, w.statuses(job.ID))
}
