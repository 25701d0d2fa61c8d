package memory_test

import (
	"testing"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/stretchr/testify/require"
)

// TestSweepInChunks counts what a removed job leaves behind, one by one.
func TestSweepInChunks(t *testing.T) {
	l := newLedger(t)
	job := newJob("a")
	open := storage.RunRecord{JobRef: ref("a"), ID: "open", Number: 1, CreatedAt: start, ReadyAt: start}
	owed := storage.RunRecord{JobRef: ref("a"), ID: "owed", Number: 2, CreatedAt: start, Outcome: "failed", OwedAt: start}
	ended := storage.RunRecord{JobRef: ref("a"), ID: "ended", Number: 3, CreatedAt: start, Outcome: "failed"}
	l.commit("a", storage.Change{
		Job:         &job,
		AddVersions: []storage.VersionRecord{{JobRef: ref("a"), Number: 1}, {JobRef: ref("a"), Number: 2}},
		PutRuns:     []storage.RunRecord{open, owed, ended},
		PutTicks:    []storage.TickRecord{{JobRef: ref("a"), NominalAt: start}, {JobRef: ref("a"), NominalAt: start.Add(time.Second)}},
	})
	job.Revision = 1
	stone := storage.TombstoneRecord{JobRef: ref("a"), WakeAt: start}
	l.commit("a", storage.Change{Job: &job, Tombstone: &stone})

	require.Equal(t, []int{3, 2, 0, 0}, l.sweeps(3, 4), "runs that are open or owed keep the tombstone")
	due, err := l.Due(t.Context(), storage.DueQuery{Kind: storage.DueTombstones, Until: start, Limit: 9})
	require.NoError(t, err)
	require.Equal(t, []storage.DueItem{{At: start, JobRef: ref("a")}}, due.Items)
	for _, kind := range []storage.DueKind{storage.DueReady, storage.DueDebts} {
		due, err := l.Due(t.Context(), storage.DueQuery{Kind: kind, Until: start, Limit: 9})
		require.NoError(t, err)
		require.Empty(t, due.Items)
	}
	left := storage.RunQuery{JobRef: ref("a"), Removed: true, Ascending: true, Limit: 9}
	require.Equal(t, []int64{1, 2}, runNumbers(l, left))

	job.Revision = 0
	require.ErrorIs(t, l.try("a", storage.Change{Job: &job}), storage.ErrStale)
	stone.Revision = 1
	l.commit("a", storage.Change{Tombstone: &stone, RemoveRuns: []storage.RunGuard{{ID: "open", Revision: 1}, {ID: "owed", Revision: 1}}})
	require.Equal(t, []int{1, 0}, l.sweeps(3, 2))
	_, err = l.Tombstone(t.Context(), ref("a"))
	require.ErrorIs(t, err, storage.ErrNotFound)
	l.commit("a", storage.Change{Job: &job})
}

// sweeps sweeps so many times and returns what each time erased.
func (l *ledger) sweeps(limit, times int) []int {
	l.t.Helper()
	var erased []int
	for range times {
		n, err := l.Sweep(l.t.Context(), storage.SweepOptions{Limit: limit})
		require.NoError(l.t, err)
		erased = append(erased, n)
	}
	return erased
}
