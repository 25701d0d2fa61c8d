package faultstore_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/storage/storagetest"
	"github.com/jobledger/jobledger/storage/storagetest/faultstore"
)

var (
	ref   = storage.JobRef{OrganizationID: "acme", JobID: "JOB"}
	epoch = time.Date(2030, time.January, 1, 12, 0, 0, 0, time.UTC)
)

// creation returns the change that creates the job.
func creation() storage.Change {
	return storage.Change{
		JobRef: ref, OperationID: "create", At: epoch,
		Job: &storage.JobRecord{JobRef: ref, Key: "key", CreatedAt: epoch, Doc: []byte("{}")},
	}
}

// methods call every method of a store.
var methods = map[faultstore.Method]func(context.Context, storage.Store) error{
	faultstore.Commit:   func(ctx context.Context, s storage.Store) error { return s.Commit(ctx, creation()) },
	faultstore.Job:      func(ctx context.Context, s storage.Store) error { return second(s.Job(ctx, ref)) },
	faultstore.FindJobs: func(ctx context.Context, s storage.Store) error { return second(s.FindJobs(ctx, storage.FindQuery{})) },
	faultstore.ListJobs: func(ctx context.Context, s storage.Store) error { return second(s.ListJobs(ctx, storage.JobQuery{})) },
	faultstore.Draft:    func(ctx context.Context, s storage.Store) error { return second(s.Draft(ctx, ref)) },
	faultstore.Version:  func(ctx context.Context, s storage.Store) error { return second(s.Version(ctx, ref, 1)) },
	faultstore.ListVersions: func(ctx context.Context, s storage.Store) error {
		return second(s.ListVersions(ctx, storage.VersionQuery{}))
	},
	faultstore.Run: func(ctx context.Context, s storage.Store) error { return second(s.Run(ctx, ref, "run")) },
	faultstore.ListRuns: func(ctx context.Context, s storage.Store) error {
		return second(s.ListRuns(ctx, storage.RunQuery{Limit: 1}))
	},
	faultstore.ListTicks: func(ctx context.Context, s storage.Store) error {
		return second(s.ListTicks(ctx, storage.TickQuery{Limit: 1}))
	},
	faultstore.ListEvents: func(ctx context.Context, s storage.Store) error {
		return second(s.ListEvents(ctx, storage.EventQuery{Limit: 1}))
	},
	faultstore.Due: func(ctx context.Context, s storage.Store) error {
		return second(s.Due(ctx, storage.DueQuery{Limit: 1}))
	},
	faultstore.Tombstone: func(ctx context.Context, s storage.Store) error { return second(s.Tombstone(ctx, ref)) },
	faultstore.Sweep: func(ctx context.Context, s storage.Store) error {
		return second(s.Sweep(ctx, storage.SweepOptions{Limit: 1}))
	},
}

func second[T any](_ T, err error) error { return err }

// A wrapper that is switched off, or that has nothing planned, is the store.
func TestWithoutFaultsItIsTheStore(t *testing.T) {
	storagetest.Run(t, func(*testing.T) storage.Store { return faultstore.New(memory.New(), faultstore.Plan{}) })
}

func TestAnErrorMeansThatNothingHappened(t *testing.T) {
	for m, call := range methods {
		inner := memory.New()
		store := faultstore.New(inner, faultstore.Plan{Methods: map[faultstore.Method]faultstore.Rates{m: {Error: 1}}})
		err := call(t.Context(), store)
		require.ErrorIs(t, err, faultstore.ErrInjected, m)
		for _, sentinel := range []error{storage.ErrStale, storage.ErrNotFound, storage.ErrOutcomeUnknown} {
			require.NotErrorIs(t, err, sentinel, m)
		}
		_, err = inner.Job(t.Context(), ref)
		require.ErrorIs(t, err, storage.ErrNotFound, m)
		require.Equal(t, faultstore.Counts{m: {Calls: 1, Errors: 1}}, store.Counts())
	}
}

func TestALostReplyComesAfterTheEffect(t *testing.T) {
	for m, call := range methods {
		inner := memory.New()
		store := faultstore.New(inner, faultstore.Plan{Rates: faultstore.Rates{LostReply: 1}})
		err := call(t.Context(), store)
		require.ErrorIs(t, err, faultstore.ErrInjected, m)
		require.Equal(t, m == faultstore.Commit, errors.Is(err, storage.ErrOutcomeUnknown), m)
		_, err = inner.Job(t.Context(), ref)
		require.Equal(t, m == faultstore.Commit, err == nil, m)
		require.Equal(t, faultstore.Counts{m: {Calls: 1, LostReplies: 1}}, store.Counts())
	}
}

