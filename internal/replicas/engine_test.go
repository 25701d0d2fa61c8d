package replicas_test

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
)

// engine is apart from the replicas, which hand their runs to it over a socket. It
// works on what it has whether they are there or not, until it crashes; it can
// hang, and be out of reach.
type engine struct {
	service *jobs.Service
	now     func() time.Time
	at      string // its socket

	mu    sync.Mutex
	lives map[string]*life // by run
	twice int
	// away is whether its reports do not get through, unreachable whether its
	// answers do not, and hangs is closed when it does not hang any more.
	away, unreachable bool
	hangs             chan struct{}
	group             sync.WaitGroup
}

// life is what the engine did for a run.
type life struct {
	task
	stop context.CancelFunc
	// heard is when it last got a report through, and died when it was lost by a
	// crash, in the time of the jobs.
	heard, died time.Time
	// stalled is whether the engine itself was silent for too long.
	stalled bool
	ended   bool
}

// task is what an engine is told.
type task struct{ OrganizationID, JobID, RunID, Token string }

func startEngine(t *testing.T, service *jobs.Service, now func() time.Time) *engine {
	t.Helper()
	e := &engine{service: service, now: now, at: filepath.Join(t.TempDir(), "engine"), lives: map[string]*life{}}
	listener, err := net.Listen("unix", e.at)
	require.NoError(t, err)
	mux := http.NewServeMux()
	mux.HandleFunc("/dispatch", e.answer(e.dispatch))
	mux.HandleFunc("/cancel", e.answer(e.cancel))
	mux.HandleFunc("/cleanup", e.answer(func(task) {}))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		require.NoError(t, server.Close())
		require.ErrorIs(t, <-served, http.ErrServerClosed)
	})
	return e
}

// answer is how the engine answers a request now.
func (e *engine) answer(take func(task)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var told task
		if err := json.NewDecoder(r.Body).Decode(&told); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		e.mu.Lock()
		hangs, unreachable := e.hangs, e.unreachable
		e.mu.Unlock()
		if hangs != nil {
			select {
			case <-hangs:
			case <-r.Context().Done():
				return
			}
		}
		if unreachable {
			http.Error(w, "not now", http.StatusServiceUnavailable)
			return
		}
		take(told)
	}
}

// dispatch takes a run. One that it has goes on under the new token.
func (e *engine) dispatch(told task) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if l := e.lives[told.RunID]; l != nil && l.died.IsZero() {
		l.Token = told.Token
		e.twice++
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	l := &life{task: told, stop: stop}
	e.lives[told.RunID] = l
	e.group.Go(func() { e.work(ctx, l) })
}

func (e *engine) cancel(told task) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if l := e.lives[told.RunID]; l != nil {
		l.stop()
	}
}

// work works for a moment, and one time in ten for up to three leases. It
// heartbeats and then reports the end, one time in twenty a bad one.
func (e *engine) work(ctx context.Context, l *life) {
	lasts := rand.N(30 * time.Millisecond)
	if rand.IntN(10) == 0 {
		lasts = rand.N(3 * lease)
	}
	done := time.NewTimer(lasts)
	defer done.Stop()
	beat := time.NewTicker(lease / 5)
	defer beat.Stop()
	report := jobs.Report{}
	last := time.Now()
	stopped := ctx.Done()
	for {
		select {
		case <-stopped:
			if e.isDead(l) {
				return
			}
			stopped, report.Status = nil, jobs.RunCancelled
		case <-done.C:
			if report.Status = jobs.RunSucceeded; rand.IntN(20) == 0 {
				report.Status = jobs.RunFailed
			}
		case <-beat.C:
		}
		if e.isDead(l) {
			return
		}
		over := e.report(l, report)
		e.mu.Lock()
		l.stalled = l.stalled || time.Since(last) > lease/2
		l.ended = over
		e.mu.Unlock()
		if last = time.Now(); over {
			l.stop()
			return
		}
	}
}

func (e *engine) isDead(l *life) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return !l.died.IsZero()
}

// report reports, and returns whether nothing is left to say.
func (e *engine) report(l *life, report jobs.Report) (over bool) {
	e.mu.Lock()
	told, away := l.task, e.away
	e.mu.Unlock()
	if away {
		return false
	}
	_, err := e.service.ReportRun(context.Background(), told.JobID, told.RunID, told.Token, report)
	_, conflict := errors.AsType[*jobs.ConflictError](err)
	if err == nil {
		e.mu.Lock()
		l.heard = e.now()
		e.mu.Unlock()
	}
	// A token that is not valid may be one that was replaced just now.
	return conflict || err == nil && report.Status != ""
}

// crash has the engine lose what it works on, each run with this probability,
// and returns how many it lost.
func (e *engine) crash(probability float64) (lost int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, l := range e.lives {
		if !l.ended && l.died.IsZero() && rand.Float64() < probability {
			l.died = e.now()
			l.stop()
			lost++
		}
	}
	return lost
}

// set changes how it answers and reports.
func (e *engine) set(change func(*engine)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	change(e)
}

// hang has it answer nothing, until the returned function is called.
func (e *engine) hang() (end func()) {
	hangs := make(chan struct{})
	e.set(func(e *engine) { e.hangs = hangs })
	return func() {
		close(hangs)
		e.set(func(e *engine) { e.hangs = nil })
	}
}

// ends has it lose everything, for good.
func (e *engine) ends() {
	e.crash(1)
	e.group.Wait()
}
