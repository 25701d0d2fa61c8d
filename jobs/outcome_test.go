package jobs_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/versions"
)

// withOutcome lists the keys of the jobs with an outcome.
func (w *World) withOutcome(outcome string) []string {
	w.t.Helper()
	page, err := w.store.ListJobs(w.ctx, storage.JobQuery{OrganizationID: org, AllTeams: true, Scope: "o:" + outcome, Limit: 10})
	require.NoError(w.t, err)
	var keys []string
	for _, record := range page.Jobs {
		keys = append(keys, record.Key)
	}
	return keys
}

func TestTheLastOutcomeIsThatOfTheNewestRunThatEnded(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", scheduled("*/5 * * * *", schedule.ConcurrencyAllow, schedule.MissedLatest), func(j *jobs.NewJob) { j.MaxConcurrentRuns = 10 })
	require.Empty(t, w.job(job.ID).LastOutcome)
	first, second, third := w.manual(job.ID), w.manual(job.ID), w.manual(job.ID)
	w.Advance(0)
	require.Empty(t, w.job(job.ID).LastOutcome, "none has ended")

	w.report(second.ID, jobs.Report{Status: jobs.RunFailed})
	require.Equal(t, jobs.RunFailed, w.job(job.ID).LastOutcome)
	require.Equal(t, []string{"job"}, w.withOutcome("failed"))
	w.report(first.ID, jobs.Report{Status: jobs.RunSucceeded})
	require.Equal(t, jobs.RunFailed, w.job(job.ID).LastOutcome, "an older run ended later")
	w.report(third.ID, jobs.Report{Status: jobs.RunTimeout})
	require.Equal(t, jobs.RunTimeout, w.job(job.ID).LastOutcome)
	require.Equal(t, []string{"job"}, w.withOutcome("failed"), "a timeout is a failure")

	require.NoError(t, w.DeleteRun(w.ctx, w.Actor, job.ID, third.ID))
	require.Equal(t, jobs.RunTimeout, w.job(job.ID).LastOutcome, "it outlives the run")
	fourth, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{Hold: true})
	require.NoError(t, err)
	_, err = w.CancelRun(w.ctx, w.Actor, job.ID, fourth.ID)
	require.NoError(t, err)
	require.Equal(t, jobs.RunCancelled, w.job(job.ID).LastOutcome)
	require.Empty(t, w.withOutcome("failed"))
	w.at(5*time.Minute + time.Second)
	w.report(w.runs(job.ID)[0].ID, jobs.Report{Status: jobs.RunSucceeded})
	require.Equal(t, []string{"job"}, w.withOutcome("succeeded"))

	w.publish(job.ID, versions.Patch{TimeoutSeconds: new(60)})
	require.Equal(t, jobs.RunSucceeded, w.job(job.ID).LastOutcome)
	require.Equal(t, []string{"job"}, w.withOutcome("succeeded"), "an edit keeps the list")
}

func TestTheListOfAnOutcomeIsWrittenOnlyWhenItChanges(t *testing.T) {
	w, s := newSpiedWorld(t, nil)
	job := w.create("job")
	for i := range 3 {
		run := w.manual(job.ID)
		w.Advance(0)
		before := w.record(job.ID)
		s.made()
		s.read()
		w.report(run.ID, jobs.Report{Status: jobs.RunSucceeded})
		made := s.made()
		require.Len(t, made, 1, "the end is one commit")
		reads, byName := s.read()
		require.LessOrEqual(t, reads, 2, "%v", byName)
		require.Empty(t, made[0].Job.Doc, "what people edit is not written")
		require.Equal(t, i > 0, len(before.Scopes) == len(made[0].Job.Scopes))
	}
}

// record reads a job as the store has it.
func (w *World) record(id string) storage.JobRecord {
	w.t.Helper()
	record, err := w.store.Job(w.ctx, storage.JobRef{OrganizationID: org, JobID: id})
	require.NoError(w.t, err)
	return record
}
