package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"example.com/nightly/wire"
)

var (
	errCancelled = errors.New("the run was cancelled")
	errForgotten = errors.New("the control plane no longer wants the run")
	errShutdown  = errors.New("the worker was shut down")
)

// worker runs up to so many runs at once.
type worker struct {
	api   string
	slots int

	mu     sync.Mutex
	closed bool
	busy   int
	// tasks are the runs that are known, by their ID, until the control plane
	// asks for their cleanup: also those that have ended.
	tasks map[string]*task
	group sync.WaitGroup
}

// task is one run in this worker.
type task struct {
	wire.Run
	token string // of the newest dispatch; guarded by worker.mu
	// stop ends the work, and forget ends the reports about it too.
	stop   context.CancelCauseFunc
	forget context.CancelFunc
}

func newWorker(api string, slots int) *worker {
	return &worker{api: api, slots: slots, tasks: map[string]*task{}}
}

// routes are what the control plane calls. All need the secret.
func (w *worker) routes(secret string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /runs/{run}", w.put)
	mux.HandleFunc("POST /runs/{run}/cancel", w.cancel)
	mux.HandleFunc("DELETE /runs/{run}", w.delete)
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !wire.Shows(r, secret) {
			rw.WriteHeader(http.StatusUnauthorized)
			return
		}
		mux.ServeHTTP(rw, r)
	})
}

// put starts a run. One that is known goes on, with the new token.
func (w *worker) put(rw http.ResponseWriter, r *http.Request) {
	var run wire.Run
	if err := json.NewDecoder(http.MaxBytesReader(rw, r.Body, 1<<20)).Decode(&run); err != nil {
		rw.WriteHeader(http.StatusBadRequest)
		return
	}
	if !knows(run.Config) {
		rw.WriteHeader(http.StatusUnprocessableEntity)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if t := w.tasks[run.RunID]; t != nil {
		t.token = run.Token
		rw.WriteHeader(http.StatusAccepted)
		return
	}
	if w.closed || w.busy == w.slots {
		rw.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	known, forget := context.WithCancel(context.Background())
	working, stop := context.WithCancelCause(known)
	t := &task{Run: run, token: run.Token, stop: stop, forget: forget}
	w.tasks[run.RunID] = t
	w.busy++
	w.group.Go(func() { w.run(known, working, t) })
	rw.WriteHeader(http.StatusAccepted)
}

// cancel stops a run. It is no error that the run is not known.
func (w *worker) cancel(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if t := w.tasks[r.PathValue("run")]; t != nil {
		t.stop(errCancelled)
	}
	rw.WriteHeader(http.StatusAccepted)
}

// delete forgets a run, and stops it if it still works.
func (w *worker) delete(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if t := w.tasks[r.PathValue("run")]; t != nil {
		t.stop(errForgotten)
		t.forget()
		delete(w.tasks, t.RunID)
	}
	rw.WriteHeader(http.StatusAccepted)
}

// run takes one run to its end: working ends when its work is to stop, known
// when nothing more is to be reported.
func (w *worker) run(known, working context.Context, t *task) {
	err := w.report(known, t, wire.Report{Status: "running"})
	switch {
	case err == nil:
		err = w.report(known, t, w.finish(working, t))
	case errors.Is(err, errCancelled): // before it began
		err = w.report(known, t, wire.Report{Status: "cancelled"})
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busy--
	if errors.Is(err, errForgotten) {
		delete(w.tasks, t.RunID)
	}
}

// finish does the work beside its heartbeat, and returns what to report.
func (w *worker) finish(ctx context.Context, t *task) wire.Report {
	var heart sync.WaitGroup
	heart.Go(func() { w.beat(ctx, t) })
	report := wire.Report{StartedAt: time.Now()}
	results, err := do(ctx, t.Run)
	report.CompletedAt = time.Now()
	cause := context.Cause(ctx)
	t.stop(nil) // ends the heartbeat
	heart.Wait()

	switch {
	case err == nil:
		report.Status, report.Results = "succeeded", results
	case errors.Is(cause, errCancelled):
		report.Status = "cancelled"
	default:
		report.Status, report.Message = "failed", err.Error()
	}
	return report
}

// do does the work. A panic is a failed run, and not the end of the worker.
func do(ctx context.Context, run wire.Run) (results json.RawMessage, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the work panicked: %v", p)
		}
	}()
	return work(ctx, run)
}

// close stops what runs, and waits until that is reported, but not for longer
// than the grace.
func (w *worker) close(grace time.Duration) {
	w.mu.Lock()
	w.closed = true
	for _, t := range w.tasks {
		t.stop(errShutdown)
		time.AfterFunc(grace, t.forget)
	}
	w.mu.Unlock()
	w.group.Wait()
}
