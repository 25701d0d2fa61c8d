package jobs_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/versions"
)

func TestPublishingOntoALongChainTakesFewReads(t *testing.T) {
	w, s := newSpiedWorld(t, nil)
	const length = 3000
	first := w.create("job-0")
	for i := 1; i < length; i++ {
		w.create(fmt.Sprint("job-", i), dependsOn(fmt.Sprint("job-", i-1)))
	}
	last := fmt.Sprint("job-", length-1)
	end := w.create("end")
	s.read()

	w.publish(end.ID, versions.Patch{DependsOn: new([]string{last})})
	total, byName := s.read()
	require.LessOrEqual(t, total, 20, "%v", byName)

	_, err := w.PublishVersion(w.ctx, w.Actor, first.ID, versions.Patch{DependsOn: new([]string{"end"})})
	requireField(t, "dependsOn", err)
	total, byName = s.read()
	require.LessOrEqual(t, total, 20, "%v", byName)
}

func TestACycleIsFoundHoweverLong(t *testing.T) {
	w := newWorld(t, nil)
	for length := 2; length <= 9; length++ {
		key := func(i int) string { return fmt.Sprintf("ring%d-%d", length, i) }
		first := w.create(key(0))
		for i := 1; i < length; i++ {
			w.create(key(i), dependsOn(key(i-1)))
		}
		_, err := w.PublishVersion(w.ctx, w.Actor, first.ID, versions.Patch{DependsOn: new([]string{key(length - 1)})})
		requireField(t, "dependsOn", err)
	}
}

func TestDeletingAJobReadsNoRuns(t *testing.T) {
	w, s := newSpiedWorld(t, nil)
	job := w.create("job")
	for range 1500 {
		_, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{Hold: true})
		require.NoError(t, err)
	}
	s.read()
	s.made()
	require.NoError(t, w.DeleteJob(w.ctx, w.Actor, job.ID))
	total, byName := s.read()
	require.Zero(t, byName["ListRuns"])
	require.LessOrEqual(t, total, 2, "%v", byName)
	made := s.made()
	require.Len(t, made, 1)
	require.Less(t, len(made[0].Tombstone.Doc), 100)
}

func TestWhatADeletedJobLeftIsRemovedInBoundedCommits(t *testing.T) {
	w, s := newSpiedWorld(t, nil)
	job := w.create("job")
	for range 25 {
		w.manual(job.ID)
	}
	w.Advance(0) // the engine has these
	for range 1500 {
		_, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{Hold: true})
		require.NoError(t, err)
	}
	stubborn := w.engine.dispatched[3].Run.ID
	refused := 0
	w.engine.refuse = func(runID string) bool {
		if runID == stubborn && refused < 3 {
			refused++
			return true
		}
		return false
	}
	require.NoError(t, w.DeleteJob(w.ctx, w.Actor, job.ID))
	ref := storage.JobRef{OrganizationID: org, JobID: job.ID}
	s.made()
	for range 40 {
		_, _ = w.Scheduler.Tick(w.ctx) // the engine's refusals are told
		w.Outage(time.Second)
	}
	require.True(t, w.atRest())
	require.Len(t, w.engine.cancelled, 25, "what waited is removed without asking")
	require.Len(t, w.engine.cleaned, 25)
	require.Equal(t, 3, refused)
	for _, c := range s.made() {
		require.NoError(t, c.Validate())
		require.Less(t, len(c.Tombstone.Doc), 100, "a tombstone holds no list of runs")
	}
	left, err := w.store.ListRuns(w.ctx, storage.RunQuery{JobRef: ref, Removed: true, Limit: 10})
	require.NoError(t, err)
	require.Empty(t, left.Runs)
	for {
		erased, err := w.Sweep(w.ctx, 100)
		require.NoError(t, err)
		if erased < 100 {
			break
		}
	}
	_, err = w.store.Tombstone(w.ctx, ref)
	require.ErrorIs(t, err, jobs.ErrNotFound)
}

