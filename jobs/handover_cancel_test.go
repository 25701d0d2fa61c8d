package jobs_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
)

func (h *handover) cancel(runID string) {
	h.t.Helper()
	_, err := h.CancelRun(h.t.Context(), h.actor, h.job.ID, runID)
	require.NoError(h.t, err)
}

// firstHangs never returns from its first dispatch, and takes the others.
type firstHangs struct {
	engine
	forever chan struct{}
	once    sync.Once
	service *jobs.Service
}

func (f *firstHangs) Dispatch(_ context.Context, d jobs.Dispatch) error {
	first := false
	f.once.Do(func() { first = true })
	if first {
		<-f.forever
		return errors.New("late")
	}
	go func() {
		_, _ = f.service.ReportRun(context.Background(), d.Run.JobID, d.Run.ID, d.Token, jobs.Report{Status: jobs.RunRunning})
	}()
	return nil
}

func TestACancelWaitsForNoDispatchThatWasLeftBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHandover(t, jobs.NewService(memory.New(), nil), 0)
		engine := &firstHangs{forever: make(chan struct{}), service: h.Service}
		stop := h.start(engine)
		run := h.run()
		<-time.After(20 * time.Second)
		require.Equal(t, jobs.RunRunning, h.read(run).Status)
		h.cancel(run)
		<-time.After(2 * time.Second)
		engine.mu.Lock()
		require.Equal(t, []string{run}, engine.cancelled)
		engine.mu.Unlock()
		close(engine.forever)
		stop()
	})
}

// faraway is an engine that hears of a run five seconds after it is dispatched.
type faraway struct {
	engine
	has, stopped map[string]bool
}

func (f *faraway) Dispatch(_ context.Context, d jobs.Dispatch) error {
	<-time.After(5 * time.Second)
	return f.note(func() { f.has[d.Run.ID] = true })
}

func (f *faraway) Cancel(_ context.Context, r jobs.RunRef) error {
	return f.note(func() { f.stopped[r.RunID] = f.has[r.RunID] })
}

func TestACancelThatOvertakesADispatchIsToldAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHandover(t, jobs.NewService(memory.New(), nil), 0)
		engine := &faraway{has: map[string]bool{}, stopped: map[string]bool{}}
		one, other := h.start(engine), h.start(engine)
		run := h.run()
		<-time.After(2 * time.Second)
		h.cancel(run)
		<-time.After(30 * time.Second)
		one()
		other()
		require.True(t, engine.has[run])
		require.True(t, engine.stopped[run], "the ledger says %s", h.read(run).Status)
	})
}
