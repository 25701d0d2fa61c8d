package jobs_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// hourly is the definition of a job with a schedule.
func hourly() versions.Definition {
	return versions.Definition{ClusterID: "C1", Config: sql("x"), CronExpression: "@hourly"}
}

// deafStore is a store of which calls never return, whatever their context, until
// it is let go.
type deafStore struct {
	storage.Store
	mu          sync.Mutex
	due, commit chan struct{}
}

func (d *deafStore) wait(gate *chan struct{}) {
	d.mu.Lock()
	wait := *gate
	d.mu.Unlock()
	if wait != nil {
		<-wait
	}
}

func (d *deafStore) set(gate *chan struct{}, to chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	*gate = to
}

func (d *deafStore) Due(ctx context.Context, q storage.DueQuery) (storage.DuePage, error) {
	d.wait(&d.due)
	return d.Store.Due(ctx, q)
}

func (d *deafStore) Commit(ctx context.Context, c storage.Change) error {
	d.wait(&d.commit)
	return d.Store.Commit(ctx, c)
}

func TestHealthSaysThatACallOfTheStoreDoesNotReturn(t *testing.T) {
	for name, test := range map[string]struct {
		gate func(*deafStore) *chan struct{}
		// patience is how long it takes until that is said, and behind is how far
		// behind the scheduler is then.
		patience time.Duration
		looks    bool
	}{
		"a read":   {func(d *deafStore) *chan struct{} { return &d.due }, 10 * time.Second, false},
		"a commit": {func(d *deafStore) *chan struct{} { return &d.commit }, time.Minute, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := &deafStore{Store: memory.New()}
				service := jobs.NewService(store, nil)
				_, err := service.CreateJob(t.Context(), teams.System(org), jobs.NewJob{Key: "job", TeamIDs: []string{"T1"}, Definition: hourly()})
				require.NoError(t, err)
				scheduler := jobs.NewScheduler(service, &engine{}, nil)
				ctx, stop := context.WithCancel(t.Context())
				var group sync.WaitGroup
				group.Go(func() { _ = scheduler.Run(ctx) })
				hour := time.Now().Truncate(time.Hour).Add(time.Hour)
				<-time.After(time.Until(hour) - 500*time.Millisecond)
				h := scheduler.Health()
				require.Less(t, h.At.Sub(h.LookedAt), 3*time.Second)
				require.Zero(t, h.Behind)

				let := make(chan struct{})
				store.set(test.gate(store), let)
				<-time.After(9 * time.Second)
				require.Empty(t, scheduler.Health().Failing, "it may still answer")
				<-time.After(test.patience)
				h = scheduler.Health()
				require.True(t, h.Running)
				require.Len(t, h.Failing, 1)
				require.Equal(t, "store", h.Failing[0].Part)
				require.Equal(t, "a call of the store does not return", h.Failing[0].Message)
				require.NoError(t, h.Failing[0].Err)
				require.WithinDuration(t, hour, h.Failing[0].Since, time.Second)
				require.InDelta(t, (9*time.Second + test.patience).Seconds(), h.Behind.Seconds(), 3)
				require.Equal(t, test.looks, h.At.Sub(h.LookedAt) < 3*time.Second)

				store.set(test.gate(store), nil)
				close(let)
				<-time.After(10 * time.Second)
				h = scheduler.Health()
				require.Empty(t, h.Failing)
				require.Zero(t, h.Behind)
				stop()
				group.Wait()
			})
		})
	}
}

// deafEngine is a dispatcher that does not return from requests, or does not say
// how much room it has, until it is let go.
type deafEngine struct {
	engine
	dispatch, free chan struct{}
}

func (d *deafEngine) Dispatch(ctx context.Context, dispatch jobs.Dispatch) error {
	<-d.dispatch
	return d.engine.Dispatch(ctx, dispatch)
}

func (d *deafEngine) Free(string) int {
	<-d.free
	return 10
}

func (*deafEngine) Freed() <-chan struct{} { return nil }
func (*deafEngine) Cleans() bool           { return true }

func TestHealthSaysThatTheDispatcherDoesNotReturn(t *testing.T) {
	for message, breakIt := range map[string]func(*deafEngine) chan struct{}{
		"requests to the dispatcher do not return": func(d *deafEngine) chan struct{} {
			d.dispatch = make(chan struct{})
			return d.dispatch
		},
		"the dispatcher does not say how many runs it has room for": func(d *deafEngine) chan struct{} {
			d.free = make(chan struct{})
			return d.free
		},
	} {
		t.Run(message, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				service := jobs.NewService(memory.New(), nil)
				job, err := service.CreateJob(t.Context(), teams.System(org), jobs.NewJob{Key: "job", TeamIDs: []string{"T1"}, Definition: definition()})
				require.NoError(t, err)
				_, err = service.CreateRun(t.Context(), teams.System(org), job.ID, jobs.NewRun{})
				require.NoError(t, err)
				open := make(chan struct{})
				close(open)
				dispatcher := &deafEngine{dispatch: open, free: open}
				let := breakIt(dispatcher)
				scheduler := jobs.NewScheduler(service, dispatcher, nil)
				ctx, stop := context.WithCancel(t.Context())
				began := time.Now()
				var group sync.WaitGroup
				group.Go(func() { _ = scheduler.Run(ctx) })
				<-time.After(30 * time.Second)
				h := scheduler.Health()
				require.Len(t, h.Failing, 1)
				require.Equal(t, "dispatcher", h.Failing[0].Part)
				require.Equal(t, message, h.Failing[0].Message)
				require.WithinDuration(t, began, h.Failing[0].Since, 11*time.Second)
				require.Less(t, h.At.Sub(h.LookedAt), 3*time.Second, "ticks wait for no engine")

				close(let)
				<-time.After(10 * time.Minute)
				require.Empty(t, scheduler.Health().Failing)
				stop()
				group.Wait()
			})
		})
	}
}
