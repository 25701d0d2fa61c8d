package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/redistest"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// However many ask while an answer hangs, one goroutine waits for it, and each hears
// in time that there is none.
func TestAProbeThatHangsIsOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var questions atomic.Int64
		hang := make(chan struct{})
		p := newProbe(func(context.Context) (int, error) {
			questions.Add(1)
			<-hang // whatever its context
			return 7, nil
		})
		began := time.Now()
		for range 10 {
			var group sync.WaitGroup
			for range 100 {
				group.Go(func() {
					_, err := p.ask(t.Context())
					require.ErrorIs(t, err, context.DeadlineExceeded)
				})
			}
			group.Wait()
		}
		require.Equal(t, probeWithin, time.Since(began), "who comes later does not wait again")
		require.EqualValues(t, 1, questions.Load())

		close(hang)
		synctest.Wait()
		answer, err := p.ask(t.Context())
		require.NoError(t, err)
		require.Equal(t, 7, answer)
		require.EqualValues(t, 1, questions.Load())
		<-time.After(probeKeep)
		_, err = p.ask(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 2, questions.Load(), "an old answer serves nobody")
	})
}

// observed is an answer of /healthz or /readyz.
type observed struct {
	code int
	healthReport
}

// observe reads an answer.
func observe(t *testing.T, code int, header http.Header, body io.Reader) observed {
	t.Helper()
	o := observed{code: code}
	require.NoError(t, json.NewDecoder(body).Decode(&o.healthReport))
	require.Equal(t, "application/json", header.Get("Content-Type"))
	require.Equal(t, "no-store", header.Get("Cache-Control"))
	return o
}

func (c *client) observe(path string) observed {
	c.t.Helper()
	request, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, c.url+path, nil)
	require.NoError(c.t, err)
	answer, err := http.DefaultClient.Do(request)
	require.NoError(c.t, err)
	defer answer.Body.Close()
	return observe(c.t, answer.StatusCode, answer.Header, answer.Body)
}

// Both are at the root, whatever else is there, for everyone.
func TestHealthIsAtTheRoot(t *testing.T) {
	for name, s := range map[string]settings{
		"with the console":    {base: "/api/v1", console: true},
		"without it":          {base: "/api/v1"},
		"documented only":     {base: "/api/v1", console: true, documentedOnly: true},
		"the API at the root": {documentedOnly: true},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := parseConfig([]byte(goodConfig))
			require.NoError(t, err)
			closing := make(chan struct{})
			p := newPlane(memory.New(), planeOptions{config: c, logger: slog.New(slog.DiscardHandler), base: s.base, documentedOnly: s.documentedOnly, closing: closing, workers: 1})
			handler := mount(s, p.api, p.roots)
			ask := func(method, path string) *httptest.ResponseRecorder {
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, httptest.NewRequest(method, path, nil))
				return w
			}
			get := func(path string) observed {
				w := ask("GET", path)
				return observe(t, w.Code, w.Header(), w.Body)
			}
			require.Equal(t, observed{200, healthReport{Status: "ok"}}, get("/healthz"))
			require.Equal(t, observed{503, healthReport{Status: "not ready", Reason: "the scheduler has not looked yet"}}, get("/readyz"))
			require.Equal(t, http.StatusServiceUnavailable, ask("HEAD", "/readyz").Code)
			require.Equal(t, http.StatusServiceUnavailable, ask("GET", "/readyz/").Code, "it is no page of the console")
			refused := ask("POST", "/healthz")
			require.Equal(t, http.StatusMethodNotAllowed, refused.Code)
			require.Equal(t, "GET, HEAD", refused.Header().Get("Allow"))

			close(closing)
			require.Equal(t, "the process shuts down", get("/readyz").Reason)
			require.Equal(t, "ok", get("/healthz").Status)
		})
	}
}

// What fails is told, and not for whom.
func TestReadinessTellsNothingOfAnyOrganization(t *testing.T) {
	began := time.Date(2030, 5, 6, 12, 0, 0, 0, time.UTC)
	var r healthReport
	r.tell(jobs.Health{LookedAt: began, Behind: 1500 * time.Millisecond, Failing: []jobs.Failure{
		{Part: "jobs", OrganizationID: "acme", Since: began, Message: "2 due items of the organization cannot be done"},
		{Part: "store", Since: began, Message: "requests to the store fail", Err: os.ErrPermission},
		{Part: "jobs", OrganizationID: "beta", Since: began.Add(time.Minute), Message: "1 due item of the organization cannot be done"},
	}})
	text, err := json.Marshal(r)
	require.NoError(t, err)
	require.JSONEq(t, `{"status":"", "lookedAt":"2030-05-06T12:00:00Z", "behindSeconds":1.5, "failing":[
		{"part":"jobs", "since":"2030-05-06T12:00:00Z", "message":"what is due of at least one organization cannot be done"},
		{"part":"store", "since":"2030-05-06T12:00:00Z", "message":"requests to the store fail"}]}`, string(text))
}

