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
			p := newWorld(t, nil)
			job := p.create("job")
			made := jobs.NewRun{IdempotencyKey: "once", ResourceCleanupMode: tc.cleanup, Hold: tc.hold}
			run, err := p.CreateRun(p.ctx, p.Actor, job.ID, made)
			require.NoError(t, err)
			p.Advance(0)
			if tc.hold {
				_, err = p.CancelRun(p.ctx, p.Actor, job.ID, run.ID)
				require.NoError(t, err)
			} else {
				p.report(run.ID, jobs.Report{Status: jobs.RunFailed, Message: "a secret", Results: []byte(`{"a":1}`)})
			}
			again := func() (jobs.Run, error) { return p.CreateRun(p.ctx, p.Actor, job.ID, made) }
			kept, err := again()
			require.NoError(t, err)
			require.Equal(t, run.ID, kept.ID)

			require.NoError(t, p.DeleteRun(p.ctx, p.Actor, job.ID, run.ID))

			for _, at := range []time.Duration{0, time.Hour, 89 * day} {
				p.at(at)
				_, err = again()
				requireConflict(t, jobs.ConflictRunDeleted, err)
				_, err = p.JobRun(p.ctx, p.Actor, job.ID, run.ID)
				require.ErrorIs(t, err, jobs.ErrNotFound)
				require.ErrorIs(t, p.DeleteRun(p.ctx, p.Actor, job.ID, run.ID), jobs.ErrNotFound)
				require.Empty(t, p.runs(job.ID))
			}
			p.manual(job.ID) // the latest run of a job is not forgotten
			p.at(92 * day)
			anew, err := again()
			require.NoError(t, err)
			require.Equal(t, run.ID, anew.ID)
			require.Greater(t, anew.Number, run.Number)
		})
	}
}

// A run that is made again is for the same tick.
func TestARetryIsForTheSameTick(t *testing.T) {
	p := newWorld(t, nil)
	job := p.create("job", scheduled("@hourly", "", ""))
	p.at(time.Hour)
	p.finish(job.ID, jobs.RunFailed)
	first := p.runs(job.ID)[0]
	p.at(90 * time.Minute)
	for range 2 { // of the run, and of its retry
		retry, err := p.RetryRun(p.ctx, p.Actor, job.ID, first.ID)
		require.NoError(t, err)
		require.Equal(t, epoch.Add(time.Hour), retry.NominalAt)
		require.Equal(t, first.ID, retry.RetryOf)
		p.Advance(0)
		p.report(retry.ID, jobs.Report{Status: jobs.RunFailed})
		first = retry
	}
	manual, err := p.RetryRun(p.ctx, p.Actor, job.ID, p.endedManual(job.ID))
	require.NoError(t, err)
	require.Zero(t, manual.NominalAt)
}

// endedManual makes a run by hand that ends.
func (p *World) endedManual(id string) string {
	p.t.Helper()
	run := p.manual(id)
	p.Advance(0)
	p.report(run.ID, jobs.Report{Status: jobs.RunSucceeded})
	return run.ID
}
