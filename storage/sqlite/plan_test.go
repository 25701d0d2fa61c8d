package sqlite_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
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
				step == "SCAN CONSTANT ROW" || strings.HasPrefix(step, "SCAN json_each")
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
func readAll(t *testing.T, store storage.Store) {
	t.Helper()
	ctx, ref := context.Background(), benchJob(1).JobRef
	for _, query := range listQueries() {
		_, err := store.ListJobs(ctx, query)
		require.NoError(t, err)
	}
	_, err := store.Job(ctx, ref)
	require.NoError(t, err)
	_, err = store.FindJobs(ctx, storage.FindQuery{OrganizationID: "org", IDs: []string{"a", "b"}, Keys: []string{"c"}, OpenRuns: 1, RecentRuns: 1})
	require.NoError(t, err)
	_, err = store.Draft(ctx, ref)
	require.ErrorIs(t, err, storage.ErrNotFound)
	_, err = store.Version(ctx, ref, 2)
	require.ErrorIs(t, err, storage.ErrNotFound)
	_, err = store.ListVersions(ctx, storage.VersionQuery{JobRef: ref, Limit: 10})
	require.NoError(t, err)
	_, err = store.Run(ctx, ref, "run")
	require.ErrorIs(t, err, storage.ErrNotFound)
	_, err = store.Tombstone(ctx, ref)
	require.ErrorIs(t, err, storage.ErrNotFound)
	_, err = store.ListTicks(ctx, storage.TickQuery{JobRef: ref, Limit: 10})
	require.NoError(t, err)
	for kind := storage.DueJobs; kind <= storage.DueTombstones; kind++ {
		_, err = store.Due(ctx, storage.DueQuery{Kind: kind, Until: epoch, Limit: 10})
		require.NoError(t, err)
	}
	for _, jobID := range []string{"", ref.JobID} {
		for _, ascending := range []bool{false, true} {
			_, err := store.ListEvents(ctx, storage.EventQuery{OrganizationID: "org", JobID: jobID, Ascending: ascending, Limit: 10})
			require.NoError(t, err)
		}
	}
	_, err = store.Sweep(ctx, storage.SweepOptions{Limit: 10, EventsBefore: epoch.AddDate(1, 0, 0)})
	require.NoError(t, err)
	for _, ascending := range []bool{false, true} {
		for _, query := range []storage.RunQuery{
			{JobRef: storage.JobRef{OrganizationID: "org"}},
			{JobRef: ref},
			{JobRef: storage.JobRef{OrganizationID: "org"}, Outcomes: []storage.Outcome{storage.Open, "failed"}},
			{JobRef: ref, Outcomes: []storage.Outcome{"succeeded"}},
			{JobRef: ref, Outcomes: []storage.Outcome{storage.Open, "failed"}},
			{JobRef: ref, Removed: true},
			{JobRef: ref, Removed: true, Outcomes: []storage.Outcome{storage.Open, "failed"}},
		} {
			query.Ascending, query.Limit = ascending, 10
			_, err := store.ListRuns(ctx, query)
			require.NoError(t, err)
		}
	}
}

// listQueries are all combinations of filters and orders.
func listQueries() (queries []storage.JobQuery) {
	for filter := range 1 << 6 {
		query := storage.JobQuery{OrganizationID: "org", Limit: 10, TeamIDs: []string{"team-1", "team-2"}}
		set := func(bit int) bool { return filter&(1<<bit) != 0 }
		query.AllTeams, query.Descending, query.Brief = set(0), set(1), set(2)
		if set(3) {
			query.Scope = "c:cluster-1"
		}
		if set(4) {
			query.After = &storage.JobPosition{CreatedAt: epoch, Key: "key"}
		}
		if set(5) {
			query.Order = storage.ByKey
		}
		queries = append(queries, query)
	}
	return queries
}
