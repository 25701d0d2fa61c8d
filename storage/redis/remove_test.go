package redis_test

import (
	"fmt"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/redistest"
	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/storage"
)

// manyRuns are changes that insert runs into a job, of which every hundredth is
// open, and due.
func manyRuns(job storage.JobRecord, count int) []storage.Change {
	const each = 500
	var changes []storage.Change
	for first := 0; first < count; first += each {
		job.Revision++
		record := job
		change := storage.Change{JobRef: job.JobRef, OperationID: fmt.Sprint("runs from ", first), At: start, Job: &record}
		for n := first; n < min(first+each, count); n++ {
			run := storage.RunRecord{
				JobRef: job.JobRef, ID: fmt.Sprintf("run-%036d", n), Number: int64(n + 1),
				CreatedAt: start.Add(time.Duration(n) * time.Millisecond), Outcome: "succeeded", Doc: []byte("{}"),
			}
			if n%100 == 0 {
				run.Outcome, run.ReadyAt = storage.Open, start
			}
			change.PutRuns = append(change.PutRuns, run)
		}
		changes = append(changes, change)
	}
	return changes
}

// longest returns the longest command that a server has noted since the last call.
func longest(t testing.TB, client *goredis.Client) time.Duration {
	t.Helper()
	entries, err := client.SlowLogGet(t.Context(), -1).Result()
	require.NoError(t, err)
	require.NoError(t, client.Do(t.Context(), "slowlog", "reset").Err())
	var most time.Duration
	for _, entry := range entries {
		if entry.Args[0] == "slowlog" || entry.Args[0] == "keys" {
			continue
		}
		most = max(most, entry.Duration)
	}
	return most
}

// What a job left is hidden at once by a removal that does not look at it, and
// erased by sweeps that look at little each. The runs that are open stay.
func TestRemovalOfManyRuns(t *testing.T) {
	client := redistest.Start(t, "slowlog-log-slower-than 0", "slowlog-max-len 10000").Client(t)
	store := open(t, client, nil)
	require.NoError(t, store.Commit(t.Context(), creation(ref("job"))))
	require.NoError(t, store.Commit(t.Context(), creation(ref("other"))))
	job, err := store.Job(t.Context(), ref("job"))
	require.NoError(t, err)
	many := torture.Figure(4000, 600_000)
	job.Revision--
	changes := manyRuns(job, many)
	for i := range changes {
		changes[i].Job.Revision = int64(i + 1)
		require.NoError(t, store.Commit(t.Context(), changes[i]))
	}
	longest(t, client)

	job, err = store.Job(t.Context(), ref("job"))
	require.NoError(t, err)
	removal := commands(t, client, func() {
		require.NoError(t, store.Commit(t.Context(), storage.Change{
			JobRef: ref("job"), OperationID: "remove", At: start, Job: &job, Tombstone: &storage.TombstoneRecord{JobRef: ref("job")},
		}))
	})
	require.Less(t, removal, 50, "commands")
	removing := longest(t, client)

	runs, calls := 0, 0
	query := storage.RunQuery{JobRef: storage.JobRef{OrganizationID: "acme"}, Limit: 100}
	for more := true; more; calls++ {
		page, err := store.ListRuns(t.Context(), query)
		require.NoError(t, err)
		runs += len(page.Runs)
		more, query.After = page.More, page.Next
	}
	require.Zero(t, runs)
	require.LessOrEqual(t, calls, many/1000+1)
	due, err := store.Due(t.Context(), storage.DueQuery{Kind: storage.DueReady, Until: start, Limit: 10})
	require.NoError(t, err)
	require.Empty(t, due.Items)
	reading := longest(t, client)

	erased, err := store.Sweep(t.Context(), storage.SweepOptions{Limit: 10 * many})
	require.NoError(t, err)
	require.Equal(t, many-many/100, erased)
	t.Logf("%d runs: the longest command of a removal took %v, of reads beside what was left %v, of the sweep %v",
		many, removing, reading, longest(t, client))
	requireLeft(t, store, many/100)

	keys, err := client.Keys(t.Context(), "*runs:acme").Result()
	require.NoError(t, err)
	require.Empty(t, keys, "the organization's lists hold what is hidden")
}

