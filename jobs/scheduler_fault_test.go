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
func (w *World) dispatched(id string, n int) []jobs.Run {
	w.t.Helper()
	runs := make([]jobs.Run, n)
	for i := range runs {
		var err error
		runs[i], err = w.CreateRun(w.ctx, w.Actor, id, jobs.NewRun{})
		require.NoError(w.t, err)
	}
	w.Advance(0)
	return runs
}

func TestJoinsOfOneInstantHaveRowsOfTheirOwn(t *testing.T) {
	w := newWorld(t, nil)
	up := w.create("up")
	down := w.create("down", joins("up"))
	for range 3 {
		w.run(up.ID, jobs.RunSucceeded) // and the clock stands still
	}
	require.Len(t, w.runs(down.ID), 3)
	require.Len(t, w.fates(down.ID), 3)
}

func TestJoinsGoOnBehindWhatOnePassTakesUp(t *testing.T) {
	w := newWorld(t, nil)
	up := w.create("up")
	down := w.create("down", joins("up"))
	for _, run := range w.dispatched(up.ID, 250) {
		w.report(run.ID, jobs.Report{Status: jobs.RunSucceeded})
	}
	w.Advance(0)
	require.EqualValues(t, 250, w.job(down.ID).LatestRun.Number)
}

func TestASuccessIsUsedThoughALaterRunSucceededFirst(t *testing.T) {
	w := newWorld(t, nil)
	up := w.create("up")
	down := w.create("down", joins("up"))
	runs := w.dispatched(up.ID, 4)
	for i, want := range []int{2, 0, 3, 1} {
		w.report(runs[want].ID, jobs.Report{Status: jobs.RunSucceeded})
		w.Advance(0)
		require.Len(t, w.runs(down.ID), i+1)
	}
}

func TestASuccessThatEndsAfterThePublishIsUsed(t *testing.T) {
	w := newWorld(t, nil)
	up := w.create("up")
	runs := w.dispatched(up.ID, 3)
	w.report(runs[2].ID, jobs.Report{Status: jobs.RunSucceeded})
	down := w.create("down", joins("up"))
	w.report(runs[0].ID, jobs.Report{Status: jobs.RunSucceeded})
	w.report(runs[1].ID, jobs.Report{Status: jobs.RunFailed})
	w.Advance(0)
	require.Len(t, w.runs(down.ID), 1)
}

// behind sets the clock back by the skew that two replicas may have.
func (w *World) behind() { w.Outage(-300 * time.Millisecond) }

func TestAnEditByASlowClockRepeatsNoTick(t *testing.T) {
	for name, edit := range map[string]func(w *World, id string){
		"publish": func(w *World, id string) {
			w.publish(id, versions.Patch{Config: new(sql("select 2"))})
		},
		"activate": func(w *World, id string) {
			_, err := w.ActivateVersion(w.ctx, w.Actor, id, 1)
			require.NoError(w.t, err)
		},
		"pause and resume": func(w *World, id string) {
			for _, status := range []jobs.Status{jobs.Paused, jobs.Active} {
				_, err := w.UpdateJob(w.ctx, w.Actor, id, jobs.JobPatch{Status: new(status)})
				require.NoError(w.t, err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			job := w.create("job", scheduled("@hourly", schedule.ConcurrencyAllow, ""), func(j *jobs.NewJob) { j.MaxConcurrentRuns = 9 })
			w.publish(job.ID, versions.Patch{Config: new(sql("select 3"))})
			w.at(time.Hour)
			w.behind()
			edit(w, job.ID)
			w.at(time.Hour + time.Second)
			require.Equal(t, []string{"13:00 fired"}, w.fates(job.ID))
			require.Len(t, w.runs(job.ID), 1)
		})
	}
}

// TestWhatWaitsForATickIsWokenWhenThereIsNone: an edit may take away the tick
// of an upstream that a run waits for.
func TestWhatWaitsForATickIsWokenWhenThereIsNone(t *testing.T) {
	for name, edit := range map[string]func(w *World, id string){
		"paused": func(w *World, id string) {
			_, err := w.UpdateJob(w.ctx, w.Actor, id, jobs.JobPatch{Status: new(jobs.Paused)})
			require.NoError(w.t, err)
		},
		"reset": func(w *World, id string) {
			_, err := w.ResetSchedule(w.ctx, w.Actor, id)
			require.NoError(w.t, err)
		},
		"unscheduled": func(w *World, id string) {
			w.Outage(-time.Minute) // the tick is not due for the editor
			w.publish(id, versions.Patch{CronExpression: new("0 0 1 1 *")})
			w.Outage(time.Minute)
		},
	} {
		t.Run(name, func(t *testing.T) {
			stuck := &rewriting{Store: memory.New()}
			w := newWorldOn(t, stuck, patient)
			up := w.create("up", scheduled("@hourly", "", ""))
			w.run(up.ID, jobs.RunSucceeded)
			down := w.create("down", scheduled("0 13 * * *", "", ""), dependsOn("up"))

			// Its upstream's tick is not settled when the job is.
			stuck.only, stuck.doc = up.ID, func([]byte) []byte { return []byte{0xff} }
			w.Outage(time.Hour)
			_, _ = w.Scheduler.Tick(w.ctx)
			stuck.doc = nil
			require.Equal(t, []string{"13:00 fired: waiting"}, w.fates(down.ID))

			edit(w, up.ID)
			w.Outage(10 * time.Second)
			w.Advance(0)
			require.Equal(t, []jobs.RunStatus{jobs.RunStarting}, w.statuses(down.ID))
		})
	}
}

func TestAClockThatIsSetBackDoesNotProlongABackoff(t *testing.T) {
	broken := &rewriting{Store: memory.New()}
	w := newWorldOn(t, broken, nil)
	job := w.create("job", scheduled("* * * * *", "", ""))
	broken.doc = func([]byte) []byte { return []byte{0xff} }
	w.Outage(time.Hour) // which is wrong
	_, err := w.Scheduler.Tick(w.ctx)
	require.Error(t, err)
	broken.doc = nil
	w.Outage(-58 * time.Minute)
	w.look()
	w.Advance(2 * time.Second)
	require.Len(t, w.runs(job.ID), 1)
}

// TestAJobThatMovesOnWhileItIsReadIsDecidedAnew has another scheduler fire a
// tick between the reads of one look.
func TestAJobThatMovesOnWhileItIsReadIsDecidedAnew(t *testing.T) {
	w := newWorld(t, patient)
	up := w.create("up", scheduled("@hourly", "", ""))
	down := w.create("down", scheduled("@hourly", "", ""), dependsOn("up"))
	other := w.Scheduler
	beaten := false
	store := &faults{Store: w.store}
	store.find = func(query storage.FindQuery) {
		if len(query.Keys) > 0 && !beaten { // the job is read, and its upstreams are next
			beaten = true
			_, err := other.Tick(w.ctx)
			require.NoError(t, err)
		}
	}
	late := jobs.NewScheduler(jobs.NewService(store, &jobs.Options{Now: w.Now}), nil, nil)
	w.Outage(time.Hour)
	_, err := late.Tick(w.ctx)
	require.NoError(t, err)
	require.True(t, beaten)
	require.Equal(t, []string{"13:00 fired: waiting"}, w.fates(down.ID))
	require.Len(t, w.runs(up.ID), 1)
}
