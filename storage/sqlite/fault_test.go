package sqlite_test

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

// TestTakenThenGivenUp ends a context while its commit is being written with
// others: the caller does not know, and the commit is made all the same.
func TestTakenThenGivenUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jobs.db")
	store := openAt(t, path)
	letGo := hold(t, path)
	entered, release := make(chan struct{}), make(chan struct{})
	blocked, other, givenUp := make(chan error, 1), make(chan error, 1), make(chan error, 1)
	go func() { blocked <- store.Block(context.Background(), entered, release) }()
	awaitWaiting(store, 1)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { givenUp <- store.Commit(ctx, link(benchJob(1).JobRef, 0)) }()
	go func() { other <- store.Commit(context.Background(), link(benchJob(2).JobRef, 0)) }()
	awaitWaiting(store, 3)
	letGo()
	<-entered
	cancel()
	err := <-givenUp
	require.ErrorIs(t, err, storage.ErrOutcomeUnknown)
	require.ErrorIs(t, err, context.Canceled)
	close(release)
	require.NoError(t, <-blocked)
	require.NoError(t, <-other)
	for n := 1; n <= 2; n++ {
		job, err := store.Job(t.Context(), benchJob(n).JobRef)
		require.NoError(t, err)
		requireLinks(t, store, job)
	}
	require.NoError(t, store.Commit(t.Context(), link(benchJob(1).JobRef, 0)), "repeated, and made once")
}

// TestDiskFull fills the disk in the middle of a group: the commits that have
// room are made, the others are refused, and once there is room they are made.
func TestDiskFull(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jobs.db")
	store := openAt(t, path)
	require.NoError(t, store.LimitPages(t.Context(), 40))
	const size = 8
	change := func(n int) storage.Change {
		job := benchJob(n)
		if n%2 == 1 {
			job.Doc = bytes.Repeat([]byte("full"), 100_000)
		}
		return changeOf(job)
	}
	failures := make([]error, size)
	letGo := hold(t, path)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		together(size, func(n int) { failures[n] = store.Commit(context.Background(), change(n)) })
	}()
	awaitWaiting(store, size)
	letGo()
	<-ended
	for n, err := range failures {
		_, found := store.Job(t.Context(), benchJob(n).JobRef)
		if n%2 == 0 {
			require.NoError(t, err)
			require.NoError(t, found)
			continue
		}
		require.Error(t, err)
		require.NotErrorIs(t, err, storage.ErrStale)
		require.NotErrorIs(t, err, storage.ErrOutcomeUnknown)
		require.ErrorIs(t, found, storage.ErrNotFound)
	}
	require.NoError(t, store.LimitPages(t.Context(), 0))
	require.NoError(t, store.Commit(t.Context(), change(1)))
	requireIntegrity(t, path)
}
