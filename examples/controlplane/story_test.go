package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/testclock"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/local"
)

// noon is when every story begins: half a minute before noon.
var noon = time.Date(2030, time.May, 6, 12, 0, 0, 0, time.UTC)

// World is a control plane in this process, served over HTTP, with a clock
// that the test moves and a scheduler that it steps.
type World struct {
	client
	clock   *testclock.Clock
	plane   *plane
	results string
	// ends tells of each worker that has ended, with its error.
	ends chan error
}

// storyWorkers is how many runs of a story run at once.
const storyWorkers = 4

// tell begins a story in a kind of store.
func tell(t *testing.T, store string, s runSettings) *World {
	t.Helper()
	if s.results == "" {
		s.results = filepath.Join(t.TempDir(), "results")
	}
	worker, err := newRunner(t.Context(), s, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	now := testclock.At(noon.Add(-30 * time.Second))
	ends := make(chan error, 1000)
	st := tellOf(t, store, func(ctx context.Context, d jobs.Dispatch) ([]byte, error) {
		results, err := worker.run(ctx, d)
		ends <- err
		return results, err
	}, now.Now)
	st.clock, st.ends, st.results = now, ends, s.results
	return st
}

// tellOf begins a story of a worker.
func tellOf(t *testing.T, store string, worker local.Worker, now func() time.Time) *World {
	t.Helper()
	return tellHooked(t, store, planeOptions{worker: worker, now: now})
}

// tellHooked begins a story with a worker, a clock and hooks.
func tellHooked(t *testing.T, store string, o planeOptions) *World {
	t.Helper()
	c, err := parseConfig([]byte(goodConfig))
	require.NoError(t, err)
	opened, err := openStore(t.Context(), store)
	require.NoError(t, err)
	o.config, o.logger, o.workers = c, slog.New(slog.DiscardHandler), storyWorkers
	p := newPlane(opened, o)
	server := httptest.NewServer(p.api)
	t.Cleanup(func() {
		server.Close()
		ended, cancel := context.WithCancel(context.Background())
		cancel() // What still runs is stopped.
		_ = p.dispatcher.Close(ended)
		require.NoError(t, opened.Close())
	})
	return &World{client: client{t: t, url: server.URL}, plane: p}
}

// people is a database for jobs to read.
func people(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "people.db")
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), `
		create table people (id integer primary key, name text, note text);
		insert into people values (1, 'Ada', 'first, "of all"'), (2, 'Bo', ''), (3, 'Cy', null);`)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	return path
}

// create makes a job of a config and further members of the request, and
// returns its path.
func (s *World) create(config, more string) string {
	s.t.Helper()
	return s.createNamed("story", config, more)
}

// createNamed is create for one of several jobs.
func (s *World) createNamed(key, config, more string) string {
	s.t.Helper()
	body := fmt.Sprintf(`{"jobKey":%q,"clusterId":"CLUSTERAA1","teamIds":["TEAMAAAAA1"],"config":%s%s}`, key, config, more)
	return "/workloads/jobs/" + s.expect(http.StatusCreated, "tok-contrib", "POST", "/workloads/jobs", body)["id"].(string)
}

// sqlConfig is the config of a SQL job.
func sqlConfig(source string) string {
	text, err := json.Marshal(map[string]any{"sql": map[string]any{"source": source}})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// tick steps the scheduler once.
func (s *World) tick() (next time.Time) {
	s.t.Helper()
	next, err := s.plane.scheduler.Tick(s.t.Context())
	require.NoError(s.t, err)
	return next
}

// recheck bounds how long a job waits that its own run has not woken, because
// that ended just while the job began to wait.
const recheck = 15 * time.Second

// settle moves the clock to a time after noon, and lets the scheduler and the
// workers do all there is to do; for that it may move a few rechecks further.
func (s *World) settle(path string, after time.Duration) {
	s.t.Helper()
	s.clock.Set(noon.Add(after))
	quiet := 0
	eventually(s.t, "there is nothing to do", func() bool {
		next, now := s.tick(), s.clock.Now()
		if s.underWay(path) {
			quiet = 0
			return false
		}
		if quiet++; !next.IsZero() && next.Sub(now) <= recheck {
			quiet = 0
			s.clock.Set(later(now, next))
		}
		return quiet == 2 // What ended during the step may have woken something.
	})
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// underWay reports whether a job has a run that has not ended.
func (s *World) underWay(path string) bool {
	s.t.Helper()
	return slices.ContainsFunc(s.items("tok-auditor", path+"/runs?limit=10"), func(run map[string]any) bool {
		return !terminal(run["status"])
	})
}

// latest is a job's newest run.
func (s *World) latest(path string) map[string]any {
	s.t.Helper()
	runs := s.items("tok-auditor", path+"/runs?limit=1")
	require.NotEmpty(s.t, runs)
	return runs[0]
}

// made makes a run.
func (s *World) made(path string) (runPath string) {
	s.t.Helper()
	return path + "/runs/" + s.expect(http.StatusCreated, "tok-contrib", "POST", path+"/runs", "")["id"].(string)
}

// begun makes a run, and waits until a worker has it for a moment.
func (s *World) begun(path string) (runPath string) {
	s.t.Helper()
	runPath = s.made(path)
	s.await("tok-auditor", runPath, "running", func(run map[string]any) bool {
		s.tick()
		return run["status"] == "running"
	})
	return runPath
}

// output is the text of what a run wrote.
func (s *World) output(run map[string]any) string {
	s.t.Helper()
	require.Equal(s.t, "succeeded", run["status"], run)
	path := run["results"].(map[string]any)["outputPath"].(string)
	require.Equal(s.t, filepath.Join(s.results, "ORGAAAAAA1"), filepath.Dir(path))
	text, err := os.ReadFile(path)
	require.NoError(s.t, err)
	return string(text)
}

// fates is a job's ledger of ticks, the oldest first.
func (s *World) fates(path string) []string {
	s.t.Helper()
	ticks := s.items("tok-auditor", path+"/ticks")
	fates := make([]string, len(ticks))
	for i, tick := range ticks {
		fate := fmt.Sprint(clockTime(tick["nominalAt"]), " ", tick["verdict"])
		if tick["reason"] != nil {
			fate += fmt.Sprint(": ", tick["reason"])
		}
		if tick["count"] != 1.0 {
			fate += fmt.Sprintf(", %v to %s", tick["count"], clockTime(tick["until"]))
		}
		fates[len(ticks)-1-i] = fate
	}
	return fates
}

// clockTime is the day of the month, the hour and the minute of a time.
func clockTime(text any) string {
	return strings.TrimSuffix(strings.TrimPrefix(text.(string), "2030-05-"), ":00.000000Z")
}
