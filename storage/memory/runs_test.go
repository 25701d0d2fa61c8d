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

// TestRunMovesBetweenOutcomes: a replaced run is in the index of its new
// outcome only.
func TestRunMovesBetweenOutcomes(t *testing.T) {
	l := newLedger(t)
	job := newJob("a")
	run := storage.RunRecord{JobRef: ref("a"), ID: "run", Number: 1, CreatedAt: start, ReadyAt: start}
	l.commit("a", storage.Change{Job: &job, PutRuns: []storage.RunRecord{run}})
	run.Revision, run.Outcome, run.ReadyAt = 1, "failed", time.Time{}
	l.commit("a", storage.Change{PutRuns: []storage.RunRecord{run}})

	query := storage.RunQuery{JobRef: ref("a"), Limit: 10, Outcomes: []storage.Outcome{storage.Open}}
	require.Empty(t, runNumbers(l, query))
	query.Outcomes = nil
	require.Equal(t, []int64{1}, runNumbers(l, query))
	due, err := l.Due(t.Context(), storage.DueQuery{Kind: storage.DueReady, Until: start.Add(time.Hour), Limit: 10})
	require.NoError(t, err)
	require.Empty(t, due.Items)
}

func TestRunKeepsItsPlace(t *testing.T) {
	l := newLedger(t)
	job := newJob("a")
	run := storage.RunRecord{JobRef: ref("a"), ID: "run", Number: 1, CreatedAt: start}
	l.commit("a", storage.Change{Job: &job, PutRuns: []storage.RunRecord{run}})

	run.Revision, run.Number = 1, 2
	err := l.try("a", storage.Change{PutRuns: []storage.RunRecord{run}})
	require.ErrorContains(t, err, "memory: commit job a: ")
	require.ErrorIs(t, err, storage.ErrInvalid)
}
