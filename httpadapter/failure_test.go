package httpadapter_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/stretchr/testify/require"
)

// marker is in every failure, and must be in no answer.
const marker = "marker\r\nInjected: yes"

// faulty is a store whose methods fail, once it is told how.
type faulty struct {
	storage.Store
	fail atomic.Pointer[func() error]
}

func (f *faulty) failure() error {
	if fail := f.fail.Load(); fail != nil {
		return (*fail)()
	}
	return nil
}

func (f *faulty) Commit(ctx context.Context, c storage.Change) error {
	return errors.Join(f.failure(), f.Store.Commit(ctx, c))
}

func (f *faulty) Job(ctx context.Context, ref storage.JobRef) (storage.JobRecord, error) {
	if err := f.failure(); err != nil {
		return storage.JobRecord{}, err
	}
	return f.Store.Job(ctx, ref)
}

func (f *faulty) FindJobs(ctx context.Context, l storage.FindQuery) (storage.JobList, error) {
	if err := f.failure(); err != nil {
		return storage.JobList{}, err
	}
	return f.Store.FindJobs(ctx, l)
}

func (f *faulty) ListJobs(ctx context.Context, q storage.JobQuery) (storage.JobPage, error) {
	if err := f.failure(); err != nil {
		return storage.JobPage{}, err
	}
	return f.Store.ListJobs(ctx, q)
}

func (f *faulty) Run(ctx context.Context, ref storage.JobRef, runID string) (storage.RunRecord, error) {
	if err := f.failure(); err != nil {
		return storage.RunRecord{}, err
	}
	return f.Store.Run(ctx, ref, runID)
}

func (f *faulty) ListRuns(ctx context.Context, q storage.RunQuery) (storage.RunPage, error) {
	if err := f.failure(); err != nil {
		return storage.RunPage{}, err
	}
	return f.Store.ListRuns(ctx, q)
}

func (f *faulty) ListEvents(ctx context.Context, q storage.EventQuery) (storage.EventPage, error) {
	if err := f.failure(); err != nil {
		return storage.EventPage{}, err
	}
	return f.Store.ListEvents(ctx, q)
}

// tokenFor is who asks for an operation: for an engine's, a token that looks
// like one of a dispatch.
func tokenFor(route httpadapter.RouteInfo) string {
	if route.Needs == "" {
		return base64.RawURLEncoding.EncodeToString([]byte(org)) + ".x"
	}
	return owner
}

// rawLog writes attributes as they come: what is dangerous in one is seen.
type rawLog struct{ bytes.Buffer }

func (l *rawLog) Enabled(context.Context, slog.Level) bool { return true }
func (l *rawLog) WithAttrs([]slog.Attr) slog.Handler       { return l }
func (l *rawLog) WithGroup(string) slog.Handler            { return l }
func (l *rawLog) Handle(_ context.Context, r slog.Record) error {
	fmt.Fprintf(l, "%s %s", r.Level, r.Message)
	r.Attrs(func(a slog.Attr) bool { fmt.Fprintf(l, " %s=%s", a.Key, a.Value); return true })
	l.WriteByte('\n')
	return nil
}

// Whatever fails, on whatever route, nothing of it is answered, and the log has
// one line of it.
func TestFailures(t *testing.T) {
	for _, row := range []struct {
		name   string
		fail   func() error
		status int
		code   string
	}{
		{"store down", func() error { return errors.New(marker) }, 503, "unavailable"},
		{"outdated process", func() error { return fmt.Errorf("%s: %w", marker, storage.ErrOutdated) }, 503, "outdated"},
		{"caller's bug", func() error { return fmt.Errorf("%s: %w", marker, storage.ErrInvalid) }, 500, "internal"},
		{"broken document", func() error { panic(errors.New(marker)) }, 500, "internal"},
		{"panic with text", func() error { panic(marker) }, 500, "internal"},
		{"panic with nil pointer", nilPointer, 500, "internal"},
		{"deadline", func() error { return fmt.Errorf("%s: %w", marker, context.DeadlineExceeded) }, 503, "timeout"},
		{"cancelled", func() error { return fmt.Errorf("%s: %w", marker, context.Canceled) }, 503, "cancelled"},
	} {
		for _, route := range httpadapter.Routes() {
			if route.Name == "describeMe" {
				continue // it asks nobody
			}
			t.Run(row.name+"/"+route.Name, func(t *testing.T) {
				log := &rawLog{}
				store := &faulty{Store: memory.New()}
				a := newAPI(t, store, &httpadapter.Options{Logger: slog.New(log)})
				job := a.create(t, "job")
				store.fail.Store(&row.fail)
				w := a.do(t, request{
					as: tokenFor(route), to: route.Method + " " + pathOf(route.Pattern, job),
					body: allowed[route.Name].body, status: row.status, code: row.code,
				})
				require.NotContains(t, w.Body.String(), "marker")
				require.Equal(t, row.code == "unavailable", strings.Contains(w.Body.String(), "try again"), "it helps only then")
				require.Empty(t, w.Header().Get("Injected"))
				require.Equal(t, row.status == 503, w.Header().Get("Retry-After") != "")
				require.Equal(t, 1, strings.Count(log.String(), "\n"), log.String())
				require.NotContains(t, log.String(), "\r")
				require.Contains(t, log.String(), "route="+route.Name)
			})
		}
	}
}