// A scheduler that has stopped to look is not ready, though the store answers.
func TestReadinessWantsAScheduler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := jobs.NewService(memory.New(), nil)
		_, err := service.CreateJob(t.Context(), teams.System("acme"), jobs.NewJob{
			Key: "job", TeamIDs: []string{"T1"}, Definition: versions.Definition{ClusterID: "C1", Config: json.RawMessage(`{"sql":{"source":"x"}}`)},
		})
		require.NoError(t, err)
		scheduler := jobs.NewScheduler(service, nil, nil)
		h := newHealth(memory.New(), scheduler, nil)
		ctx, stop := context.WithCancel(t.Context())
		var group sync.WaitGroup
		group.Go(func() { _ = scheduler.Run(ctx) })
		<-time.After(3 * time.Second)
		r, good := h.ready(t.Context())
		require.True(t, good, r)
		stop()
		group.Wait()
		<-time.After(time.Second)
		r, good = h.ready(t.Context())
		require.False(t, good)
		require.Equal(t, "the scheduler does not run", r.Reason)
	})
}

// A store that is away, or hangs, makes the real program not ready, and leaves it alive.
func TestAStoreThatIsAway(t *testing.T) {
	away := func(t *testing.T, p *process, leave, back func()) {
		eventually(t, "the program is ready", func() bool { return p.observe("/readyz").code == http.StatusOK })
		require.False(t, p.observe("/readyz").LookedAt.IsZero())
		leave()
		eventually(t, "the program is not ready", func() bool {
			o := p.observe("/readyz")
			require.NotContains(t, o.Reason, "127.0.0.1")
			return o.code == http.StatusServiceUnavailable && o.Reason == "the store does not answer" && len(o.Failing) > 0
		})
		failing := p.observe("/readyz").Failing[0]
		require.Equal(t, "store", failing.Part)
		require.Equal(t, observed{200, healthReport{Status: "ok"}}, p.observe("/healthz"))
		if back == nil {
			return
		}
		back()
		eventually(t, "the program is ready again", func() bool {
			o := p.observe("/readyz")
			return o.code == http.StatusOK && len(o.Failing) == 0
		})
	}
	t.Run("redis is killed", func(t *testing.T) {
		server := redistest.Start(t)
		away(t, start(t, "-store", "redis://"+server.Addr, "-base", "/"), server.Kill, nil)
	})
	t.Run("redis hangs", func(t *testing.T) {
		proxy := redistest.StartProxy(t, redistest.Start(t).Addr)
		var end func()
		away(t, start(t, "-store", "redis://"+proxy.Addr, "-base", "/"), func() { end = proxy.Stall() }, func() { end() })
	})
	t.Run("the file is moved", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "jobs.db")
		p := start(t, "-store", "sqlite:"+path, "-base", "/")
		away(t, p, func() { require.NoError(t, os.Rename(path, path+".moved")) }, func() { require.NoError(t, os.Rename(path+".moved", path)) })
	})
}

// While another process keeps the file locked for writing, reads are served as ever:
// the program is ready.
func TestAStoreThatIsLocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jobs.db")
	p := start(t, "-store", "sqlite:"+path, "-base", "/", "-config", writeConfig(t))
	eventually(t, "the program is ready", func() bool { return p.observe("/readyz").code == http.StatusOK })
	job := p.expect(http.StatusCreated, "tok-contrib", "POST", "/workloads/jobs", newJob)
	run := "/workloads/jobs/" + job["id"].(string) + "/runs"
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	defer db.Close()
	lock, err := db.Conn(t.Context())
	require.NoError(t, err)
	defer lock.Close()
	_, err = lock.ExecContext(t.Context(), "begin immediate")
	require.NoError(t, err)
	require.Equal(t, http.StatusServiceUnavailable, p.call("tok-contrib", "POST", run, "").status)
	require.Equal(t, http.StatusOK, p.observe("/readyz").code)
	require.Equal(t, http.StatusOK, p.observe("/healthz").code)
	require.Equal(t, http.StatusOK, p.call("tok-contrib", "GET", run, "").status)
	_, err = lock.ExecContext(t.Context(), "rollback")
	require.NoError(t, err)
	p.expect(http.StatusCreated, "tok-contrib", "POST", run, "")
}
