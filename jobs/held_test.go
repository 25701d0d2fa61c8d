package jobs_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/versions"
)

// deaths are the ways in which the run of yesterday looks, from what the store
// knows, when everything that knew of it is gone.
var deaths = map[string]func(p *World, id string){
	"silent":    func(*World, string) {},
	"timed out": func(*World, string) {},
	"cancelled": func(p *World, id string) {
		_, err := p.CancelRun(p.ctx, p.Actor, id, p.runs(id)[0].ID)
		require.NoError(p.t, err)
	},
}

// restart is a scheduler that knows nothing of the one before it.
func (p *World) restart() {
	p.Scheduler = jobs.NewScheduler(p.Service, p.engine, nil)
	p.look()
}

// yesterday makes a job with a run that the engine has, and lets everything die.
// It comes back when the next tick is due.
func yesterday(t *testing.T, death string, c schedule.ConcurrencyPolicy, m schedule.MissedSchedulePolicy) (p *World, id string) {
	p = newWorld(t, nil)
	job := p.create("job", scheduled("0 2 * * *", c, m), func(j *jobs.NewJob) {
		j.MaxConcurrentRuns, j.TimeoutSeconds = 1, 48*3600
		if death == "timed out" {
			j.TimeoutSeconds = 3600
		}
	})
	p.at(14 * time.Hour)
	p.report(p.runs(job.ID)[0].ID, jobs.Report{Status: jobs.RunRunning})
	deaths[death](p, job.ID)
	p.Outage(24*time.Hour + 30*time.Second)
	p.restart()
	return p, job.ID
}

// TestADeadRunTakesNoTick: the tick fires when the run is known to be gone.
func TestADeadRunTakesNoTick(t *testing.T) {
	for death := range deaths {
		for _, c := range []schedule.ConcurrencyPolicy{"skip", "allow", "replace"} {
			for _, m := range []schedule.MissedSchedulePolicy{"skip", "latest", "all"} {
				t.Run(death+" "+string(c)+" "+string(m), func(t *testing.T) {
					p, id := yesterday(t, death, c, m)
					p.Outage(10 * time.Second)
					p.restart()
					p.Advance(3 * time.Minute)
					want := "02:00 fired"
					if c == "replace" {
						want += ": replace" // it waits for the dead run in any case
					}
					require.Equal(t, []string{"02:00 fired", want}, p.fates(id))
					require.Equal(t, jobs.RunStarting, p.runs(id)[0].Status)
				})
			}
		}
	}
}

// TestALiveRunTakesItsTick: its engine was only not heard of.
func TestALiveRunTakesItsTick(t *testing.T) {
	for _, m := range []schedule.MissedSchedulePolicy{"skip", "latest"} {
		p, id := yesterday(t, "silent", "skip", m)
		require.Equal(t, []string{"02:00 fired"}, p.fates(id))
		p.report(p.runs(id)[0].ID, jobs.Report{})
		p.Outage(20 * time.Second)
		p.look()
		require.Equal(t, []string{"02:00 fired", "02:00 skipped: overlap"}, p.fates(id), m)
	}
}

// TestAPublishHoldsATickForADeadRun: its run waits until the other one is known to
// be gone, or alive.
func TestAPublishHoldsATickForADeadRun(t *testing.T) {
	for alive, want := range map[bool]string{false: "02:00 fired: waiting", true: "02:00 skipped: overlap"} {
		p, id := yesterday(t, "silent", "skip", "latest")
		p.publish(id, versions.Patch{CronExpression: new("0 3 * * *")})
		require.Equal(t, []string{"02:00 fired", "02:00 fired: waiting"}, p.fates(id))
		if alive {
			p.report(p.runs(id)[1].ID, jobs.Report{})
		}
		p.Advance(3 * time.Minute)
		require.Equal(t, want, p.fates(id)[1])
		status := map[bool]jobs.RunStatus{false: jobs.RunStarting, true: jobs.RunCancelled}[alive]
		require.Equal(t, status, p.runs(id)[0].Status)
	}
}

// TestAJoinHoldsASuccessForADeadRun: nothing is skipped for it.
func TestAJoinHoldsASuccessForADeadRun(t *testing.T) {
	p := newWorld(t, nil)
	up := p.create("up")
	down := p.create("down", dependsOn("up"))
	p.run(up.ID, jobs.RunSucceeded)
	p.report(p.runs(down.ID)[0].ID, jobs.Report{Status: jobs.RunRunning})
	p.Outage(time.Hour)
	p.restart()
	p.run(up.ID, jobs.RunSucceeded)
	p.Advance(3 * time.Minute)
	require.Equal(t, []jobs.RunStatus{jobs.RunFailed, jobs.RunStarting}, p.statuses(down.ID))
}

// TestAHeldTickKeepsItsOwnDependencies: the tick was due under the version before,
// which had none.
func TestAHeldTickKeepsItsOwnDependencies(t *testing.T) {
	p, id := yesterday(t, "silent", "skip", "latest")
	p.create("never ran")
	p.publish(id, versions.Patch{DependsOn: &[]string{"never ran"}})
	p.Advance(3 * time.Minute)
	require.Equal(t, []string{"02:00 fired", "02:00 fired: waiting"}, p.fates(id))
	require.Equal(t, jobs.RunStarting, p.runs(id)[0].Status)
}

// TestAHeldTickAfterASecondOutage: what came due after it was seen on time.
func TestAHeldTickAfterASecondOutage(t *testing.T) {
	p := newWorld(t, &jobs.Options{Runs: jobs.RunOptions{Lease: 10 * time.Minute}})
	job := p.create("job", scheduled("*/5 * * * *", schedule.ConcurrencyAllow, schedule.MissedSkip), func(j *jobs.NewJob) { j.MaxConcurrentRuns = 2 })
	p.at(5 * time.Minute)
	p.at(10 * time.Minute)
	for _, r := range p.runs(job.ID) {
		p.report(r.ID, jobs.Report{Status: jobs.RunRunning})
	}
	p.at(25 * time.Minute) // both look dead: the tick of 12:25 is held
	p.at(28 * time.Minute) // nobody looked for three minutes
	p.Advance(20 * time.Minute)
	fates := p.fates(job.ID)
	t.Log(fates, p.statuses(job.ID))
	require.Contains(t, fates, "12:25 fired")
	require.Contains(t, fates, "12:30 fired")
}

func TestALeaseFromTheFutureTakesNoTick(t *testing.T) {
	const years = 10 * 365 * 24 * time.Hour
	p := newWorld(t, nil)
	job := p.create("job", scheduled("0 * * * *", schedule.ConcurrencySkip, schedule.MissedLatest))
	p.at(time.Hour)
	p.Outage(years)
	p.report(p.runs(job.ID)[0].ID, jobs.Report{Status: jobs.RunRunning})
	p.Outage(-years) // and then the engine dies
	p.Advance(time.Hour + 3*time.Minute)
	require.Equal(t, jobs.RunFailed, p.statuses(job.ID)[0])
	require.Equal(t, []string{"13:00 fired", "14:00 fired"}, p.fates(job.ID))
}
