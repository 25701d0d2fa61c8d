package main

import (
	"context"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/local"
)

// working is a story with its scheduler at work, on the clock on the wall.
func working(t *testing.T, worker local.Worker) (s *World, path string, stop func()) {
	t.Helper()
	s = tellOf(t, "memory", worker, time.Now)
	stop = s.plane.work(t.Context())
	return s, s.create(sqlConfig("select 1"), ""), stop
}

// running makes a run, and waits until a worker has it.
func (s *World) running(path string) (runPath string) {
	s.t.Helper()
	runPath = path + "/runs/" + s.expect(http.StatusCreated, "tok-contrib", "POST", path+"/runs", "")["id"].(string)
	s.await("tok-auditor", runPath, "running", func(run map[string]any) bool { return run["status"] == "running" })
	return runPath
}

func TestAShutdownWaitsForRuns(t *testing.T) {
	release := make(chan struct{})
	s, path, stop := working(t, func(context.Context, jobs.Dispatch) ([]byte, error) {
		<-release
		return []byte(`{"outputPath":"x"}`), nil
	})
	run := s.running(path)
	stopped := make(chan struct{})
	go func() {
		stop()
		close(stopped)
	}()
	// A run that is made now is left for later: its scheduler has gone, or goes.
	close(release)
	<-stopped
	require.Equal(t, "succeeded", s.expect(http.StatusOK, "tok-auditor", "GET", run, "")["status"])
	late := path + "/runs/" + s.expect(http.StatusCreated, "tok-contrib", "POST", path+"/runs", "")["id"].(string)
	require.Equal(t, "pending", s.expect(http.StatusOK, "tok-auditor", "GET", late, "")["status"])
}

func TestAShutdownStopsRunsThatTakeTooLong(t *testing.T) {
	runner, err := newRunner(t.Context(), runSettings{longest: defaultLongest, limits: defaultLimits, data: people(t), results: t.TempDir()}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	s, _, stop := working(t, runner.run)
	path := s.createNamed("endless", sqlConfig(endless), "")
	run := s.running(path)
	s.plane.grace = time.Nanosecond
	stop()
	ended := s.expect(http.StatusOK, "tok-auditor", "GET", run, "")
	require.Equal(t, "failed", ended["status"])
	require.Equal(t, local.ErrShutdown.Error(), ended["statusMessage"])
}

func TestNoMoreRunAtOnceThanWorkers(t *testing.T) {
	release, begun := make(chan struct{}), make(chan struct{}, 10)
	s, path, stop := working(t, func(context.Context, jobs.Dispatch) ([]byte, error) {
		begun <- struct{}{}
		<-release
		return nil, nil
	})
	defer stop()
	var runs []string
	for range storyWorkers + 1 {
		runs = append(runs, path+"/runs/"+s.expect(http.StatusCreated, "tok-contrib", "POST", path+"/runs", "")["id"].(string))
	}
	for range storyWorkers {
		<-begun
	}
	// The one too many was refused, or will be.
	require.Empty(t, begun)
	close(release)
	for _, run := range runs {
		require.Equal(t, "succeeded", s.ended("tok-auditor", run)["status"])
	}
}
