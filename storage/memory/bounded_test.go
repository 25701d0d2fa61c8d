package memory_test

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/stretchr/testify/require"
)

// TestManyGrantSets lists 1,000 jobs, each granted to 100 of 150 teams, no two to
// the same: a page allocates for a member of all teams at most ten times what it
// allocates for an administrator, whose page asks for no teams.
func TestManyGrantSets(t *testing.T) {
	l := newLedger(t)
	var teams []string
	for n := range 150 {
		teams = append(teams, fmt.Sprintf("team-%03d", n))
	}
	coprime := []int{1, 7, 11, 13, 17, 19, 23} // to 150
	for n := range 1000 {
		job := newJob(fmt.Sprintf("job-%04d", n*7919%1000))
		for i := range 100 {
			job.TeamIDs = append(job.TeamIDs, teams[(i*coprime[n/150]+n)%150])
		}
		slices.Sort(job.TeamIDs)
		l.record(job)
	}
	page := func(all bool, teams []string) (allocations float64, took time.Duration) {
		query := storage.JobQuery{OrganizationID: "acme", AllTeams: all, TeamIDs: teams, Limit: 100}
		list := func() {
			page, err := l.ListJobs(t.Context(), query)
			require.NoError(t, err)
			require.Len(t, page.Jobs, 100)
		}
		allocations = testing.AllocsPerRun(10, list)
		began := time.Now()
		list()
		return allocations, time.Since(began)
	}
	admin, asAdmin := page(true, nil)
	for _, some := range [][]string{teams, teams[:1], teams[:50]} {
		member, asMember := page(false, some)
		require.LessOrEqual(t, member, 10*admin)
		t.Logf("a page takes a member of %d teams %v and %.0f allocations, an administrator %v and %.0f", len(some), asMember, member, asAdmin, admin)
	}
}

// counting is a context that counts how often it is looked at, which a sweep does
// each time it locks the store.
type counting struct {
	context.Context
	looks atomic.Int64
}

func (c *counting) Err() error {
	c.looks.Add(1)
	return c.Context.Err()
}

// TestRemovalLooksAtNoRun removes a job of few runs and one of many, 5,000 in a
// run of all tests and 100,000 in full: it allocates the same. A page passes over a
// bounded part of what was left, and a sweep lets go of the store in between.
func TestRemovalLooksAtNoRun(t *testing.T) {
	many := 5
	if torture.On() {
		many = 100
	}
	removal := removalAllocations(t, 1)
	require.InDelta(t, removal, removalAllocations(t, many), 10)
}

// removalAllocations removes a job of so many thousand runs and ticks, and erases
// them. It returns the allocations of the removal.
func removalAllocations(t *testing.T, thousands int) float64 {
	t.Helper()
	const each, stores = 1000, 2 // AllocsPerRun warms up once
	var ledgers []*memory.Store
	for range stores {
		store := memory.New()
		for i := range thousands {
			require.NoError(t, store.Commit(t.Context(), thousand(i, each)))
		}
		ledgers = append(ledgers, store)
	}
	next := 0
	var removing time.Duration
	allocations := testing.AllocsPerRun(1, func() {
		c := change(benchJob(0), thousands)
		c.Job.Revision, c.Tombstone = int64(thousands), &storage.TombstoneRecord{JobRef: c.JobRef}
		began := time.Now()
		require.NoError(t, ledgers[next].Commit(t.Context(), c))
		removing = time.Since(began)
		next++
	})
	store := ledgers[0]
	calls := 0
	query := storage.RunQuery{JobRef: storage.JobRef{OrganizationID: "acme"}, Limit: 100}
	for more := true; more; calls++ {
		page, err := store.ListRuns(t.Context(), query)
		require.NoError(t, err)
		require.Empty(t, page.Runs)
		more, query.After = page.More, page.Next
	}
	require.GreaterOrEqual(t, calls, thousands, "a call passes over a thousand runs at most")
	ctx := &counting{Context: t.Context()}
	erased, err := store.Sweep(ctx, storage.SweepOptions{Limit: 10 * each * thousands})
	require.NoError(t, err)
	require.Equal(t, 2*each*thousands+1, erased)
	locks := ctx.looks.Load()
	require.GreaterOrEqual(t, locks, int64(erased/500), "a sweep erases 500 records at a time at most")
	t.Logf("%d runs and ticks: %.0f allocations and %v for the removal, %d pages to pass over the runs, the store locked %d times to erase them",
		each*thousands, allocations, removing, calls, locks)
	return allocations
}
