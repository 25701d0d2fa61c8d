package replicas_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/testclock"
	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

var crowdEpoch = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// crowd is an organization of very many runs.
type crowd struct {
	t       *testing.T
	store   *watch
	clock   *testclock.Clock
	service *jobs.Service
}

func newCrowd(t *testing.T, store *watch) *crowd {
	c := &crowd{t: t, store: store, clock: testclock.At(crowdEpoch)}
	c.service = jobs.NewService(store, &jobs.Options{Now: c.clock.Now})
	return c
}

func (c *crowd) create(key string, teamIDs ...string) storage.JobRef {
	c.t.Helper()
	job, err := c.service.CreateJob(c.t.Context(), actor, jobs.NewJob{
		Key: key, TeamIDs: teamIDs,
		Definition: versions.Definition{ClusterID: "C1", Config: json.RawMessage(`{"sql":{"source":"select 1"}}`)},
	})
	require.NoError(c.t, err)
	return storage.JobRef{OrganizationID: actor.OrganizationID, JobID: job.ID}
}

// runs gives a job so many runs that have ended, each a copy of one that was
// cancelled, and a tick for each.
func (c *crowd) runs(ref storage.JobRef, count int) {
	c.t.Helper()
	ctx := c.t.Context()
	run, err := c.service.CreateRun(ctx, actor, ref.JobID, jobs.NewRun{Hold: true})
	require.NoError(c.t, err)
	_, err = c.service.CancelRun(ctx, actor, ref.JobID, run.ID)
	require.NoError(c.t, err)
	ended, err := c.store.Run(ctx, ref, run.ID)
	require.NoError(c.t, err)
	require.NotEqual(c.t, storage.Open, ended.Outcome)
	for first := 1; first < count; first += storage.MaxRuns {
		job, err := c.store.Job(ctx, ref)
		require.NoError(c.t, err)
		change := storage.Change{JobRef: ref, OperationID: fmt.Sprint(ref.JobID, first), At: crowdEpoch, Job: &job}
		for n := first; n < min(count, first+storage.MaxRuns); n++ {
			copied := ended
			copied.ID, copied.Number, copied.Revision = fmt.Sprintf("R%09d", n), ended.Number+int64(n), 0
			copied.CreatedAt = crowdEpoch.Add(time.Duration(n) * time.Millisecond)
			change.PutRuns = append(change.PutRuns, copied)
			change.PutTicks = append(change.PutTicks, storage.TickRecord{JobRef: ref, NominalAt: copied.CreatedAt, Doc: ended.Doc})
		}
		require.NoError(c.t, c.store.Commit(ctx, change))
	}
}

func member(teamIDs ...string) teams.Actor {
	a := teams.Actor{OrganizationID: actor.OrganizationID, MemberID: "M1", Teams: map[string]teams.Role{}}
	for _, team := range teamIDs {
		a.Teams[team] = teams.Viewer
	}
	return a
}

// TestReadsOfARequestAreBounded lists the runs of an organization of very many,
// 6,000 in a run of all tests and 200,000 in full, for those who see none of them,
// few and all. Each page costs ten reads at most, none of which returns more than
// a page of the store's.
func TestReadsOfARequestAreBounded(t *testing.T) {
	count := 6000
	if torture.On() {
		count = 200_000
	}
	onEachStore(t, func(t *testing.T, w *watch) {
		c := newCrowd(t, w)
		few := c.create("few", "FEW")
		for n := range 20 {
			c.runs(c.create(fmt.Sprint("many-", n), "MANY"), count/20)
		}
		c.runs(few, 5)
		for n := range 60 {
			c.create(fmt.Sprint("quiet-", n), "QUIET")
		}
		for _, who := range []struct {
			name  string
			actor teams.Actor
			// Of pages of 100, how many he reads, and how many runs he sees there.
			pages, least, most int
		}{
			{"a member who sees no job", member("NONE"), 1, 0, 0},
			{"one who sees 60 jobs without runs", member("QUIET"), 2, 0, 0},
			{"one who sees one job", member("FEW"), 1, 5, 5},
			{"one who sees 20 jobs", member("MANY"), 3, 200, 300},
			{"an administrator", actor, 3, 300, 300},
		} {
			query := jobs.RunQuery{Limit: 100}
			saw, mostCalls, mostRecords := 0, 0, 0
			began := time.Now()
			for page := range who.pages {
				if page > 0 && query.Marker == "" {
					break
				}
				w.seen()
				list, err := c.service.ListMyRuns(t.Context(), who.actor, query)
				require.NoError(t, err)
				count, records := reads(w.seen())
				mostCalls, mostRecords = max(mostCalls, count), max(mostRecords, records)
				saw, query.Marker = saw+len(list.Runs), list.Marker
			}
			took := time.Since(began) / time.Duration(who.pages)
			require.GreaterOrEqual(t, saw, who.least, who.name)
			require.LessOrEqual(t, saw, who.most, who.name)
			require.LessOrEqual(t, mostCalls, 10, who.name)
			require.LessOrEqual(t, mostRecords, storage.MaxLimit, who.name)
			t.Logf("%d runs, %s: %d reads a page at most, of %d records at most, %v", count, who.name, mostCalls, mostRecords, took)
		}
	})
}

// TestDeletingAJobTouchesLittle deletes a job of very many runs and ticks, 5,000
// in a run of all tests and 100,000 in full, and has a scheduler erase them. No
// call touches more than a bounded number of records. How long the longest took is
// logged, and not judged.
func TestDeletingAJobTouchesLittle(t *testing.T) {
	count := 5000
	if torture.On() {
		count = 100_000
	}
	onEachStore(t, func(t *testing.T, w *watch) {
		c := newCrowd(t, w)
		many, other := c.create("many", "T1"), c.create("other", "T1")
		c.runs(many, count)
		c.runs(other, 5)
		w.seen()
		require.NoError(t, c.service.DeleteJob(t.Context(), actor, many.JobID))
		deleting := w.seen()
		for method, calls := range deleting {
			require.LessOrEqual(t, calls.most, 3, method)
		}
		calls, _ := reads(deleting)
		require.LessOrEqual(t, calls, 10)

		scheduler := jobs.NewScheduler(c.service, &patientEngine{}, nil)
		_, err := scheduler.Tick(t.Context())
		require.NoError(t, err)
		list, err := c.service.ListMyRuns(t.Context(), actor, jobs.RunQuery{})
		require.NoError(t, err)
		beside := w.seen()
		require.LessOrEqual(t, beside["ListRuns"].count, 10)
		_, most := reads(beside)
		require.LessOrEqual(t, most, storage.MaxLimit)
		for _, run := range list.Runs {
			require.Equal(t, other.JobID, run.JobID, "what was deleted is hidden at once")
		}

		const chunk = 500 // what a scheduler erases at once
		erased := 0
		for n := chunk; n == chunk; erased += n {
			n, err = c.service.Sweep(t.Context(), chunk)
			require.NoError(t, err)
		}
		require.GreaterOrEqual(t, erased, 2*count)
		_, err = w.Tombstone(t.Context(), many)
		require.ErrorIs(t, err, storage.ErrNotFound)
		sweeping := w.seen()["Sweep"]
		require.LessOrEqual(t, sweeping.most, chunk)
		var longest []time.Duration
		for _, calls := range deleting {
			longest = append(longest, calls.longest)
		}
		t.Logf("%d runs and ticks: deleted by %d reads and %d commit, the longest call took %v; %d sweeps of %d records, the longest %v",
			count, calls, deleting["Commit"].count, slices.Max(longest), sweeping.count, chunk, sweeping.longest)
	})
}
