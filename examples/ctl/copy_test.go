package main

import (
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
