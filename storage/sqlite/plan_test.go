package sqlite_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
)

// TestPlans holds every read to its index: none scans a table, and none sorts
// what it has not bounded first. So none costs what the table is in size.
func TestPlans(t *testing.T) {
	store := openAt(t, filepath.Join(t.TempDir(), "jobs.db"))
	fill(t, store, 200)
	readAll(t, store)
	plans, err := store.Plans(t.Context())
	require.NoError(t, err)
	require.Greater(t, len(plans), 20)
	for query, plan := range plans {
		for step := range strings.Lines(plan) {
			step = strings.TrimSpace(step)
			// A subquery is bounded by its own LIMIT.
			bounded := strings.HasPrefix(step, "SCAN page") || step == "SCAN o" || strings.HasPrefix(step, "SCAN (subquery") ||
				step == "SCAN CONSTANT ROW"
			require.False(t, strings.HasPrefix(step, "SCAN") && !bounded, "%s\n%s", query, plan)
			// What is sorted last is a page, if the LIMIT is in a subquery. The
			// last term of due items tells no two of one index apart.
			inner := strings.LastIndex(query, "LIMIT") < strings.LastIndex(query, ")")
			sorts := strings.Contains(step, "TEMP B-TREE") && step != "USE TEMP B-TREE FOR LAST TERM OF ORDER BY"
			require.False(t, sorts && !(inner && step == "USE TEMP B-TREE FOR ORDER BY"), "%s\n%s", query, plan)
		}
	}
}

// readAll reads in every way that there is.
func readAll(t *testing.T, store jobs.Store) {
	t.Helper()
	ctx, ref := context.Background(), benchJob(1).JobRef
	for _, query := range listQueries() {
		_, err := store.ListJobs(ctx, query)
		require.NoError(t, err)
	}
	_, err := store.Job(ctx, ref)
	require.NoError(t, err)
	_, err = store.FindJobs(ctx, jobs.JobLookup{OrganizationID: "org", IDs: []string{"a", "b"}, Keys: []string{"c"}})
	require.NoError(t, err)
	_, err = store.Draft(ctx, ref)
	require.ErrorIs(t, err, jobs.ErrNotFound)
	_, err = store.Version(ctx, ref, 1)
	require.ErrorIs(t, err, jobs.ErrNotFound)
	_, err = store.ListVersions(ctx, jobs.VersionQuery{JobRef: ref, Limit: 10})
	require.NoError(t, err)
	_, err = store.Run(ctx, ref, "run")
	require.ErrorIs(t, err, jobs.ErrNotFound)
	_, err = store.Tombstone(ctx, ref)
	require.ErrorIs(t, err, jobs.ErrNotFound)
	_, err = store.ListTicks(ctx, jobs.TickQuery{JobRef: ref, Limit: 10})
	require.NoError(t, err)
	_, err = store.Due(ctx, jobs.DueQuery{Until: epoch, Limit: 10})
	require.NoError(t, err)
	for _, ascending := range []bool{false, true} {
		for _, query := range []jobs.RunQuery{
			{JobRef: jobs.JobRef{OrganizationID: "org"}},
			{JobRef: ref},
			{JobRef: ref, Outcomes: []jobs.Outcome{jobs.OutcomeSucceeded}},
			{JobRef: ref, Outcomes: []jobs.Outcome{jobs.OutcomeSucceeded, jobs.OutcomeFailed}},
		} {
			query.Ascending, query.Limit = ascending, 10
			_, err := store.ListRuns(ctx, query)
			require.NoError(t, err)
		}
	}
}

// listQueries are all combinations of filters and orders.
func listQueries() (queries []jobs.JobQuery) {
	for filter := range 1 << 6 {
		query := jobs.JobQuery{OrganizationID: "org", Limit: 10, TeamIDs: []string{"team-1", "team-2"}}
		set := func(bit int) bool { return filter&(1<<bit) != 0 }
		query.AllTeams, query.Descending = set(0), set(1)
		if set(2) {
			query.GrantedTo = "team-1"
		}
		if set(3) {
			query.ClusterID = "cluster-1"
		}
		if set(4) {
			query.DependsOn = "key-000000001"
		}
		if set(5) {
			query.Order = jobs.ByKey
		}
		queries = append(queries, query)
	}
	return queries
}