func TestACancelledCallIsTheStoresToAnswer(t *testing.T) {
	for m, call := range methods {
		store := faultstore.New(memory.New(), faultstore.Plan{Rates: faultstore.Rates{Cancel: 1}})
		var cut int64
		for range 100 {
			err := call(t.Context(), store)
			if errors.Is(err, faultstore.ErrInjected) {
				require.ErrorIs(t, err, context.Canceled, m)
				cut++
			}
		}
		require.Positive(t, cut, m)
		require.Less(t, cut, int64(100), m)
		require.Equal(t, faultstore.Count{Calls: 100, Cancels: store.Counts()[m].Cancels}, store.Counts()[m])
		require.GreaterOrEqual(t, store.Counts()[m].Cancels, cut, m)
	}
}

func TestADelayIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := faultstore.New(memory.New(), faultstore.Plan{
			Rates:    faultstore.Rates{Delay: 1},
			MaxDelay: time.Hour,
		})
		begun := time.Now()
		require.NoError(t, store.Commit(t.Context(), creation()))
		require.Greater(t, time.Since(begun), time.Duration(0))
		require.LessOrEqual(t, time.Since(begun), time.Hour)

		ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
		defer cancel()
		_, err := store.Job(ctx, ref)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.NotErrorIs(t, err, faultstore.ErrInjected, "the context is the caller's own")
		require.Equal(t, int64(2), store.Counts().Total().Delays)
	})
}

func TestWaitIsTheCallers(t *testing.T) {
	var waited []time.Duration
	store := faultstore.New(memory.New(), faultstore.Plan{
		Rates:    faultstore.Rates{Delay: 1},
		MaxDelay: time.Minute,
		Wait: func(_ context.Context, d time.Duration) error {
			waited = append(waited, d)
			return nil
		},
	})
	require.NoError(t, store.Commit(t.Context(), creation()))
	require.Len(t, waited, 1)
	require.Positive(t, waited[0])
}

func TestOffAndOn(t *testing.T) {
	store := faultstore.New(memory.New(), faultstore.Plan{Rates: faultstore.Rates{Error: 1}})
	store.Off()
	require.NoError(t, store.Commit(t.Context(), creation()))
	require.Empty(t, store.Counts())
	store.On()
	require.ErrorIs(t, second(store.Job(t.Context(), ref)), faultstore.ErrInjected)
	require.Equal(t, int64(1), store.Counts().Total().Faults())
}

// history notes the fate of calls of two methods.
func history(t *testing.T, seed uint64, between func(store *faultstore.Store)) []string {
	t.Helper()
	store := faultstore.New(memory.New(), faultstore.Plan{
		Seed:  seed,
		Rates: faultstore.Rates{Error: 0.2, LostReply: 0.2, Cancel: 0.2},
	})
	var fates []string
	for range 200 {
		between(store)
		fates = append(fates, fmt.Sprint(second(store.Job(t.Context(), ref))))
	}
	return fates
}

func TestASeedIsRepeatable(t *testing.T) {
	nothing := func(*faultstore.Store) {}
	others := func(s *faultstore.Store) { _, _ = s.Draft(t.Context(), ref) }
	once := history(t, 1, nothing)
	require.Equal(t, once, history(t, 1, nothing))
	require.Equal(t, once, history(t, 1, others), "other methods do not matter")
	require.NotEqual(t, once, history(t, 2, nothing))
}

func TestRatesAreKept(t *testing.T) {
	const calls = 10_000
	store := faultstore.New(memory.New(), faultstore.Plan{
		Seed:  1,
		Rates: faultstore.Rates{Error: 0.1, LostReply: 0.2},
	})
	for range calls {
		_, _ = store.Job(t.Context(), ref)
	}
	got := store.Counts()[faultstore.Job]
	require.Equal(t, int64(calls), got.Calls)
	require.InDelta(t, 0.1, float64(got.Errors)/calls, 0.02)
	require.InDelta(t, 0.2, float64(got.LostReplies)/calls, 0.02)
}
