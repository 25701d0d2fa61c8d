package jobs_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/versions"
)

// runAt makes a run for a time after the epoch.
func (p *World) runAt(id string, d time.Duration) jobs.Run {
	p.t.Helper()
	run, err := p.CreateRun(p.ctx, p.Actor, id, jobs.NewRun{RunAt: epoch.Add(d)})
	require.NoError(p.t, err)
	return run
}

// waiting is what a run waits for now.
func (p *World) waiting(r jobs.Run) jobs.WaitingFor {
	p.t.Helper()
	run, err := p.JobRun(p.ctx, p.Actor, r.JobID, r.ID)
	require.NoError(p.t, err)
	return run.WaitingFor
}

func TestARunWaitsForItsTime(t *testing.T) {
	p := newWorld(t, nil)
	job := p.create("job")
	run := p.runAt(job.ID, 3*time.Hour)
	require.Equal(t, epoch.Add(3*time.Hour), run.RunAt)
	require.Equal(t, jobs.RunPending, run.Status)
	require.Equal(t, jobs.WaitingForTime, run.WaitingFor)
	p.publish(job.ID, versions.Patch{Config: new(sql("other"))})
	_, err := p.UpdateJob(p.ctx, p.Actor, job.ID, jobs.JobPatch{Status: new(jobs.Paused)})
	require.NoError(t, err)

	p.at(3*time.Hour - time.Second)
	require.Empty(t, p.engine.dispatched)
	require.Equal(t, jobs.WaitingForTime, p.waiting(run))
	next, err := p.Scheduler.Tick(p.ctx)
	require.NoError(t, err)
	require.Equal(t, epoch.Add(3*time.Hour), next)

	p.at(3 * time.Hour)
	require.Len(t, p.engine.dispatched, 1, "a pause does not stop it")
	require.Equal(t, 1, p.engine.dispatched[0].Version.Number)
	require.Empty(t, p.waiting(run))
	require.Equal(t, run.ID, p.job(job.ID).LatestRun.ID)
}

func TestATimeOfTheLastMinuteIsAtOnce(t *testing.T) {
	p := newWorld(t, nil)
	job := p.create("job")
	run := p.runAt(job.ID, -30*time.Second)
	require.Equal(t, jobs.WaitingForEngine, run.WaitingFor)
	require.Equal(t, epoch.Add(-30*time.Second), run.RunAt)
	p.Advance(0)
	require.Len(t, p.engine.dispatched, 1)
}

// Until its time nothing sees a run: no tick, no replacement, no dependent. From
// then on it is as any other.
func TestUntilItsTimeARunCountsForNothing(t *testing.T) {
	for _, policy := range []schedule.ConcurrencyPolicy{schedule.ConcurrencySkip, schedule.ConcurrencyReplace} {
		t.Run(string(policy), func(t *testing.T) {
			p := newWorld(t, nil)
			up := p.create("up", scheduled("0 13-15 * * *", policy, ""))
			down := p.create("down", scheduled("30 13-15 * * *", "", ""), dependsOn("up"))
			later := p.runAt(up.ID, 2*time.Hour-30*time.Second)
			p.at(time.Hour)
			p.finish(up.ID, jobs.RunSucceeded)
			require.Equal(t, jobs.WaitingForTime, p.waiting(later))
			require.Nil(t, up.LatestRun)
			require.NotEqual(t, later.ID, p.job(up.ID).LatestRun.ID)
			p.at(90 * time.Minute)
			require.Equal(t, []string{"13:30 fired"}, p.fates(down.ID))
			require.Equal(t, []jobs.RunStatus{jobs.RunStarting}, p.statuses(down.ID))

			p.at(2*time.Hour - 30*time.Second)
			p.at(2 * time.Hour)
			if policy == schedule.ConcurrencySkip {
				require.Equal(t, []string{"13:00 fired", "14:00 skipped: overlap"}, p.fates(up.ID))
				return
			}
			require.Equal(t, []string{"13:00 fired", "14:00 fired: replace"}, p.fates(up.ID))
			run, err := p.JobRun(p.ctx, p.Actor, up.ID, later.ID)
			require.NoError(t, err)
			require.False(t, run.CancelRequestedAt.IsZero())
		})
	}
}

func TestARunIsStartedBeforeItsTime(t *testing.T) {
	p := newWorld(t, nil)
	job := p.create("job")
	run := p.runAt(job.ID, time.Hour)
	released, err := p.ReleaseRun(p.ctx, p.Actor, job.ID, run.ID)
	require.NoError(t, err)
	require.Equal(t, jobs.WaitingForEngine, released.WaitingFor)
	p.Advance(0)
	require.Len(t, p.engine.dispatched, 1)

	another := p.runAt(job.ID, time.Hour)
	cancelled, err := p.CancelRun(p.ctx, p.Actor, job.ID, another.ID)
	require.NoError(t, err)
	require.Equal(t, jobs.RunCancelled, cancelled.Status)
	p.at(time.Hour)
	require.Len(t, p.engine.dispatched, 1)
}

func TestWhatARunWaitsFor(t *testing.T) {
	p := newWorld(t, nil)
	p.create("up")
	down := p.create("down", scheduled("@hourly", "", ""), dependsOn("up"))
	held, err := p.CreateRun(p.ctx, p.Actor, down.ID, jobs.NewRun{Hold: true})
	require.NoError(t, err)
	require.Equal(t, jobs.WaitingForRelease, held.WaitingFor)
	p.manual(p.create("other").ID)

	up, err := p.ListJobs(p.ctx, p.Actor, jobs.JobQuery{SortByKey: true})
	require.NoError(t, err)
	p.run(up.Jobs[2].ID, jobs.RunSucceeded)
	running := p.manual(up.Jobs[2].ID)
	p.at(time.Hour)
	waits := p.runs(down.ID)[0]
	require.Equal(t, jobs.WaitingForDependencies, waits.WaitingFor)
	require.Equal(t, jobs.WaitingForDependencies, p.job(down.ID).LatestRun.WaitingFor)
	p.report(running.ID, jobs.Report{Status: jobs.RunSucceeded})

	replaced := p.create("replaced", scheduled("@hourly", schedule.ConcurrencyReplace, ""))
	p.at(2 * time.Hour)
	p.at(3 * time.Hour)
	require.Equal(t, jobs.WaitingForPredecessor, p.runs(replaced.ID)[0].WaitingFor)
	require.Empty(t, p.runs(replaced.ID)[1].WaitingFor)

	fresh, err := p.CreateRun(p.ctx, p.Actor, down.ID, jobs.NewRun{})
	require.NoError(t, err)
	require.Equal(t, jobs.WaitingForEngine, fresh.WaitingFor)
}

// The latest run was deleted: the newest of the others takes its place, but for
// those whose time has not come.
func TestTheLatestRunIsNeverOneThatWaitsForItsTime(t *testing.T) {
	p := newWorld(t, nil)
	job := p.create("job")
	first := p.run(job.ID, jobs.RunSucceeded)
	second := p.run(job.ID, jobs.RunFailed)
	p.runAt(job.ID, time.Hour)
	require.NoError(t, p.DeleteRun(p.ctx, p.Actor, job.ID, second.ID))
	require.Equal(t, first.ID, p.job(job.ID).LatestRun.ID)
}
