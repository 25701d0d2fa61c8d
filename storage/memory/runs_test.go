package memory_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/stretchr/testify/require"
)

// TestRunPagesMergeOutcomes reads the runs of a job page by page while each
// outcome is kept in an index of its own, of more than one node.
func TestRunPagesMergeOutcomes(t *testing.T) {
	l := newLedger(t)
	outcomes := []storage.Outcome{storage.Open, "succeeded", "failed"}
	job := newJob("a")
	change := storage.Change{Job: &job}
	for number := int64(1); number <= 600; number++ {
		change.PutRuns = append(change.PutRuns, storage.RunRecord{
			JobRef:    ref("a"),
			ID:        fmt.Sprintf("run-%d", number),
			Number:    number,
			CreatedAt: start.Add(time.Duration(number) * time.Second),
			Outcome:   outcomes[number*number%7%3],
		})
	}
	l.commit("a", change)

	for _, ascending := range []bool{false, true} {
		for chosen := range 1 << len(outcomes) {
			query := storage.RunQuery{JobRef: ref("a"), Ascending: ascending, Limit: 7}
			for i, outcome := range outcomes {
				if chosen&(1<<i) != 0 {
					query.Outcomes = append(query.Outcomes, outcome)
				}
			}
			var want []int64
			for _, r := range change.PutRuns {
				if chosen == 0 || slices.Contains(query.Outcomes, r.Outcome) {
					want = append(want, r.Number)
				}
			}
			if !ascending {
				slices.Reverse(want)
			}
			require.Equal(t, want, runNumbers(l, query))
		}
		query := storage.RunQuery{JobRef: storage.JobRef{OrganizationID: "acme"}, Ascending: ascending, Limit: 7}
		require.Len(t, runNumbers(l, query), 600)
	}
}

// runNumbers follows the pages to the end.
func runNumbers(l *ledger, query storage.RunQuery) []int64 {
	l.t.Helper()
	var numbers []int64
	for {
		page, err := l.ListRuns(l.t.Context(), query)
		require.NoError(l.t, err)
		for _, r := range page.Runs {
			numbers = append(numbers, r.Number)
		}
		if query.After = page.Next; !page.More {
			return numbers
		}
	}
}

// TestRemovedRunsArePassedOver: what a removed job left costs no call much, and
// hides nothing behind it.
func TestRemovedRunsArePassedOver(t *testing.T) {
	l := newLedger(t)
	const each, commits = 1000, 3
	gone, stays := newJob("gone"), newJob("stays")
	run := func(jobID string, number int64) storage.RunRecord {
		at := start.Add(time.Duration(number) * time.Second)
		return storage.RunRecord{JobRef: ref(jobID), ID: fmt.Sprint(number), Number: number, CreatedAt: at, ReadyAt: at}
	}
	for i := range int64(commits) {
		gone.Revision = i
		c := storage.Change{Job: &gone}
		for n := range int64(each) {
			c.PutRuns = append(c.PutRuns, run("gone", 1+i*each+n))
		}
		l.commit("gone", c)
	}
	l.commit("stays", storage.Change{Job: &stays, PutRuns: []storage.RunRecord{run("stays", 1+commits*each)}})
	gone.Revision = commits
	l.commit("gone", storage.Change{Job: &gone, Tombstone: &storage.TombstoneRecord{JobRef: ref("gone")}})

	runs := storage.RunQuery{JobRef: storage.JobRef{OrganizationID: "acme"}, Ascending: true, Limit: 5}
	due := storage.DueQuery{Kind: storage.DueReady, Until: start.AddDate(1, 0, 0), Limit: 5}
	for range commits - 1 {
		page, err := l.ListRuns(t.Context(), runs)
		require.NoError(t, err)
		require.True(t, page.More && len(page.Runs) == 0)
		runs.After = page.Next
		items, err := l.Due(t.Context(), due)
		require.NoError(t, err)
		require.True(t, items.More && len(items.Items) == 0)
		due.After = items.After
	}
	page, err := l.ListRuns(t.Context(), runs)
	require.NoError(t, err)
	require.False(t, page.More)
	require.Equal(t, ref("stays"), page.Runs[0].JobRef)
	items, err := l.Due(t.Context(), due)
	require.NoError(t, err)
	require.False(t, items.More)
	require.Equal(t, ref("stays"), items.Items[0].JobRef)
}
