package memory_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jobledger/jobledger/jobs"
	"github.com/stretchr/testify/require"
)

// TestRunPagesMergeOutcomes reads the runs of a job page by page while each
// outcome is kept in an index of its own, of more than one node.
func TestRunPagesMergeOutcomes(t *testing.T) {
	l := newLedger(t)
	outcomes := []jobs.Outcome{jobs.OutcomeNone, jobs.OutcomeSucceeded, jobs.OutcomeFailed}
	job := newJob("a")
	change := jobs.Change{Job: &job}
	for number := int64(1); number <= 600; number++ {
		change.PutRuns = append(change.PutRuns, jobs.RunRecord{
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
			query := jobs.RunQuery{JobRef: ref("a"), Ascending: ascending, Limit: 7}
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
		query := jobs.RunQuery{JobRef: jobs.JobRef{OrganizationID: "acme"}, Ascending: ascending, Limit: 7}
		require.Len(t, runNumbers(l, query), 600)
	}
}

// runNumbers follows the pages to the end.
func runNumbers(l *ledger, query jobs.RunQuery) []int64 {
	l.t.Helper()
	var numbers []int64
	for {
		page, err := l.ListRuns(l.t.Context(), query)
		require.NoError(l.t, err)
		for _, r := range page {
			numbers = append(numbers, r.Number)
			query.After = jobs.RunPosition{CreatedAt: r.CreatedAt, JobID: r.JobID, Number: r.Number}
		}
		if len(page) < query.Limit {
			return numbers
		}
	}
}

// TestRunMovesBetweenOutcomes: a replaced run is in the index of its new
// outcome only.
func TestRunMovesBetweenOutcomes(t *testing.T) {
	l := newLedger(t)
	job := newJob("a")
	run := jobs.RunRecord{JobRef: ref("a"), ID: "run", Number: 1, CreatedAt: start, WakeAt: start}
	l.commit("a", jobs.Change{Job: &job, PutRuns: []jobs.RunRecord{run}})
	run.Revision, run.Outcome, run.WakeAt = 1, jobs.OutcomeFailed, time.Time{}
	l.commit("a", jobs.Change{PutRuns: []jobs.RunRecord{run}})

	query := jobs.RunQuery{JobRef: ref("a"), Limit: 10, Outcomes: []jobs.Outcome{jobs.OutcomeNone}}
	require.Empty(t, runNumbers(l, query))
	query.Outcomes = nil
	require.Equal(t, []int64{1}, runNumbers(l, query))
	due, err := l.Due(t.Context(), jobs.DueQuery{Until: start.Add(time.Hour), Limit: 10})
	require.NoError(t, err)
	require.Empty(t, due.Items)
}

func TestRunKeepsItsPlace(t *testing.T) {
	l := newLedger(t)
	job := newJob("a")
	run := jobs.RunRecord{JobRef: ref("a"), ID: "run", Number: 1, CreatedAt: start}
	l.commit("a", jobs.Change{Job: &job, PutRuns: []jobs.RunRecord{run}})

	run.Revision, run.Number = 1, 2
	err := l.try("a", jobs.Change{PutRuns: []jobs.RunRecord{run}})
	require.ErrorContains(t, err, "memory: commit job a: ")
	require.NotErrorIs(t, err, jobs.ErrStale)
}
