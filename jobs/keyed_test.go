package jobs_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
)

// The key of a run that was deleted is refused, whatever the engine is owed for
// it, for as long as the run would have been kept.
func TestTheKeyOfADeletedRunIsRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		cleanup jobs.CleanupMode
		hold    bool
	}{
		"while a cleanup is owed":    {cleanup: jobs.CleanupAlways},
		"with nothing owed":          {cleanup: jobs.CleanupNever},
		"that the engine never had":  {hold: true},
		"whose cleanup is not asked": {cleanup: jobs.CleanupOnSuccess},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			job := w.create("job")
			made := jobs.NewRun{IdempotencyKey: "once", ResourceCleanupMode: tc.cleanup, Hold: tc.hold}
			run, err := w.CreateRun(w.ctx, w.Actor, job.ID, made)
			require.NoError(t, err)
			w.Advance(0)
			if tc.hold {
				_, err = w.CancelRun(w.ctx, w.Actor, job.ID, run.ID)
				require.NoError(t, err)
			} else {
				w.report(run.ID, jobs.Report{Status: jobs.RunFailed, Message: "a secret", Results: []byte(`{"a":1}`)})
			}
			again := func() (jobs.Run, error) { return w.CreateRun(w.ctx, w.Actor, job.ID, made) }
			kept, err := again()
			require.NoError(t, err)
			require.Equal(t, run.ID, kept.ID)

			require.NoError(t, w.DeleteRun(w.ctx, w.Actor, job.ID, run.ID))

			for _, at := range []time.Duration{0, time.Hour, 89 * day} {
				w.at(at)
				_, err = again()
				requireConflict(t, jobs.ConflictRunDeleted, err)
				_, err = w.JobRun(w.ctx, w.Actor, job.ID, run.ID)
				require.ErrorIs(t, err, jobs.ErrNotFound)
				require.ErrorIs(t, w.DeleteRun(w.ctx, w.Actor, job.ID, run.ID), jobs.ErrNotFound)
				require.Empty(t, w.runs(job.ID))
			}
			w.manual(job.ID) // the latest run of a job is not forgotten
			w.at(92 * day)
			anew, err := again()
			require.NoError(t, err)
			require.Equal(t, run.ID, anew.ID)
			require.Greater(t, anew.Number, run.Number)
		})
	}
}

// A run that is made again is for the same tick.
func TestARetryIsForTheSameTick(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", scheduled("@hourly", "", ""))
	w.at(time.Hour)
	w.finish(job.ID, jobs.RunFailed)
	first := w.runs(job.ID)[0]
	w.at(90 * time.Minute)
	for range 2 { // of the run, and of its retry
		retry, err := w.RetryRun(w.ctx, w.Actor, job.ID, first.ID)
		require.NoError(t, err)
		require.Equal(t, epoch.Add(time.Hour), retry.NominalAt)
		require.Equal(t, first.ID, retry.RetryOf)
		w.Advance(0)
		w.report(retry.ID, jobs.Report{Status: jobs.RunFailed})
		first = retry
	}
	manual, err := w.RetryRun(w.ctx, w.Actor, job.ID, w.endedManual(job.ID))
	require.NoError(t, err)
	require.Zero(t, manual.NominalAt)
}

// endedManual makes a run by hand that ends.
func (w *World) endedManual(id string) string {
	w.t.Helper()
	run := w.manual(id)
	w.Advance(0)
	w.report(run.ID, jobs.Report{Status: jobs.RunSucceeded})
	return run.ID
}
