package memory_test

import (
	"testing"
	"time"

	"github.com/jobledger/jobledger/jobs"
	"github.com/stretchr/testify/require"
)

// TestSweepInChunks counts what a removed job leaves behind, one by one.
func TestSweepInChunks(t *testing.T) {
	l := newLedger(t)
	job := newJob("a")
	l.commit("a", jobs.Change{
		Job:         &job,
		AddVersions: []jobs.VersionRecord{{JobRef: ref("a"), Number: 1}, {JobRef: ref("a"), Number: 2}},
		PutRuns:     []jobs.RunRecord{{JobRef: ref("a"), ID: "r", Number: 1, CreatedAt: start, WakeAt: start}},
		PutTicks:    []jobs.TickRecord{{JobRef: ref("a"), NominalAt: start}, {JobRef: ref("a"), NominalAt: start.Add(time.Second)}},
	})
	job.Revision = 1
	stone := jobs.TombstoneRecord{JobRef: ref("a"), Owed: true, WakeAt: start}
	l.commit("a", jobs.Change{Job: &job, Tombstone: &stone})

	require.Equal(t, []int{3, 2, 0, 0}, l.sweeps(3, 4), "what is owed keeps the tombstone")
	due, err := l.Due(t.Context(), jobs.DueQuery{Until: start, Limit: 9})
	require.NoError(t, err)
	require.Equal(t, []jobs.DueItem{{WakeAt: start, JobRef: ref("a"), Kind: jobs.DueTombstone}}, due.Items)

	job.Revision = 0
	require.ErrorIs(t, l.try("a", jobs.Change{Job: &job}), jobs.ErrStale)
	stone.Revision, stone.Owed, stone.WakeAt = 1, false, start.Add(time.Hour)
	l.commit("a", jobs.Change{Tombstone: &stone})
	require.Equal(t, []int{1, 0}, l.sweeps(3, 2))
	_, err = l.Tombstone(t.Context(), ref("a"))
	require.ErrorIs(t, err, jobs.ErrNotFound)
	due, err = l.Due(t.Context(), jobs.DueQuery{Until: start, Limit: 9})
	require.NoError(t, err)
	require.Zero(t, due.Next)
	l.commit("a", jobs.Change{Job: &job})
}

// TestSweepPassesOverWhatIsOwed: a tombstone that owes something does not
// stand in the way of the others, nor is it looked at again and again.
func TestSweepPassesOverWhatIsOwed(t *testing.T) {
	l := newLedger(t)
	for _, id := range []string{"owed", "done"} {
		job := newJob(id)
		l.commit(id, jobs.Change{Job: &job})
		job.Revision = 1
		l.commit(id, jobs.Change{Job: &job, Tombstone: &jobs.TombstoneRecord{JobRef: ref(id), Owed: id == "owed"}})
	}
	require.Equal(t, []int{1, 0}, l.sweeps(1, 2))
	_, err := l.Tombstone(t.Context(), ref("owed"))
	require.NoError(t, err)
}

// sweeps sweeps so many times and returns what each time erased.
func (l *ledger) sweeps(limit, times int) []int {
	l.t.Helper()
	var erased []int
	for range times {
		n, err := l.Sweep(l.t.Context(), limit)
		require.NoError(l.t, err)
		erased = append(erased, n)
	}
	return erased
}
