package jobs_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// backfill asks for the ticks from one time to another, both counted from the epoch.
func (w *World) backfill(id string, from, until time.Duration) jobs.Backfill {
	w.t.Helper()
	made, err := w.Backfill(w.ctx, w.Actor, id, jobs.BackfillQuery{From: epoch.Add(from), Until: epoch.Add(until)})
	require.NoError(w.t, err)
	return made
}

// clocks are times of the day.
func clocks(fires []jobs.Fire) []string {
	list := make([]string, len(fires))
	for i, f := range fires {
		list[i] = f.NominalAt.Format("15:04")
	}
	return list
}

func TestBackfillMakesARunForEachTick(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", scheduled("@hourly", "", ""), declares(map[string]string{"day": "today"}), func(j *jobs.NewJob) {
		j.CronTimezone = "Europe/Berlin"
	})
	query := jobs.BackfillQuery{From: epoch.Add(-3 * time.Hour), Until: epoch, DryRun: true}
	dry, err := w.Backfill(w.ctx, w.Actor, job.ID, query)
	require.NoError(t, err)
	require.Equal(t, []string{"09:00", "10:00", "11:00"}, clocks(dry.Fires), "from is in, until is out")
	require.Equal(t, "2026-03-01T10:00:00+01:00", dry.Fires[0].LocalTime)
	require.Empty(t, dry.Runs)
	require.Empty(t, w.runs(job.ID))

	query.DryRun = false
	made, err := w.Backfill(w.ctx, member("ada", teams.Contributor, "T1"), job.ID, query)
	require.NoError(t, err)
	require.Equal(t, dry.Fires, made.Fires)
	require.Len(t, made.Runs, 3)
	for i, run := range made.Runs {
		require.Equal(t, made.Fires[i].NominalAt, run.NominalAt)
		require.Equal(t, jobs.TriggerBackfill, run.Trigger)
		require.Equal(t, int64(i+1), run.Number)
		require.Equal(t, 1, run.Attempt)
		require.Equal(t, "ada", run.CreatedBy)
		require.Equal(t, jobs.RunPending, run.Status)
		require.Equal(t, jobs.WaitingForPredecessor, run.WaitingFor)
		require.Equal(t, map[string]string{"day": "today"}, run.Parameters)
	}
	require.Nil(t, w.job(job.ID).LatestRun, "none of them has started")
	require.Empty(t, w.fates(job.ID), "the ledger stays as it is")
	created := 0
	for _, e := range w.journal() {
		if e.Kind == jobs.RunCreated {
			require.Equal(t, made.Runs[created].ID, e.RunID)
			created++
		}
	}
	require.Equal(t, 3, created)

	again, err := w.Backfill(w.ctx, w.Actor, job.ID, query)
	require.NoError(t, err)
	require.Empty(t, again.Fires, "each is made once")
	require.Empty(t, again.Runs)
}

func TestTheRunsOfABackfillTakeTurns(t *testing.T) {
	for _, tc := range []struct {
		policy schedule.ConcurrencyPolicy
		most   int
	}{{schedule.ConcurrencySkip, 1}, {schedule.ConcurrencyReplace, 1}, {schedule.ConcurrencyAllow, 3}} {
		t.Run(string(tc.policy), func(t *testing.T) {
			w := newWorld(t, nil)
			job := w.create("job", scheduled("@hourly", tc.policy, ""), func(j *jobs.NewJob) { j.MaxConcurrentRuns = tc.most })
			made := w.backfill(job.ID, -7*time.Hour, 0)
			require.Len(t, made.Runs, 7)
			w.Advance(0)
			for ended := range 7 {
				require.Len(t, w.engine.dispatched, min(ended+tc.most, 7))
				for _, d := range w.engine.dispatched {
					require.LessOrEqual(t, d.Run.Number, int64(ended+tc.most), "the oldest first")
				}
				w.report(made.Runs[ended].ID, jobs.Report{Status: []jobs.RunStatus{jobs.RunSucceeded, jobs.RunFailed}[ended%2]})
				w.Advance(0)
			}
			require.NotContains(t, w.statuses(job.ID), jobs.RunCancelled)
			require.Equal(t, made.Runs[6].ID, w.job(job.ID).LatestRun.ID)
		})
	}
}

