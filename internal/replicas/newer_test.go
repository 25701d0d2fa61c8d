package replicas_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/versions"
)

// hourly makes a job that is due each hour.
func hourly(t *testing.T, service *jobs.Service, key string) jobs.Job {
	t.Helper()
	job, err := service.CreateJob(t.Context(), actor, jobs.NewJob{
		Key: key, TeamIDs: []string{"T1"},
		Definition: versions.Definition{
			ClusterID: "C1", Config: json.RawMessage(`{"sql":{"source":"select 1"}}`), CronExpression: "@hourly",
		},
	})
	require.NoError(t, err)
	return job
}

// TestAnOlderReplicaStopsAtAMigration migrates the store under a service and a
// scheduler that are at work. From their next commit on they change nothing, say
// why, and go on reading.
func TestAnOlderReplicaStopsAtAMigration(t *testing.T) {
	for _, kind := range []string{onSQLite, onRedis} {
		t.Run(kind, func(t *testing.T) {
			ctx, at := t.Context(), newPlace(t, kind)
			store, closeStore, err := at.open(ctx)
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, closeStore()) })
			s := newSettler(t, store, crowdEpoch, jobs.RunOptions{})
			job := hourly(t, s.service, "hourly")
			require.NoError(t, s.service.DeleteJob(ctx, actor, hourly(t, s.service, "deleted").ID))
			_, err = s.service.CreateRun(ctx, actor, job.ID, jobs.NewRun{})
			require.NoError(t, err)
			_, err = s.scheduler.Tick(ctx)
			require.NoError(t, err)
			given := s.engine.taken()
			require.Len(t, given, 1)
			before, err := store.Job(ctx, storage.JobRef{OrganizationID: actor.OrganizationID, JobID: job.ID})
			require.NoError(t, err)

			at.migrate(t)
			s.clock.Advance(time.Hour)
			for what, change := range map[string]func() error{
				"edit": func() error {
					_, err := s.service.UpdateJob(ctx, actor, job.ID, jobs.JobPatch{Description: new("x")})
					return err
				},
				"run":    func() error { _, err := s.service.CreateRun(ctx, actor, job.ID, jobs.NewRun{}); return err },
				"sweep":  func() error { _, err := s.service.Sweep(ctx, 10); return err },
				"delete": func() error { return s.service.DeleteJob(ctx, actor, job.ID) },
				"tick":   func() error { _, err := s.scheduler.Tick(ctx); return err },
				"report": func() error {
					d := given[0]
					_, err := s.service.ReportRun(ctx, job.ID, d.Run.ID, d.Token, jobs.Report{Status: jobs.RunSucceeded})
					return err
				},
			} {
				require.ErrorIs(t, change(), jobs.ErrOutdated, what)
			}
			require.Empty(t, s.engine.taken(), "nothing is handed out that cannot be noted")
			after, err := store.Job(ctx, before.JobRef)
			require.NoError(t, err)
			require.Equal(t, before, after)
			_, _, err = at.open(ctx)
			require.ErrorIs(t, err, storage.ErrOutdated)
		})
	}
}

// TestWhatANewerVersionAddsStopsNobody has a newer version leave, in a store that
// it has not migrated, all that this one knows nothing of: documents that it
// cannot read, scopes, outcomes, a status of a run, and a list of what is due for
// another reason. The other jobs are listed, fire and run as ever.
func TestWhatANewerVersionAddsStopsNobody(t *testing.T) {
	for _, kind := range []string{onSQLite, onRedis} {
		t.Run(kind, func(t *testing.T) {
			ctx, at := t.Context(), newPlace(t, kind)
			store, closeStore, err := at.open(ctx)
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, closeStore()) })
			s := newSettler(t, store, crowdEpoch, jobs.RunOptions{})
			unreadable, strange, removed := hourly(t, s.service, "unreadable"), hourly(t, s.service, "strange"), hourly(t, s.service, "removed")
			var good []string
			for n := range 3 {
				good = append(good, hourly(t, s.service, fmt.Sprint("good-", n)).ID)
			}
			for _, job := range []jobs.Job{strange, removed} {
				_, err = s.service.CreateRun(ctx, actor, job.ID, jobs.NewRun{})
				require.NoError(t, err)
			}
			_, err = s.scheduler.Tick(ctx)
			require.NoError(t, err)
			s.engine.taken()
			require.NoError(t, s.service.DeleteJob(ctx, actor, removed.ID))

			newer, closeNewer, err := at.open(ctx)
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, closeNewer()) })
			leave(t, newer, unreadable.ID, strange.ID, removed.ID)
			at.addList(t)

			var reported error
			for range 3 {
				s.clock.Advance(time.Hour)
				for range 20 {
					if _, err := s.scheduler.Tick(ctx); err != nil {
						reported = err
					}
					s.end(keepJobs(s.engine.taken(), good))
				}
			}
			require.ErrorContains(t, reported, "document of")
			for _, id := range good {
				runs, err := s.service.ListRuns(ctx, actor, id, jobs.RunQuery{})
				require.NoError(t, err)
				require.Len(t, runs.Runs, 3)
				for _, run := range runs.Runs {
					require.Equal(t, jobs.RunSucceeded, run.Status)
				}
			}
			list, err := s.service.ListJobs(ctx, member("T1"), jobs.JobQuery{})
			require.NoError(t, err)
			require.Len(t, list.Jobs, 4, "all but the one that cannot be read")
			mine, err := s.service.ListMyRuns(ctx, member("T1"), jobs.RunQuery{})
			require.NoError(t, err)
			require.GreaterOrEqual(t, len(mine.Runs), 9)
			record, err := newer.Job(ctx, storage.JobRef{OrganizationID: actor.OrganizationID, JobID: strange.ID})
			require.NoError(t, err)
			require.Contains(t, record.Scopes, "s:suspended", "ticks leave the newer version's scopes alone")
		})
	}
}

// keepJobs keeps the dispatches of some jobs.
func keepJobs(given []jobs.Dispatch, ids []string) (kept []jobs.Dispatch) {
	for _, d := range given {
		for _, id := range ids {
			if d.Run.JobID == id {
				kept = append(kept, d)
			}
		}
	}
	return kept
}

// TestARunOfANewerVersionCostsLittle has a scheduler meet a run that is due in
// every way, and in a status that it does not know: it looks at it now and then,
// and not without a pause.
func TestARunOfANewerVersionCostsLittle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &watch{Store: memory.New(), calls: map[string]calls{}}
		service := jobs.NewService(w, &jobs.Options{})
		job := hourly(t, service, "job")
		run, err := service.CreateRun(t.Context(), actor, job.ID, jobs.NewRun{})
		require.NoError(t, err)
		ref := storage.JobRef{OrganizationID: actor.OrganizationID, JobID: job.ID}
		record, err := w.Run(t.Context(), ref, run.ID)
		require.NoError(t, err)
		record = strangely(record, time.Now())
		require.NoError(t, w.Commit(t.Context(), storage.Change{JobRef: ref, OperationID: "newer", At: time.Now(), PutRuns: []storage.RunRecord{record}}))
		w.seen()
		ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
		defer stop()
		require.NoError(t, jobs.NewScheduler(service, &patientEngine{}, nil).Run(ctx))
		all := 0
		for _, calls := range w.seen() {
			all += calls.count
		}
		t.Logf("%d store calls in ten seconds", all)
		require.LessOrEqual(t, all, 200)
	})
}
