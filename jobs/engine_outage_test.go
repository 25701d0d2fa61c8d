package jobs_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/local"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// silentStore is a store that does not say what is due.
type silentStore struct {
	storage.Store
	err error
}

func (s *silentStore) Due(ctx context.Context, q storage.DueQuery) (storage.DuePage, error) {
	if s.err != nil {
		return storage.DuePage{}, s.err
	}
	return s.Store.Due(ctx, q)
}

func TestAnOutageIsOneLineWhenItBeginsAndOneWhenItEnds(t *testing.T) {
	for name, fail := range map[string]func(w *World, store *silentStore, err error){
		"of the engine": func(w *World, _ *silentStore, err error) {
			w.engine.answer = func() error { return err }
		},
		"of the store": func(_ *World, store *silentStore, err error) {
			store.err = err
		},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			store := &silentStore{Store: memory.New()}
			w := newWorldOn(t, store, &jobs.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
			job := w.create("job")
			for range 3 {
				w.manual(job.ID)
			}
			fail(w, store, errors.New("dial tcp 10.0.0.7:443: connection refused"))
			for range 120 {
				w.look()
				w.Outage(5 * time.Second)
			}
			fail(w, store, nil)
			for range 120 {
				w.look()
				w.Outage(5 * time.Second)
			}
			require.Equal(t, 1, strings.Count(log.String(), "an outage begins"), log.String())
			require.Equal(t, 1, strings.Count(log.String(), "an outage ends"))
			require.Equal(t, 2, strings.Count(log.String(), "\n"))
			require.Contains(t, log.String(), "10.0.0.7", "the log says why")
			for _, run := range w.runs(job.ID) {
				require.NotContains(t, run.StatusMessage, "10.0.0.7", "members do not read it")
			}
		})
	}
}

// deafFor is an engine that never comes back from requests of one organization.
type deafFor struct {
	engine
	organizationID string
	hang           chan struct{}
	hanging        atomic.Int64
}

func (d *deafFor) Dispatch(ctx context.Context, dispatch jobs.Dispatch) error {
	if dispatch.Run.OrganizationID == d.organizationID {
		d.hanging.Add(1)
		<-d.hang
	}
	return d.engine.Dispatch(ctx, dispatch)
}

func TestARequestThatHangsKeepsItsSlotAndIsSaidSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := jobs.NewService(memory.New(), nil)
		create := func(organizationID string, n int) {
			actor := teams.System(organizationID)
			job, err := service.CreateJob(t.Context(), actor, jobs.NewJob{
				Key: "job", TeamIDs: []string{"T1"}, Definition: versions.Definition{ClusterID: "C1", Config: sql("x")},
			})
			require.NoError(t, err)
			for range n {
				_, err := service.CreateRun(t.Context(), actor, job.ID, jobs.NewRun{})
				require.NoError(t, err)
			}
		}
		dispatcher := &deafFor{organizationID: "ORG1", hang: make(chan struct{})}
		var said atomic.Int64
		scheduler := jobs.NewScheduler(service, dispatcher, &jobs.SchedulerOptions{Workers: 1, OnError: func(err error) {
			if errors.Is(err, jobs.ErrHanging) {
				said.Add(1)
			}
		}})
		create("ORG1", 20)
		ctx, stop := context.WithCancel(t.Context())
		var group sync.WaitGroup
		group.Go(func() { _ = scheduler.Run(ctx) })
		<-time.After(10 * time.Minute)
		create("ORG2", 5)
		<-time.After(3 * time.Second)
		require.EqualValues(t, 2, dispatcher.hanging.Load(), "half of the slots")
		require.EqualValues(t, 2, said.Load())
		require.Len(t, dispatcher.dispatched, 5, "the other organization's")
		stop()
		group.Wait()
		close(dispatcher.hang)
	})
}

func TestALeapDayJobAloneInAStore(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", scheduled("0 0 29 2 *", "", ""))
	for w.Now().Before(time.Date(2028, 2, 29, 0, 0, 1, 0, time.UTC)) {
		w.Outage(12 * time.Hour)
		_, err := w.Scheduler.Tick(w.ctx)
		require.NoError(t, err)
	}
	require.Equal(t, []string{"00:00 fired"}, w.fates(job.ID))
}

// full is a store that can be read, and not be written to.
type full struct {
	storage.Store
	isFull atomic.Bool
}

func (f *full) Commit(ctx context.Context, c storage.Change) error {
	if f.isFull.Load() {
		return errors.New("no space left on device")
	}
	return f.Store.Commit(ctx, c)
}

func TestSilenceProvesNothingWhileNoHeartbeatCanBeWritten(t *testing.T) {
	step := torture.Figure(8300*time.Millisecond, 1700*time.Millisecond)
	for long := 30 * time.Second; long < 200*time.Second; long += step {
		synctest.Test(t, func(t *testing.T) {
			store := &full{Store: memory.New()}
			service, actor := jobs.NewService(store, nil), teams.System(org)
			job, err := service.CreateJob(t.Context(), actor, jobs.NewJob{
				Key: "job", TeamIDs: []string{"T1"}, Definition: versions.Definition{ClusterID: "C1", Config: sql("x")},
			})
			require.NoError(t, err)
			run, err := service.CreateRun(t.Context(), actor, job.ID, jobs.NewRun{})
			require.NoError(t, err)
			dispatcher := local.New(service, func(ctx context.Context, _ jobs.Dispatch) ([]byte, error) {
				select {
				case <-time.After(6 * time.Minute):
					return nil, nil
				case <-ctx.Done():
					return nil, context.Cause(ctx)
				}
			}, nil)
			ctx, stop := context.WithCancel(t.Context())
			var group sync.WaitGroup
			group.Go(func() { _ = jobs.NewScheduler(service, dispatcher, nil).Run(ctx) })
			<-time.After(time.Minute)
			store.isFull.Store(true)
			<-time.After(long)
			store.isFull.Store(false)
			<-time.After(10 * time.Minute)
			run, err = service.JobRun(t.Context(), actor, job.ID, run.ID)
			require.NoError(t, err)
			require.Equal(t, jobs.RunSucceeded, run.Status, run.StatusMessage)
			stop()
			group.Wait()
			require.NoError(t, dispatcher.Close(t.Context()))
		})
	}
}

func TestAnItemThatFailsIsLoggedWhenThatBegins(t *testing.T) {
	var log bytes.Buffer
	store := &rewriting{Store: memory.New()}
	w := newWorldOn(t, store, &jobs.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	heard := 0
	w.Scheduler = jobs.NewScheduler(w.Service, w.engine, &jobs.SchedulerOptions{OnError: func(error) { heard++ }})
	job := w.create("job", scheduled("@hourly", "", ""))
	store.only, store.doc = job.ID, func([]byte) []byte { return []byte{0xff} }
	w.Outage(time.Hour)
	for range 60 {
		w.look()
		w.Outage(5 * time.Second)
	}
	require.Equal(t, 1, strings.Count(log.String(), "\n"), log.String())
	require.Contains(t, log.String(), "job="+job.ID)
	require.Greater(t, heard, 3)
}
