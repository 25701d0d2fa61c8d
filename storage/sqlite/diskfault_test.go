package sqlite_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	codes "modernc.org/sqlite/lib"

	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/storage"
)

// TestDiskRefusesOnce has one write or sync of a commit fail, each in turn.
// The commit is then made or not; the caller who repeats it finds it made once.
func TestDiskRefusesOnce(t *testing.T) {
	for name, answer := range diskAnswers {
		t.Run(name, func(t *testing.T) {
			d := useDisk(t)
			path := filepath.Join(t.TempDir(), "jobs.db")
			store := openAt(t, path)
			refused := 0
			for n := range torture.Figure(25, 400) {
				ref := benchJob(n).JobRef
				done := 0
				d.onEach(func() int32 {
					if done++; done == n+1 {
						return answer
					}
					return codes.SQLITE_OK
				})
				for revision := range int64(chain) {
					err := store.Commit(t.Context(), link(ref, revision))
					if err != nil {
						refused++
						require.NotErrorIs(t, err, storage.ErrStale)
						_, err := store.ListJobs(t.Context(), storage.JobQuery{OrganizationID: "org", AllTeams: true, Limit: 10})
						require.NoError(t, err, "reads go on")
						require.NoError(t, store.Commit(t.Context(), link(ref, revision)), "repeated")
					}
				}
				job, err := store.Job(t.Context(), ref)
				require.NoError(t, err)
				require.EqualValues(t, chain, job.Revision)
				requireLinks(t, store, job)
			}
			d.heal()
			require.NotZero(t, refused)
			requireIntegrity(t, path)
			t.Logf("%d commits refused, none lost, none made twice", refused)
		})
	}
}

// TestDiskRefusesAll has every write and sync fail for a while.
func TestDiskRefusesAll(t *testing.T) {
	for name, answer := range diskAnswers {
		t.Run(name, func(t *testing.T) {
			d := useDisk(t)
			path := filepath.Join(t.TempDir(), "jobs.db")
			store := openAt(t, path)
			require.NoError(t, store.Commit(t.Context(), link(benchJob(1).JobRef, 0)))
			d.onEach(func() int32 { return answer })
			require.Error(t, store.Commit(t.Context(), link(benchJob(2).JobRef, 0)))
			job, err := store.Job(t.Context(), benchJob(1).JobRef)
			require.NoError(t, err)
			requireLinks(t, store, job)
			_, err = store.Job(t.Context(), benchJob(2).JobRef)
			require.ErrorIs(t, err, storage.ErrNotFound)
			d.heal()
			require.NoError(t, store.Commit(t.Context(), link(benchJob(2).JobRef, 0)), "there is room again")
			requireIntegrity(t, path)
		})
	}
}

// TestDiskRefusesGroup has the commit of a group fail in doubt, and what is tried
// after that for certain. Nobody of the group may be told that nothing was
// written: what was not synced may be found after a crash.
func TestDiskRefusesGroup(t *testing.T) {
	d := useDisk(t)
	path := filepath.Join(t.TempDir(), "jobs.db")
	store := openAt(t, path)
	const size = 3
	refused := 0
	for n := range torture.Figure(10, 40) {
		letGo := hold(t, path)
		failures := make([]error, size)
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			together(size, func(i int) { failures[i] = store.Commit(context.Background(), link(benchJob(n*size+i).JobRef, 0)) })
		}()
		awaitWaiting(store, size)
		done := 0
		d.onEach(func() int32 {
			switch done++; {
			case done <= n:
				return codes.SQLITE_OK
			case done == n+1:
				return codes.SQLITE_IOERR_FSYNC
			}
			return codes.SQLITE_FULL
		})
		letGo()
		<-ended
		d.heal()
		for i, err := range failures {
			if err != nil {
				refused++
				require.ErrorIs(t, err, storage.ErrOutcomeUnknown)
			}
			require.NoError(t, store.Commit(t.Context(), link(benchJob(n*size+i).JobRef, 0)), "repeated")
		}
	}
	require.NotZero(t, refused)
	requireIntegrity(t, path)
}

// diskAnswers are what a disk says when it fails.
var diskAnswers = map[string]int32{
	"full":        codes.SQLITE_FULL,
	"write error": codes.SQLITE_IOERR_WRITE,
	"sync error":  codes.SQLITE_IOERR_FSYNC,
}
