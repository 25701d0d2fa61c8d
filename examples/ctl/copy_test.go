package main

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/redistest"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/sqlite"
	"github.com/jobledger/jobledger/storage/storagetest"
	"github.com/jobledger/jobledger/teams"
)

// TestMain is ctl itself when a test starts it as a program.
func TestMain(m *testing.M) {
	if os.Getenv("CTL_IS_A_PROGRAM") != "" {
		a := &app{in: os.Stdin, out: os.Stdout, errOut: os.Stderr, env: os.Getenv}
		os.Exit(a.run(context.Background(), os.Args[1:]))
	}
	os.Exit(m.Run())
}

// Killed again and again while it copies, copy goes on each time where it was.
func TestCopySurvivesKills(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from.db"), filepath.Join(dir, "to.db")
	store, err := sqlite.Open(t.Context(), from, nil)
	require.NoError(t, err)
	refs := storagetest.History(t, store, 8, 200)
	require.NoError(t, store.Close())

	for range 5 {
		killed := exec.CommandContext(t.Context(), os.Args[0], "copy", from, to, "--organization", "org-1")
		killed.Env = append(os.Environ(), "CTL_IS_A_PROGRAM=1")
		said, err := killed.StderrPipe()
		require.NoError(t, err)
		require.NoError(t, killed.Start())
		for lines := bufio.NewScanner(said); lines.Scan(); {
			if lines.Text() == "org-1: copy" {
				break
			}
		}
		require.NoError(t, killed.Process.Kill())
		_ = killed.Wait()
	}
	s := newShell(t)
	s.ok("copy", from, to, "--organization", "org-1", "--organization", "org-2")
	source, closeSource, err := openStore(t.Context(), from, false)
	require.NoError(t, err)
	target, closeTarget, err := openStore(t.Context(), to, false)
	require.NoError(t, err)
	storagetest.RequireSame(t, source, target, refs)
	require.NoError(t, errors.Join(closeSource(), closeTarget()))
}

func TestCopyCommand(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from.db"), filepath.Join(dir, "to.db")
	store, err := sqlite.Open(t.Context(), from, nil)
	require.NoError(t, err)
	refs := storagetest.History(t, store, 6, 60)
	require.NoError(t, store.Close())

	s := newShell(t)
	redis := "redis://" + redistest.Start(t).Addr + "/0"
	both := []string{"--organization", "org-1", "--organization", "org-2"}
	require.Contains(t, s.ok(append([]string{"copy", "sqlite:" + from, redis}, both...)...), "org-1: all is copied and compared")
	require.Contains(t, s.ok(append([]string{"copy", redis, to}, both...)...), "org-2: all is copied and compared")
	require.Contains(t, s.ok(append([]string{"copy", redis, to}, both...)...), "0 records were written")

	source, closeSource, err := openStore(t.Context(), from, false)
	require.NoError(t, err)
	target, closeTarget, err := openStore(t.Context(), to, false)
	require.NoError(t, err)
	storagetest.RequireSame(t, source, target, refs)
	require.NoError(t, closeSource())

	service := jobs.NewService(target, &jobs.Options{Now: func() time.Time { return time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC) }})
	_, err = service.SetHold(t.Context(), teams.System("org-1"), "somebody writes")
	require.NoError(t, err)
	require.NoError(t, closeTarget())
	_, errOut, code := s.run("copy", from, to, "--organization", "org-1")
	require.Equal(t, exitRefused, code)
	require.Contains(t, errOut, "not the same in both stores")
}
