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
func (p *plant) dispatched(id string, n int) []jobs.Run {
	p.t.Helper()
	runs := make([]jobs.Run, n)
	for i := range runs {
		var err error
		runs[i], err = p.CreateRun(p.ctx, p.admin, id, jobs.NewRun{})
		require.NoError(p.t, err)
	}
	p.tick()
	return runs
}

func TestJoinsOfOneInstantHaveRowsOfTheirOwn(t *testing.T) {
	p := newPlant(t, nil)
	up := p.create("up")
	down := p.create("down", joins("up"))
	for range 3 {
		p.run(up.ID, jobs.RunSucceeded) // and the clock stands still
	}
	require.Len(t, p.runs(down.ID), 3)
	require.Len(t, p.fates(down.ID), 3)
}

func TestJoinsGoOnBehindWhatOnePassTakesUp(t *testing.T) {
	p := newPlant(t, nil)
	up := p.create("up")
	down := p.create("down", joins("up"))
	for _, run := range p.dispatched(up.ID, 250) {
		p.report(run.ID, jobs.Report{Status: jobs.RunSucceeded})
	}
	p.tick()
	require.EqualValues(t, 250, p.job(down.ID).LatestRun.Number)
}

func TestASuccessIsUsedThoughALaterRunSucceededFirst(t *testing.T) {
	p := newPlant(t, nil)
	up := p.create("up")
	down := p.create("down", joins("up"))
	runs := p.dispatched(up.ID, 4)
	for i, want := range []int{2, 0, 3, 1} {
		p.report(runs[want].ID, jobs.Report{Status: jobs.RunSucceeded})
		p.tick()
		require.Len(t, p.runs(down.ID), i+1)
	}
}

func TestASuccessThatEndsAfterThePublishIsUsed(t *testing.T) {
	p := newPlant(t, nil)
	up := p.create("up")
	runs := p.dispatched(up.ID, 3)
	p.report(runs[2].ID, jobs.Report{Status: jobs.RunSucceeded})
	down := p.create("down", joins("up"))
	p.report(runs[0].ID, jobs.Report{Status: jobs.RunSucceeded})
	p.report(runs[1].ID, jobs.Report{Status: jobs.RunFailed})
	p.tick()
	require.Len(t, p.runs(down.ID), 1)
}

// behind sets the clock back by the skew that two replicas may have.
func (p *plant) behind() { p.clock.Advance(-300 * time.Millisecond) }

func TestAnEditByASlowClockRepeatsNoTick(t *testing.T) {
	for name, edit := range map[string]func(p *plant, id string){
		"publish": func(p *plant, id string) {
			p.publish(id, versions.Patch{Config: new(sql("select 2"))})
		},
		"activate": func(p *plant, id string) {
			_, err := p.ActivateVersion(p.ctx, p.admin, id, 1)
			require.NoError(p.t, err)
		},
		"pause and resume": func(p *plant, id string) {
			for _, status := range []jobs.Status{jobs.Paused, jobs.Active} {
				_, err := p.UpdateJob(p.ctx, p.admin, id, jobs.JobPatch{Status: new(status)})
				require.NoError(p.t, err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlant(t, nil)
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
	for name, edit := range map[string]func(p *plant, id string){
		"paused": func(p *plant, id string) {
			_, err := p.UpdateJob(p.ctx, p.admin, id, jobs.JobPatch{Status: new(jobs.Paused)})
			require.NoError(p.t, err)
		},
		"reset": func(p *plant, id string) {
			_, err := p.ResetSchedule(p.ctx, p.admin, id)
			require.NoError(p.t, err)
		},
		"unscheduled": func(p *plant, id string) {
			p.clock.Advance(-time.Minute) // the tick is not due for the editor
			p.publish(id, versions.Patch{CronExpression: new("0 0 1 1 *")})
			p.clock.Advance(time.Minute)
		},
	} {
		t.Run(name, func(t *testing.T) {
			stuck := &rewriting{Store: memory.New()}
			p := &plant{world: newWorldOn(t, stuck, patient), engine: &engine{}}
			p.scheduler = jobs.NewScheduler(p.Service, p.engine, nil)
			up := p.create("up", scheduled("@hourly", "", ""))
			p.run(up.ID, jobs.RunSucceeded)
			down := p.create("down", scheduled("0 13 * * *", "", ""), dependsOn("up"))

			// Its upstream's tick is not settled when the job is.
			stuck.only, stuck.doc = up.ID, func([]byte) []byte { return []byte{0xff} }
			p.clock.Advance(time.Hour)
			_, _ = p.scheduler.Tick(p.ctx)
			stuck.doc = nil
			require.Equal(t, []string{"13:00 fired: waiting"}, p.fates(down.ID))

			edit(p, up.ID)
			p.clock.Advance(10 * time.Second)
			p.tick()
			require.Equal(t, []jobs.RunStatus{jobs.RunStarting}, p.statuses(down.ID))
		})
	}
}

func TestAClockThatIsSetBackDoesNotProlongABackoff(t *testing.T) {
	broken := &rewriting{Store: memory.New()}
	p := &plant{world: newWorldOn(t, broken, nil), engine: &engine{}}
	p.scheduler = jobs.NewScheduler(p.Service, p.engine, nil)
	job := p.create("job", scheduled("* * * * *", "", ""))
	broken.doc = func([]byte) []byte { return []byte{0xff} }
	p.clock.Advance(time.Hour) // which is wrong
	_, err := p.scheduler.Tick(p.ctx)
	require.Error(t, err)
	broken.doc = nil
	p.clock.Advance(-58 * time.Minute)
	p.look()
	p.watch(2 * time.Second)
	require.Len(t, p.runs(job.ID), 1)
}

// TestAJobThatMovesOnWhileItIsReadIsDecidedAnew has another scheduler fire a
// tick between the reads of one look.
func TestAJobThatMovesOnWhileItIsReadIsDecidedAnew(t *testing.T) {
	p := newPlant(t, patient)
	up := p.create("up", scheduled("@hourly", "", ""))
	down := p.create("down", scheduled("@hourly", "", ""), dependsOn("up"))
	other := p.scheduler
	beaten := false
	store := &faults{Store: p.store}
	store.find = func(query storage.FindQuery) {
		if len(query.Keys) > 0 && !beaten { // the job is read, and its upstreams are next
			beaten = true
			_, err := other.Tick(p.ctx)
			require.NoError(t, err)
		}
	}
	late := jobs.NewScheduler(jobs.NewService(store, &jobs.Options{Now: p.clock.Now}), nil, nil)
	p.clock.Advance(time.Hour)
	_, err := late.Tick(p.ctx)
	require.NoError(t, err)
	require.True(t, beaten)
	require.Equal(t, []string{"13:00 fired: waiting"}, p.fates(down.ID))
	require.Len(t, p.runs(up.ID), 1)
}
