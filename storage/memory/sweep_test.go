package memory_test

import (
	"fmt"
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

// TestSweepTrimsJournals: the newest event of each organization stays.
func TestSweepTrimsJournals(t *testing.T) {
	l := newLedger(t)
	for i := range 5 {
		l.commit(fmt.Sprint("job", i%2), storage.Change{At: start.Add(time.Duration(i) * time.Hour), Events: []storage.EventRecord{{}}})
	}
	events := func(query storage.EventQuery) (seqs []int64) {
		query.OrganizationID, query.Limit = "acme", 10
		page, err := l.ListEvents(t.Context(), query)
		require.NoError(t, err)
		require.Equal(t, int64(5), page.Newest)
		for _, e := range page.Events {
			seqs = append(seqs, e.Seq)
		}
		return seqs
	}
	require.Equal(t, []int64{5, 3, 1}, events(storage.EventQuery{JobID: "job0"}))
	require.Equal(t, []int64{2, 3, 4}, events(storage.EventQuery{After: 1, Before: 5, Ascending: true}))
	options := storage.SweepOptions{Limit: 10, EventsBefore: start.Add(time.Hour)}
	erased, err := l.Sweep(t.Context(), options)
	require.NoError(t, err)
	require.Equal(t, 1, erased)
	require.Equal(t, []int64{5, 3}, events(storage.EventQuery{JobID: "job0"}))
	options.EventsBefore = start.Add(9 * time.Hour)
	erased, err = l.Sweep(t.Context(), options)
	require.NoError(t, err)
	require.Equal(t, 3, erased)
	require.Equal(t, []int64{5}, events(storage.EventQuery{}))
	require.Empty(t, events(storage.EventQuery{JobID: "job1"}))
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