func TestABackfillGoesOnWhileTheJobIsPaused(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", scheduled("@hourly", "", ""))
	w.backfill(job.ID, -2*time.Hour, 0)
	_, err := w.UpdateJob(w.ctx, w.Actor, job.ID, jobs.JobPatch{Status: new(jobs.Paused)})
	require.NoError(t, err)
	w.Advance(0)
	require.Len(t, w.engine.dispatched, 1)
	w.report(w.engine.dispatched[0].Run.ID, jobs.Report{Status: jobs.RunSucceeded})
	w.Advance(0)
	require.Len(t, w.engine.dispatched, 2)

	w.Outage(3 * time.Hour)
	require.Equal(t, []string{"13:00", "14:00"}, clocks(w.backfill(job.ID, time.Hour, 3*time.Hour).Fires), "a paused job has no unsettled tick")
}

func TestAHoldStopsNoRunThatAPersonAskedFor(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", scheduled("@hourly", "", ""))
	made := w.backfill(job.ID, -2*time.Hour, 0)
	late := w.runAt(job.ID, 90*time.Minute)
	_, err := w.SetHold(w.ctx, w.Actor, "a migration")
	require.NoError(t, err)
	for _, run := range made.Runs {
		w.Advance(0)
		require.Equal(t, run.ID, w.engine.dispatched[len(w.engine.dispatched)-1].Run.ID)
		w.report(run.ID, jobs.Report{Status: jobs.RunSucceeded})
	}
	w.at(90 * time.Minute)
	require.Equal(t, late.ID, w.engine.dispatched[len(w.engine.dispatched)-1].Run.ID)
	require.Len(t, w.engine.dispatched, 3, "but the tick at 13:00 made none")
}

func TestOfQueuedRunsNothingElseTakesNote(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", scheduled("@hourly", "", ""))
	manual := w.manual(job.ID)
	made := w.backfill(job.ID, -3*time.Hour, 0)
	w.Advance(0)
	require.Len(t, w.engine.dispatched, 1, "a run by hand comes first")
	_, err := w.ReleaseRun(w.ctx, w.Actor, job.ID, made.Runs[0].ID)
	requireConflict(t, jobs.ConflictRunState, err)
	_, err = w.CancelRun(w.ctx, w.Actor, job.ID, made.Runs[0].ID)
	require.NoError(t, err)
	require.Equal(t, manual.ID, w.job(job.ID).LatestRun.ID)
	w.report(manual.ID, jobs.Report{Status: jobs.RunSucceeded})
	w.Outage(time.Hour)
	w.Advance(0)
	require.Equal(t, []string{"13:00 fired"}, w.fates(job.ID), "the tick has its turn before those that queue")
	require.Equal(t, jobs.TriggerSchedule, w.engine.dispatched[1].Run.Trigger)
	scheduled := w.engine.dispatched[1].Run
	w.report(scheduled.ID, jobs.Report{Status: jobs.RunSucceeded})
	w.Advance(0)
	require.Equal(t, made.Runs[1].ID, w.engine.dispatched[2].Run.ID)
	require.Equal(t, scheduled.ID, w.job(job.ID).LatestRun.ID, "no run of the past takes the place of a newer one")
}

func TestWhichTicksABackfillLeavesOut(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", scheduled("@hourly", "", schedule.MissedSkip))
	w.at(time.Hour)
	w.finish(job.ID, jobs.RunSucceeded)
	w.at(4*time.Hour + 30*time.Minute) // 14:00, 15:00, 16:00 were missed
	require.Equal(t, []string{"13:00 fired", "14:00 missed: policy to 16:00"}, w.fates(job.ID))
	w.Outage(time.Hour) // 17:00 is due, and not settled
	made := w.backfill(job.ID, 0, 5*time.Hour+time.Minute)
	require.Equal(t, []string{"12:00", "14:00", "15:00", "16:00"}, clocks(made.Fires))
	w.Advance(0)
	require.Len(t, w.runs(job.ID), 5, "17:00 is the schedule's to miss")

	_, err := w.CancelRun(w.ctx, w.Actor, job.ID, made.Runs[2].ID)
	require.NoError(t, err)
	require.Empty(t, w.backfill(job.ID, 0, 5*time.Hour).Fires, "also one that was cancelled is kept")
	require.NoError(t, w.DeleteRun(w.ctx, w.Actor, job.ID, made.Runs[2].ID))
	require.Equal(t, []string{"15:00"}, clocks(w.backfill(job.ID, 0, 5*time.Hour).Fires))
}