// A commit that may have happened says so.
func TestOutcomeUnknown(t *testing.T) {
	store := &commitFault{Store: memory.New()}
	a := newAPI(t, store, nil)
	job := a.create(t, "job")
	fault := fmt.Errorf("%w: %s: %w", jobs.ErrOutcomeUnknown, marker, context.DeadlineExceeded)
	for _, route := range httpadapter.Routes() {
		if route.Method == "GET" || route.Needs == teams.View || allowed[route.Name].draft || route.Name == "activateVersion" || route.Needs == "" {
			continue
		}
		store.err = nil
		run := a.arrange(t, job, route.Name)
		store.err = fault
		w := a.do(t, request{to: route.Method + " " + pathOf(route.Pattern, job, run), body: allowed[route.Name].body, status: 503, code: "outcome_unknown"})
		require.NotContains(t, w.Body.String(), "marker")
	}
}

// nilPointer fails as broken code does.
func nilPointer() error {
	var j *jobs.Job
	return errors.New(j.Key) //nolint:govet // the nil dereference is the fault under test
}

// commitFault is a store whose commits fail.
type commitFault struct {
	storage.Store
	err error
}

func (f *commitFault) Commit(ctx context.Context, c storage.Change) error {
	if f.err != nil {
		return f.err
	}
	return f.Store.Commit(ctx, c)
}

// A store that always loses the race is busy, not broken.
func TestBusy(t *testing.T) {
	store := &commitFault{Store: memory.New()}
	a := newAPI(t, store, nil)
	job := a.create(t, "job")
	store.err = storage.ErrStale
	a.do(t, request{to: "PATCH /workloads/jobs/" + job, body: `{"description":"x"}`, status: 503, code: "busy"})
}

// A panic of the embedder's own code is contained, http.ErrAbortHandler is
// passed on, and one in the middle of an answer ends the connection.
func TestPanics(t *testing.T) {
	a := newMemoryAPI(t)
	r := newRequest(request{to: "GET /me/jobs"})
	require.PanicsWithValue(t, http.ErrAbortHandler, func() { a.ServeHTTP(abortingWriter{httptest.NewRecorder(), http.ErrAbortHandler}, r) })
	require.PanicsWithValue(t, http.ErrAbortHandler, func() { a.ServeHTTP(abortingWriter{httptest.NewRecorder(), errors.New("x")}, r) })
	require.Panics(t, func() { httpadapter.New(nil, nil, nil) })
}

type abortingWriter struct {
	*httptest.ResponseRecorder
	with error
}

func (w abortingWriter) Write([]byte) (int, error) { panic(w.with) }

// A panic in the middle of a write does not stand in the way of the next one.
func TestPanicReleasesTheJob(t *testing.T) {
	store := &faulty{Store: memory.New()}
	a := newAPI(t, store, nil)
	job := "/workloads/jobs/" + a.create(t, "job")
	fail := func() error { panic(marker) }
	store.fail.Store(&fail)
	a.do(t, request{to: "PATCH " + job, body: `{"description":"x"}`, status: 500})
	store.fail.Store(nil)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	w := record(a, newRequest(request{to: "PATCH " + job, body: `{"description":"x"}`}).WithContext(ctx))
	require.Equal(t, http.StatusOK, w.Code, w.Body)
}
