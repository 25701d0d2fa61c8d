package jobs_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/versions"
)

// Each of these is a sequence that once lost or doubled something. Those of
// internal/replicas found most of them.

// joins makes a new job depend on others, with room for many runs.
func joins(keys ...string) func(*jobs.NewJob) {
	return func(j *jobs.NewJob) {
		j.DependsOn, j.ConcurrencyPolicy, j.MaxConcurrentRuns = keys, schedule.ConcurrencyAllow, 1000
	}
}

// dispatched makes runs of a job, and lets the engine have them.
func (p *World) dispatched(id string, n int) []jobs.Run {
	p.t.Helper()
	runs := make([]jobs.Run, n)
	for i := range runs {
		var err error
		runs[i], err = p.CreateRun(p.ctx, p.Actor, id, jobs.NewRun{})
		require.NoError(p.t, err)
	}
	p.Advance(0)
	return runs
}

func TestJoinsOfOneInstantHaveRowsOfTheirOwn(t *testing.T) {
	p := newWorld(t, nil)
	up := p.create("up")
	down := p.create("down", joins("up"))
	for range 3 {
		p.run(up.ID, jobs.RunSucceeded) // and the clock stands still
	}
	require.Len(t, p.runs(down.ID), 3)
	require.Len(t, p.fates(down.ID), 3)
}

func TestJoinsGoOnBehindWhatOnePassTakesUp(t *testing.T) {
	p := newWorld(t, nil)
	up := p.create("up")
	down := p.create("down", joins("up"))
	for _, run := range p.dispatched(up.ID, 250) {
		p.report(run.ID, jobs.Report{Status: jobs.RunSucceeded})
	}
	p.Advance(0)
	require.EqualValues(t, 250, p.job(down.ID).LatestRun.Number)
}

func TestASuccessIsUsedThoughALaterRunSucceededFirst(t *testing.T) {
	p := newWorld(t, nil)
	up := p.create("up")
	down := p.create("down", joins("up"))
	runs := p.dispatched(up.ID, 4)
	for i, want := range []int{2, 0, 3, 1} {
		p.report(runs[want].ID, jobs.Report{Status: jobs.RunSucceeded})
		p.Advance(0)
		require.Len(t, p.runs(down.ID), i+1)
	}
}

func TestASuccessThatEndsAfterThePublishIsUsed(t *testing.T) {
	p := newWorld(t, nil)
	up := p.create("up")
	runs := p.dispatched(up.ID, 3)
	p.report(runs[2].ID, jobs.Report{Status: jobs.RunSucceeded})
	down := p.create("down", joins("up"))
	p.report(runs[0].ID, jobs.Report{Status: jobs.RunSucceeded})
	p.report(runs[1].ID, jobs.Report{Status: jobs.RunFailed})
	p.Advance(0)
	require.Len(t, p.runs(down.ID), 1)
}

// behind sets the clock back by the skew that two replicas may have.
func (p *World) behind() { p.Outage(-300 * time.Millisecond) }