func TestTheEndOfARunReadsLittleWhateverIsKept(t *testing.T) {
	w, s := newSpiedWorld(t, &jobs.Options{Runs: jobs.RunOptions{RetainCount: 200}})
	job := w.create("job")
	var records int
	for range 420 {
		w.run(job.ID, jobs.RunSucceeded)
	}
	_, byName := s.read()
	for _, c := range s.made() {
		records += len(c.RemoveRuns)
		require.NoError(t, c.Validate())
	}
	// Each look at the job (one a run at most) lists its open runs.
	require.Less(t, byName["ListRuns"], 450)
	require.GreaterOrEqual(t, records, 420-250)
	require.LessOrEqual(t, records, 220)
}

func TestAReplacementOfVeryManyIsMadeInBoundedCommits(t *testing.T) {
	w, s := newSpiedWorld(t, nil)
	job := w.create("job", scheduled("@hourly", schedule.ConcurrencyReplace, ""))
	for range 1300 {
		_, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{})
		require.NoError(t, err)
	}
	w.Scheduler = jobs.NewScheduler(w.Service, nil, nil) // none of them starts
	s.made()
	w.Outage(time.Hour)
	for range 5 {
		_, err := w.Scheduler.Tick(w.ctx)
		require.NoError(t, err)
	}
	for _, c := range s.made() {
		require.LessOrEqual(t, len(c.PutRuns), 501)
	}
	newest := w.runs(job.ID)
	require.Equal(t, jobs.RunReady, newest[0].Status)
	for _, run := range newest[1:] {
		require.Equal(t, jobs.RunCancelled, run.Status)
	}
}

func TestABacklogIsFiredInBoundedCommits(t *testing.T) {
	w, s := newSpiedWorld(t, &jobs.Options{Runs: jobs.RunOptions{CatchUpCount: 2000, CatchUpWindow: 1000 * time.Hour}})
	job := w.create("job", scheduled("* * * * *", schedule.ConcurrencyAllow, schedule.MissedAll), func(j *jobs.NewJob) { j.MaxConcurrentRuns = 1500 })
	w.Scheduler = jobs.NewScheduler(w.Service, nil, nil)
	w.Outage(1000 * time.Minute)
	for range 5 {
		_, err := w.Scheduler.Tick(w.ctx)
		require.NoError(t, err)
	}
	for _, c := range s.made() {
		require.LessOrEqual(t, len(c.PutRuns), 300)
	}
	require.Equal(t, int64(1000), w.job(job.ID).LatestRun.Number, "and none is left out")
}

func TestTheStateOfAJobStaysSmall(t *testing.T) {
	w, s := newSpiedWorld(t, nil)
	up := w.create("up", scheduled("", schedule.ConcurrencyAllow, ""))
	down := w.create("down", dependsOn("up"), scheduled("", schedule.ConcurrencyAllow, ""))
	for range 2500 { // these never end
		_, err := w.CreateRun(w.ctx, w.Actor, up.ID, jobs.NewRun{Hold: true})
		require.NoError(t, err)
	}
	w.run(up.ID, jobs.RunSucceeded)
	require.Len(t, w.runs(down.ID), 1)
	for _, c := range s.made() {
		if c.Job != nil {
			require.Less(t, len(c.Job.State), 8<<10)
		}
	}
}

func TestTicksAndRunsLeaveTheConfigAlone(t *testing.T) {
	w, s := newSpiedWorld(t, nil)
	job := w.create("job", scheduled("@hourly", "", ""), func(j *jobs.NewJob) { j.Config = sql(strings.Repeat("x", 8000)) })
	s.made()
	w.at(time.Hour)
	w.finish(job.ID, jobs.RunSucceeded)
	run := w.manual(job.ID)
	w.Advance(0)
	w.finish(job.ID, jobs.RunSucceeded)
	w.Advance(0)
	require.NoError(t, w.DeleteRun(w.ctx, w.Actor, job.ID, run.ID))
	made := s.made()
	require.NotEmpty(t, made)
	for _, c := range made {
		if c.Job != nil {
			require.Empty(t, c.Job.Doc)
			require.Less(t, len(c.Job.State), 200)
		}
	}
	require.Len(t, w.job(job.ID).Version.Config, len(job.Version.Config))
}
