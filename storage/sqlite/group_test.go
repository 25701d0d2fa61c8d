package sqlite_test

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/sqlite"
)

// hold takes the file's write lock, as another process does, and returns what
// lets go of it. What is committed meanwhile waits, and makes one group.
func hold(t *testing.T, path string) (letGo func()) {
	t.Helper()
	db := rawDB(t, path)
	conn, err := db.Conn(t.Context())
	require.NoError(t, err)
	_, err = conn.ExecContext(t.Context(), "PRAGMA busy_timeout = 10000; BEGIN IMMEDIATE") // after what the store still writes
	require.NoError(t, err)
	return func() {
		t.Helper()
		_, err := conn.ExecContext(t.Context(), "ROLLBACK")
		require.NoError(t, err)
		require.NoError(t, conn.Close())
	}
}

// awaitWaiting returns once so many requests wait for the writer.
func awaitWaiting(store *sqlite.Store, n int) {
	for store.Waiting() < n {
		runtime.Gosched()
	}
}

func TestGroupFailsAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jobs.db")
	store := openAt(t, path)
	const size = 20
	failures := make([]error, size)
	letGo := hold(t, path)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		together(size, func(n int) {
			change := changeOf(benchJob(n))
			if n%5 == 0 {
				change.Job.Revision = 7
			}
			failures[n] = store.Commit(context.Background(), change)
		})
	}()
	awaitWaiting(store, size)
	letGo()
	<-ended
	for n, err := range failures {
		_, found := store.Job(t.Context(), benchJob(n).JobRef)
		if n%5 == 0 {
			require.ErrorIs(t, err, storage.ErrStale)
			require.ErrorIs(t, found, storage.ErrNotFound)
			continue
		}
		require.NoError(t, err)
		require.NoError(t, found)
	}
	requireIntegrity(t, path)
}

// TestGroupLosesCallers commits beside callers that give up: whatever those
// are told, nothing is half written, and the others are not held up.
func TestGroupLosesCallers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jobs.db")
	store := openAt(t, path)
	const size = 400
	failures := make([]error, size)
	together(16, func(worker int) {
		for n := worker; n < size; n += 16 {
			ctx, cancel := context.Background(), func() {}
			if n%2 == 0 {
				ctx, cancel = context.WithTimeout(ctx, time.Duration(n)*5*time.Microsecond)
			}
			ref := benchJob(n).JobRef
			failures[n] = store.Commit(ctx, link(ref, 0))
			cancel()
		}
	})
	// Sweep goes through the writer too: what was taken before it is written.
	_, err := store.Sweep(t.Context(), storage.SweepOptions{Limit: 1})
	require.NoError(t, err)
	for n, err := range failures {
		job, found := store.Job(t.Context(), benchJob(n).JobRef)
		switch {
		case err == nil:
			require.NoError(t, found)
		case errors.Is(err, storage.ErrOutcomeUnknown):
			require.ErrorIs(t, err, context.DeadlineExceeded)
		default:
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.ErrorIs(t, found, storage.ErrNotFound, "given up before it was taken")
		}
		require.True(t, n%2 == 0 || err == nil, "%v", err)
		if found == nil {
			requireLinks(t, store, job)
		}
	}
	requireIntegrity(t, path)
}

// TestGivenUpWhileLocked ends contexts while another process has the lock.
func TestGivenUpWhileLocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jobs.db")
	store := openAt(t, path)
	letGo := hold(t, path)
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	err := store.Commit(ctx, changeOf(benchJob(1)))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.NotErrorIs(t, err, storage.ErrOutcomeUnknown)
	_, err = store.Sweep(ctx, storage.SweepOptions{Limit: 1})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	letGo()

	require.NoError(t, store.Commit(t.Context(), changeOf(benchJob(2))))
	_, err = store.Job(t.Context(), benchJob(1).JobRef)
	require.ErrorIs(t, err, storage.ErrNotFound)
}

// TestCloseWhileLocked closes a store whose writer waits for another process.
func TestCloseWhileLocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jobs.db")
	store := openAt(t, path)
	letGo := hold(t, path)
	failure := make(chan error)
	go func() { failure <- store.Commit(context.Background(), changeOf(benchJob(1))) }()
	awaitWaiting(store, 1)
	require.NoError(t, store.Close())
	require.ErrorIs(t, <-failure, sqlite.ErrClosed)
	letGo()
}

// TestHandlesContend writes to one file from several handles, each with its
// own writer.
func TestHandlesContend(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jobs.db")
	const handles, each = 3, 200
	failures := make([]error, handles)
	var stores []*sqlite.Store
	for range handles {
		stores = append(stores, openAt(t, path))
	}
	together(handles, func(handle int) {
		store := stores[handle]
		for n := range each {
			if err := store.Commit(context.Background(), changeOf(benchJob(handle*each+n))); err != nil {
				failures[handle] = err
			}
		}
	})
	for _, err := range failures {
		require.NoError(t, err)
	}
	page, err := openAt(t, path).ListJobs(t.Context(), storage.JobQuery{OrganizationID: "org", AllTeams: true})
	require.NoError(t, err)
	require.Equal(t, handles*each, page.Total)
	requireIntegrity(t, path)
}