func TestAnEditByASlowClockRepeatsNoTick(t *testing.T) {
	for name, edit := range map[string]func(p *World, id string){
		"publish": func(p *World, id string) {
			p.publish(id, versions.Patch{Config: new(sql("select 2"))})
		},
		"activate": func(p *World, id string) {
			_, err := p.ActivateVersion(p.ctx, p.Actor, id, 1)
			require.NoError(p.t, err)
		},
		"pause and resume": func(p *World, id string) {
			for _, status := range []jobs.Status{jobs.Paused, jobs.Active} {
				_, err := p.UpdateJob(p.ctx, p.Actor, id, jobs.JobPatch{Status: new(status)})
				require.NoError(p.t, err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newWorld(t, nil)
			job := p.create("job", scheduled("@hourly", schedule.ConcurrencyAllow, ""), func(j *jobs.NewJob) { j.MaxConcurrentRuns = 9 })
			p.publish(job.ID, versions.Patch{Config: new(sql("select 3"))})
			p.at(time.Hour)
			p.behind()
			edit(p, job.ID)
			p.at(time.Hour + time.Second)
			require.Equal(t, []string{"13:00 fired"}, p.fates(job.ID))
			require.Len(t, p.runs(job.ID), 1)
		})
	}
}

// TestWhatWaitsForATickIsWokenWhenThereIsNone: an edit may take away the tick
// of an upstream that a run waits for.
func TestWhatWaitsForATickIsWokenWhenThereIsNone(t *testing.T) {
	for name, edit := range map[string]func(p *World, id string){
		"paused": func(p *World, id string) {
			_, err := p.UpdateJob(p.ctx, p.Actor, id, jobs.JobPatch{Status: new(jobs.Paused)})
			require.NoError(p.t, err)
		},
		"reset": func(p *World, id string) {
			_, err := p.ResetSchedule(p.ctx, p.Actor, id)
			require.NoError(p.t, err)
		},
		"unscheduled": func(p *World, id string) {
			p.Outage(-time.Minute) // the tick is not due for the editor
			p.publish(id, versions.Patch{CronExpression: new("0 0 1 1 *")})
			p.Outage(time.Minute)
		},
	} {
		t.Run(name, func(t *testing.T) {
			stuck := &rewriting{Store: memory.New()}
			p := newWorldOn(t, stuck, patient)
			up := p.create("up", scheduled("@hourly", "", ""))
			p.run(up.ID, jobs.RunSucceeded)
			down := p.create("down", scheduled("0 13 * * *", "", ""), dependsOn("up"))

			// Its upstream's tick is not settled when the job is.
			stuck.only, stuck.doc = up.ID, func([]byte) []byte { return []byte{0xff} }
			p.Outage(time.Hour)
			_, _ = p.Scheduler.Tick(p.ctx)
			stuck.doc = nil
			require.Equal(t, []string{"13:00 fired: waiting"}, p.fates(down.ID))

			edit(p, up.ID)
			p.Outage(10 * time.Second)
			p.Advance(0)
			require.Equal(t, []jobs.RunStatus{jobs.RunStarting}, p.statuses(down.ID))
		})
	}
}

func TestAClockThatIsSetBackDoesNotProlongABackoff(t *testing.T) {
	broken := &rewriting{Store: memory.New()}
	p := newWorldOn(t, broken, nil)
	job := p.create("job", scheduled("* * * * *", "", ""))
	broken.doc = func([]byte) []byte { return []byte{0xff} }
	p.Outage(time.Hour) // which is wrong
	_, err := p.Scheduler.Tick(p.ctx)
	require.Error(t, err)
	broken.doc = nil
	p.Outage(-58 * time.Minute)
	p.look()
	p.Advance(2 * time.Second)
	require.Len(t, p.runs(job.ID), 1)
}

// TestAJobThatMovesOnWhileItIsReadIsDecidedAnew has another scheduler fire a
// tick between the reads of one look.
func TestAJobThatMovesOnWhileItIsReadIsDecidedAnew(t *testing.T) {
	p := newWorld(t, patient)
	up := p.create("up", scheduled("@hourly", "", ""))
	down := p.create("down", scheduled("@hourly", "", ""), dependsOn("up"))
	other := p.Scheduler
	beaten := false
	store := &faults{Store: p.store}
	store.find = func(query storage.FindQuery) {
		if len(query.Keys) > 0 && !beaten { // the job is read, and its upstreams are next
			beaten = true
			_, err := other.Tick(p.ctx)
			require.NoError(t, err)
		}
	}
	late := jobs.NewScheduler(jobs.NewService(store, &jobs.Options{Now: p.Now}), nil, nil)
	p.Outage(time.Hour)
	_, err := late.Tick(p.ctx)
	require.NoError(t, err)
	require.True(t, beaten)
	require.Equal(t, []string{"13:00 fired: waiting"}, p.fates(down.ID))
	require.Len(t, p.runs(up.ID), 1)
}