func TestABackfillAfterAReset(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", scheduled("@hourly", "", schedule.MissedAll))
	first := w.backfill(job.ID, -2*time.Hour, 0)
	w.Advance(0)
	w.Outage(3 * time.Hour)
	_, err := w.ResetSchedule(w.ctx, w.Actor, job.ID)
	require.NoError(t, err)
	w.report(first.Runs[0].ID, jobs.Report{Status: jobs.RunSucceeded})
	w.Advance(0)
	require.Len(t, w.engine.dispatched, 2, "those that queue go on")
	require.Empty(t, w.fates(job.ID), "ticks that were due are given up")
	require.Equal(t, []string{"12:00", "13:00", "14:00"}, clocks(w.backfill(job.ID, 0, 3*time.Hour).Fires), "and can be made good")
	w.report(first.Runs[1].ID, jobs.Report{Status: jobs.RunSucceeded})
	w.at(4 * time.Hour)
	require.Equal(t, []string{"16:00 fired"}, w.fates(job.ID))
}

func TestWhatABackfillMayNotAsk(t *testing.T) {
	w := newWorld(t, nil)
	every := w.create("every", scheduled("* * * * *", "", ""))
	none := w.create("none")
	for name, tc := range map[string]struct {
		id          string
		from, until time.Time
		field, says string
	}{
		"a minute too many":  {every.ID, epoch.Add(-101 * time.Minute), epoch, "until", "these are 101"},
		"two thousand years": {every.ID, time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC), epoch, "until", "at most 100 ticks"},
		"the future":         {every.ID, epoch, epoch.Add(time.Second), "until", "not be after now"},
		"nothing":            {every.ID, epoch, epoch, "until", "after from"},
		"no beginning":       {every.ID, time.Time{}, epoch, "from", "must be a time"},
		"no end":             {every.ID, epoch, time.Time{}, "until", "must be a time"},
		"no schedule":        {none.ID, epoch.Add(-time.Hour), epoch, "cronExpression", "version 1 has no schedule"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.Backfill(w.ctx, w.Actor, tc.id, jobs.BackfillQuery{From: tc.from, Until: tc.until})
			requireField(t, tc.field, err)
			require.ErrorContains(t, err, tc.says)
		})
	}
	_, err := w.Backfill(w.ctx, w.Actor, every.ID, jobs.BackfillQuery{})
	var errs versions.FieldErrors
	require.ErrorAs(t, err, &errs)
	require.Len(t, errs, 2)
	require.Len(t, w.backfill(every.ID, -100*time.Minute, 0).Runs, 100)
	_, err = w.Backfill(w.ctx, member("bob", teams.Viewer, "T1"), every.ID, jobs.BackfillQuery{})
	require.ErrorIs(t, err, jobs.ErrForbidden)
	_, err = w.Backfill(w.ctx, member("eve", teams.Admin, "T9"), every.ID, jobs.BackfillQuery{})
	require.ErrorIs(t, err, jobs.ErrNotFound)
}

func TestNoMoreThanAThousandRunsQueue(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("every", scheduled("* * * * *", "", ""))
	for i := range 10 {
		until := -time.Duration(100*i) * time.Minute
		require.Len(t, w.backfill(job.ID, until-100*time.Minute, until).Runs, 100)
	}
	_, err := w.Backfill(w.ctx, w.Actor, job.ID, jobs.BackfillQuery{From: epoch.Add(-1001 * time.Minute), Until: epoch.Add(-1000 * time.Minute)})
	requireConflict(t, jobs.ConflictRunState, err)
	require.Empty(t, w.backfill(job.ID, -100*time.Minute, 0).Runs, "nothing more is nothing")
}

// Several who ask at once make each run once, in every place.
func TestABackfillIsMadeOnceByMany(t *testing.T) {
	places := map[string]func() *World{"memory": func() *World { return newWorld(t, nil) }}
	for name, place := range shared {
		places[name] = func() *World { return newWorldOn(t, place(t)(), nil) }
	}
	for name, open := range places {
		t.Run(name, func(t *testing.T) {
			w := open()
			job := w.create("job", scheduled("@hourly", "", ""))
			var group sync.WaitGroup
			var mu sync.Mutex
			made := map[time.Time]int{}
			for i := range 6 {
				group.Go(func() {
					from := epoch.Add(-time.Duration(5+i) * time.Hour)
					b, err := w.Backfill(w.ctx, w.Actor, job.ID, jobs.BackfillQuery{From: from, Until: epoch})
					if err != nil {
						t.Error(err)
					}
					mu.Lock()
					defer mu.Unlock()
					for _, run := range b.Runs {
						made[run.NominalAt]++
					}
				})
			}
			group.Wait()
			require.Len(t, made, 10)
			for at, times := range made {
				require.Equal(t, 1, times, at)
			}
			list, err := w.ListRuns(w.ctx, w.Actor, job.ID, jobs.RunQuery{Trigger: jobs.TriggerBackfill})
			require.NoError(t, err)
			require.Len(t, list.Runs, 10)
		})
	}
}