// requireLeft removes the runs that a removed job left, and then its tombstone.
func requireLeft(t *testing.T, store storage.Store, count int) {
	t.Helper()
	query := storage.RunQuery{JobRef: ref("job"), Removed: true, Limit: 1000}
	for left := count; left > 0; {
		page, err := store.ListRuns(t.Context(), query)
		require.NoError(t, err)
		require.NotEmpty(t, page.Runs)
		tombstone, err := store.Tombstone(t.Context(), ref("job"))
		require.NoError(t, err)
		change := storage.Change{
			JobRef: ref("job"), OperationID: fmt.Sprint("left ", left), At: start, Tombstone: &tombstone,
		}
		for _, run := range page.Runs {
			change.RemoveRuns = append(change.RemoveRuns, storage.RunGuard{ID: run.ID, Revision: run.Revision})
		}
		require.NoError(t, store.Commit(t.Context(), change))
		left -= len(page.Runs)
	}
	erased, err := store.Sweep(t.Context(), storage.SweepOptions{Limit: 10})
	require.NoError(t, err)
	require.Equal(t, 1, erased, "the tombstone")
	_, err = store.Tombstone(t.Context(), ref("job"))
	require.ErrorIs(t, err, storage.ErrNotFound)
}

// A record that has as many parts as the contract allows.
func TestManyParts(t *testing.T) {
	client := redistest.Start(t).Client(t)
	store := open(t, client, nil)
	change := creation(ref("job"))
	for n := range storage.MaxTeams {
		change.Job.TeamIDs = append(change.Job.TeamIDs, fmt.Sprintf("team-%05d", n))
	}
	for n := range storage.MaxScopes {
		change.Job.Scopes = append(change.Job.Scopes, fmt.Sprintf("scope-%05d", n))
	}
	change.Job.KeyScopes = change.Job.Scopes
	for n := range storage.MaxRuns {
		change.PutRuns = append(change.PutRuns, storage.RunRecord{
			JobRef: change.JobRef, ID: fmt.Sprint(n), Number: int64(n + 1), CreatedAt: start,
			ReadyAt: start, DeadlineAt: start, OwedAt: start,
		})
	}
	for n := range storage.MaxVersions {
		change.AddVersions = append(change.AddVersions, storage.VersionRecord{JobRef: change.JobRef, Number: n + 1})
	}
	for n := range storage.MaxTicks {
		change.PutTicks = append(change.PutTicks, storage.TickRecord{JobRef: change.JobRef, NominalAt: start.Add(time.Duration(n) * time.Second)})
	}
	for range storage.MaxEvents {
		change.Events = append(change.Events, storage.EventRecord{Doc: []byte("event")})
	}
	require.NoError(t, store.Commit(t.Context(), change))
	page, err := store.ListJobs(t.Context(), storage.JobQuery{
		OrganizationID: "acme", TeamIDs: change.Job.TeamIDs, Scope: "scope-00499", Limit: 1, Order: storage.ByKey,
	})
	require.NoError(t, err)
	require.Equal(t, 1, page.Total)
	events, err := store.ListEvents(t.Context(), storage.EventQuery{OrganizationID: "acme", JobID: "job", Limit: 1})
	require.NoError(t, err)
	require.Equal(t, int64(storage.MaxEvents), events.Newest)

	require.NoError(t, store.Commit(t.Context(), storage.Change{
		JobRef: ref("job"), OperationID: "remove", At: start, Job: &page.Jobs[0], Tombstone: &storage.TombstoneRecord{JobRef: ref("job")},
	}))
	_, err = store.Sweep(t.Context(), storage.SweepOptions{Limit: 100_000, EventsBefore: start.Add(1)})
	require.NoError(t, err)
	requireLeft(t, store, storage.MaxRuns)
	keys, err := client.Keys(t.Context(), "*").Result()
	require.NoError(t, err)
	for _, key := range keys {
		for _, kind := range []string{"due:", "scope:", "runs:", "sets:", "grants:", "members:", "tombstones", "removed"} {
			require.NotContains(t, key, "}"+kind, "something was left")
		}
	}
	events, err = store.ListEvents(t.Context(), storage.EventQuery{OrganizationID: "acme", Limit: 10})
	require.NoError(t, err)
	require.Len(t, events.Events, 1, "the newest event stays")
}
