package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/jobstest"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
)

// What a run wrote goes with the run, in the program itself: with a run that is
// deleted, and with a job.
func TestResultsGoWithTheirRun(t *testing.T) {
	folder := t.TempDir()
	p := start(t, "-store", "memory", "-config", writeConfig(t), "-data", people(t), "-results", folder, "-base", "/")
	create := func(key string) string {
		body := `{"jobKey":"` + key + `","clusterId":"CLUSTERAA1","teamIds":["TEAMAAAAA1"],"config":{"sql":{"source":"select 1"}}}`
		return "/workloads/jobs/" + p.expect(http.StatusCreated, "tok-contrib", "POST", "/workloads/jobs", body)["id"].(string)
	}
	run := func(job string) (path, file string) {
		path = job + "/runs/" + p.expect(http.StatusCreated, "tok-contrib", "POST", job+"/runs", "")["id"].(string)
		file = p.ended("tok-auditor", path)["results"].(map[string]any)["outputPath"].(string)
		require.FileExists(t, file)
		return path, file
	}
	one, other := create("one"), create("other")
	first, firstFile := run(one)
	_, secondFile := run(one)
	_, keptFile := run(other)

	p.expect(http.StatusNoContent, "tok-admin", "DELETE", first, "")
	eventually(t, "the run's file is gone", func() bool { return missing(firstFile) })
	require.FileExists(t, secondFile)
	p.expect(http.StatusNoContent, "tok-admin", "DELETE", one, "")
	eventually(t, "the job's files are gone", func() bool { return missing(secondFile) })
	require.FileExists(t, keptFile)
}

func missing(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, os.ErrNotExist)
}

// broken is a store that cannot be read while it is down.
type broken struct {
	storage.Store
	down bool
}

func (b *broken) Job(ctx context.Context, ref storage.JobRef) (storage.JobRecord, error) {
	if b.down {
		return storage.JobRecord{}, errors.New("down")
	}
	return b.Store.Job(ctx, ref)
}

// A look through all results finds what nobody was told of, and removes nothing
// else.
func TestTheJanitorRemovesWhatIsGone(t *testing.T) {
	store := &broken{Store: memory.New()}
	w := jobstest.New(t, &jobstest.Options{Store: store, Service: jobs.Options{NewID: inOrder()}})
	w.Scheduler = jobs.NewScheduler(w.Service, nil, nil) // no run starts
	for _, organization := range []string{"one", "ONE"} {
		w.Actor = teams.System(organization)
		w.Create(jobs.NewJob{Key: "job"})
	}
	w.Actor = teams.System("one") // its job is A, its runs C (ended) and D (open)
	for range 2 {
		_, err := w.CreateRun(t.Context(), w.Actor, "A", jobs.NewRun{})
		require.NoError(t, err)
	}
	_, err := w.CancelRun(t.Context(), w.Actor, "A", "C")
	require.NoError(t, err)

	folder := resultFolder(t.TempDir())
	stays := map[string]bool{
		"one/A-C.csv":           true,  // of a run that is kept
		"one/A-C.out":           true,  // and this
		"one/A-D.csv":           true,  // of one that has not ended
		"one/.A-D.csv.QQ.tmp":   true,  // which is being written
		"one/.A-C.csv.QQ.tmp":   false, // of a process that was killed
		"one/A-X.csv":           false, // of a run that is gone
		"one/.A-X.csv.QQ.tmp":   false,
		"one/X-C.csv":           false, // of a job that is gone
		"ONE/A-C.csv":           false, // of another organization, which has no such run
		"gone/A-C.csv":          false, // of one that is not there any more
		"one/notes.txt":         true,  // nobody's results
		"one/a-c.csv":           true,
		"one/A-X.csv/A-X.csv":   true, // no file
		"A-X.csv":               true, // in no organization's folder
		"no organization/A.csv": true,
		"deep/one/A-X.csv":      true,
	}
	delete(stays, "one/A-X.csv/A-X.csv")
	for name := range stays {
		require.NoError(t, os.MkdirAll(filepath.Join(string(folder), filepath.Dir(name)), 0o750))
		require.NoError(t, os.WriteFile(filepath.Join(string(folder), name), nil, 0o600))
	}
	outside := filepath.Join(t.TempDir(), "A-X.csv")
	require.NoError(t, os.WriteFile(outside, nil, 0o600))
	require.NoError(t, os.Symlink(filepath.Dir(outside), filepath.Join(string(folder), "link")))

	j := newJanitor(folder, w.Service, slog.New(slog.DiscardHandler))
	store.down = true
	j.tidyAll(t.Context())
	for name := range stays {
		require.FileExists(t, filepath.Join(string(folder), name), "while nobody can tell")
	}
	store.down = false
	j.tidyAll(t.Context())
	for name, is := range stays {
		require.Equal(t, is, !missing(filepath.Join(string(folder), name)), name)
	}
	require.FileExists(t, outside)

	w.Advance(91 * 24 * time.Hour) // by then the service keeps the latest run only
	j.tidyAll(t.Context())
	require.NoFileExists(t, filepath.Join(string(folder), "one/A-C.csv"))
	require.FileExists(t, filepath.Join(string(folder), "one/A-D.csv"))
}

// inOrder makes the IDs A, B, C and so on.
func inOrder() func() string {
	next := byte('A')
	return func() string {
		next++
		return string(next - 1)
	}
}

// What happens to jobs never waits for the janitor.
func TestTheJanitorHoldsUpNobody(t *testing.T) {
	j := newJanitor(resultFolder(t.TempDir()), jobs.NewService(memory.New(), nil), slog.New(slog.DiscardHandler))
	for range 5000 {
		j.hear(jobs.Event{Kind: jobs.RunDeleted, Actor: teams.System("one"), JobID: "A"})
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	j.work(ctx)
}
