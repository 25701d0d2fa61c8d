package jobs_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/testclock"
	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/local"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

func TestADueTickBecomesARunThatIsDispatchedOnce(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("hourly", scheduled("@hourly", "", ""))
	w.at(59 * time.Minute)
	require.Empty(t, w.runs(job.ID))

	w.at(time.Hour)

	runs := w.runs(job.ID)
	require.Len(t, runs, 1)
	require.Equal(t, jobs.RunStarting, runs[0].Status)
	require.Equal(t, jobs.TriggerSchedule, runs[0].Trigger)
	require.Equal(t, epoch.Add(time.Hour), runs[0].NominalAt)
	require.Equal(t, epoch.Add(time.Hour), runs[0].DispatchedAt)
	require.Len(t, w.engine.dispatched, 1)
	require.Equal(t, "hourly", w.engine.dispatched[0].JobKey)
	require.Equal(t, runs[0].ID, w.engine.dispatched[0].Run.ID)
	require.JSONEq(t, `{"sql":{"source":"select 1"}}`, string(w.engine.dispatched[0].Version.Config))
	after := w.job(job.ID)
	require.Equal(t, job.Edition, after.Edition, "ticks are no edits")
	require.Equal(t, epoch.Add(time.Hour), after.LastScheduledAt)
	require.Equal(t, epoch.Add(2*time.Hour), after.NextRunAt)
	require.Equal(t, runs[0].ID, after.LatestRun.ID)
	require.Equal(t, []string{"13:00 fired"}, w.fates(job.ID))
	w.Advance(0)
	require.Len(t, w.engine.dispatched, 1)
}

// patient lets runs be for hours.
var patient = &jobs.Options{Runs: jobs.RunOptions{CancelGrace: time.Hour, Lease: 2 * time.Hour}}

func TestConcurrencyPolicies(t *testing.T) {
	for name, tc := range map[string]struct {
		policy   schedule.ConcurrencyPolicy
		statuses []jobs.RunStatus
		fates    []string
	}{
		"skip": {schedule.ConcurrencySkip, []jobs.RunStatus{jobs.RunStarting}, []string{"12:01 fired", "12:02 skipped: overlap"}},
		"allow": {schedule.ConcurrencyAllow, []jobs.RunStatus{jobs.RunStarting, jobs.RunStarting},
			[]string{"12:01 fired", "12:02 fired", "12:03 skipped: cap"}},
		"replace": {schedule.ConcurrencyReplace, []jobs.RunStatus{jobs.RunStarting, jobs.RunPending},
			[]string{"12:01 fired", "12:02 fired: replace"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, patient)
			job := w.create("job", scheduled("* * * * *", tc.policy, ""), func(j *jobs.NewJob) { j.MaxConcurrentRuns = 2 })
			for minute := range tc.fates {
				w.at(time.Duration(minute+1) * time.Minute)
			}
			require.Equal(t, tc.fates, w.fates(job.ID))
			require.Equal(t, tc.statuses, w.statuses(job.ID))
		})
	}
}

func TestAReplacementStartsWhenTheOldRunIsGone(t *testing.T) {
	w := newWorld(t, patient)
	job := w.create("job", scheduled("* * * * *", schedule.ConcurrencyReplace, ""))
	w.at(time.Minute)
	first := w.runs(job.ID)[0]
	w.at(2 * time.Minute)
	second := w.runs(job.ID)[0]
	require.Contains(t, w.engine.cancelled, first.ID)
	require.Equal(t, jobs.RunPending, second.Status)

	w.report(first.ID, jobs.Report{Status: jobs.RunCancelled})
	w.Advance(0)

	require.Equal(t, []jobs.RunStatus{jobs.RunCancelled, jobs.RunStarting}, w.statuses(job.ID))
}

func TestALaterReplacementSupersedes(t *testing.T) {
	w := newWorld(t, patient)
	job := w.create("job", scheduled("* * * * *", schedule.ConcurrencyReplace, ""))
	for minute := range 3 {
		w.at(time.Duration(minute+1) * time.Minute)
	}
	require.Equal(t, []jobs.RunStatus{jobs.RunStarting, jobs.RunCancelled, jobs.RunPending}, w.statuses(job.ID))
}

func TestAnOutageUnderEachMissedPolicy(t *testing.T) {
	for name, tc := range map[string]struct {
		policy schedule.MissedSchedulePolicy
		fates  []string
	}{
		"skip":   {schedule.MissedSkip, []string{"13:00 missed: policy to 15:00"}},
		"latest": {schedule.MissedLatest, []string{"13:00 coalesced: policy to 14:00", "15:00 fired"}},
		"all":    {schedule.MissedAll, []string{"13:00 fired"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			job := w.create("job", scheduled("@hourly", "", tc.policy))
			w.at(3*time.Hour + 30*time.Minute)
			require.Equal(t, tc.fates, w.fates(job.ID))
		})
	}
	t.Run("all drains as runs end", func(t *testing.T) {
		w := newWorld(t, nil)
		job := w.create("job", scheduled("@hourly", "", schedule.MissedAll))
		w.at(3*time.Hour + 30*time.Minute)
		for range 3 {
			w.report(w.runs(job.ID)[0].ID, jobs.Report{Status: jobs.RunSucceeded})
			w.Advance(0)
		}
		require.Equal(t, []string{"13:00 fired", "14:00 fired", "15:00 fired"}, w.fates(job.ID))
		require.Len(t, w.engine.dispatched, 3)
	})
}

func TestPausedTicksAreOneRow(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", scheduled("@hourly", "", ""))
	_, err := w.UpdateJob(w.ctx, w.Actor, job.ID, jobs.JobPatch{Status: new(jobs.Paused)})
	require.NoError(t, err)
	w.at(3 * time.Hour)
	require.Empty(t, w.runs(job.ID))
	_, err = w.UpdateJob(w.ctx, w.Actor, job.ID, jobs.JobPatch{Status: new(jobs.Active)})
	require.NoError(t, err)
	w.at(4 * time.Hour)
	require.Equal(t, []string{"13:00 paused to 15:00", "16:00 fired"}, w.fates(job.ID))
}

func TestAnEditedScheduleDoesNotFireAtOnce(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", scheduled("@daily", "", ""))
	w.Outage(30 * time.Minute)
	w.publish(job.ID, versions.Patch{CronExpression: new("0 12 * * *")})
	w.Advance(0)
	require.Empty(t, w.runs(job.ID))
}

func TestTicksDueBeforeAnEditAreSettledUnderTheOldVersion(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", scheduled("@hourly", "", schedule.MissedLatest))
	strict := w.create("strict", scheduled("@hourly", "", schedule.MissedSkip))
	w.Outage(2*time.Hour + 30*time.Minute)
	for _, id := range []string{job.ID, strict.ID} {
		w.publish(id, versions.Patch{CronExpression: new("0 0 1 1 *"), MissedSchedulePolicy: new(schedule.MissedAll)})
	}
	w.Advance(0)
	require.Equal(t, []string{"13:00 missed: policy to 14:00"}, w.fates(strict.ID))
	require.Equal(t, []string{"13:00 coalesced: policy", "14:00 fired"}, w.fates(job.ID))
	runs := w.runs(job.ID)
	require.Len(t, runs, 1)
	require.Equal(t, 1, runs[0].JobVersion)
	require.Equal(t, 1, w.engine.dispatched[0].Version.Number, "it runs the version it was made for")
}

func TestOneBadJobDoesNotStopTheOthers(t *testing.T) {
	broken := &rewriting{Store: memory.New()}
	w := newWorldOn(t, broken, nil)
	bad := w.create("bad", scheduled("@hourly", "", ""))
	good := w.create("good", scheduled("@hourly", "", ""))
	broken.only, broken.doc = bad.ID, func([]byte) []byte { return []byte{0xff} }
	w.Outage(time.Hour)

	_, err := w.Scheduler.Tick(w.ctx)
	require.ErrorContains(t, err, "job "+bad.ID)
	_, err = w.Scheduler.Tick(w.ctx)
	require.NoError(t, err, "it is not tried again at once")
	require.Len(t, w.runs(good.ID), 1)

	broken.doc = nil
	w.Outage(5 * time.Second)
	w.Advance(0)
	require.Len(t, w.runs(bad.ID), 1)
}

func TestAClockFarAheadIsNotBelieved(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", scheduled("@hourly", "", ""))
	w.Outage(10 * 366 * 24 * time.Hour)
	_, err := w.Scheduler.Tick(w.ctx)
	require.ErrorIs(t, err, jobs.ErrClock)
	require.Empty(t, w.fates(job.ID))
}

// clocked is a store with a clock of its own.
type clocked struct {
	storage.Store
	now time.Time
}

func (c *clocked) Due(ctx context.Context, q storage.DueQuery) (storage.DuePage, error) {
	page, err := c.Store.Due(ctx, q)
	page.Time, page.Clock = c.now, true
	return page, err
}

func TestAStoresClockBoundsOurs(t *testing.T) {
	store := &clocked{Store: memory.New(), now: epoch.Add(time.Hour)}
	w := newWorldOn(t, store, nil)
	job := w.create("job", scheduled("@hourly", schedule.ConcurrencyAllow, schedule.MissedAll), func(j *jobs.NewJob) { j.MaxConcurrentRuns = 100 })
	w.Outage(50 * time.Hour)
	// A world has its store go by its own clock.
	_, err := jobs.NewScheduler(jobs.NewService(store, &jobs.Options{Now: w.Now}), w.engine, nil).Tick(w.ctx)
	require.NoError(t, err)
	require.Equal(t, []string{"13:00 fired"}, w.fates(job.ID), "no tick beyond the store's own time, and a minute")
	require.Equal(t, epoch.Add(2*time.Hour), w.job(job.ID).NextRunAt)
}

func TestBackoffsGrow(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job")
	run, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{})
	require.NoError(t, err)
	w.Advance(0)
	w.engine.answer = func() error { return errors.New("no answer") }
	require.NoError(t, w.DeleteJob(w.ctx, w.Actor, job.ID))
	for range 1000 { // seconds
		_, _ = w.Scheduler.Tick(w.ctx)
		w.Outage(time.Second)
	}
	require.Equal(t, run.ID, w.engine.cancelled[0])
	require.InDelta(t, 10, len(w.engine.cancelled), 2, "asked again after 1, 2, 4, ... seconds, at most 5 minutes apart")
}

func TestResetSchedule(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", scheduled("@hourly", "", ""))
	w.at(5 * time.Hour) // by a clock that was wrong
	w.Outage(-4 * time.Hour)
	require.Equal(t, epoch.Add(6*time.Hour), w.job(job.ID).NextRunAt)
	reset, err := w.ResetSchedule(w.ctx, w.Actor, job.ID)
	require.NoError(t, err)
	require.Equal(t, epoch.Add(2*time.Hour), reset.NextRunAt)
}

func TestRunLoopInSimulatedTime(t *testing.T) {
	ticks := torture.Figure(24, 288) // two hours, or a day
	synctest.Test(t, func(t *testing.T) {
		service := jobs.NewService(memory.New(), nil)
		actor := teams.System(org)
		job, err := service.CreateJob(t.Context(), actor, jobs.NewJob{
			Definition: versions.Definition{ClusterID: "C1", Config: sql("x"), CronExpression: "*/5 * * * *"},
			Key:        "job", TeamIDs: []string{"T1"},
		})
		require.NoError(t, err)
		worker := func(context.Context, jobs.Dispatch) ([]byte, error) { return []byte(`{"ok":true}`), nil }
		dispatcher := local.New(service, worker, nil)
		ctx, stop := context.WithCancel(t.Context())
		var group sync.WaitGroup
		for range 3 {
			scheduler := jobs.NewScheduler(service, dispatcher, nil)
			group.Go(func() { _ = scheduler.Run(ctx) })
		}
		select {
		case <-time.After(time.Duration(ticks)*5*time.Minute + time.Minute):
		case <-ctx.Done():
		}
		stop()
		group.Wait()
		require.NoError(t, dispatcher.Close(t.Context()))
		after, err := service.Job(t.Context(), actor, job.ID)
		require.NoError(t, err)
		require.Equal(t, int64(ticks), after.LatestRun.Number, "each tick once")
		require.Equal(t, jobs.RunSucceeded, after.LatestRun.Status)
	})
}

// TestATimeInTheFutureIsReplaced: one look with a clock ten years ahead disarms the
// guard for two days, not for ten years.
func TestATimeInTheFutureIsReplaced(t *testing.T) {
	store := memory.New()
	wrong := testclock.At(epoch.AddDate(10, 0, 0))
	_, err := jobs.NewScheduler(jobs.NewService(store, &jobs.Options{Now: wrong.Now}), nil, nil).Tick(t.Context())
	require.NoError(t, err, "a new store has nothing to go by")

	clock := testclock.At(epoch)
	scheduler := jobs.NewScheduler(jobs.NewService(store, &jobs.Options{Now: clock.Now}), nil, nil)
	for range 10 {
		clock.Advance(day)
		_, err := scheduler.Tick(t.Context())
		require.NoError(t, err)
	}
	clock.Set(epoch.AddDate(9, 0, 0))
	_, err = scheduler.Tick(t.Context())
	require.ErrorIs(t, err, jobs.ErrClock)
}

// TestASlowClockReplacesNothing: beside it, one that is right writes down the time.
func TestASlowClockReplacesNothing(t *testing.T) {
	store := memory.New()
	right, slow := testclock.At(epoch), testclock.At(epoch.AddDate(-50, 0, 0))
	var schedulers []*jobs.Scheduler
	for _, clock := range []*testclock.Clock{right, slow} {
		schedulers = append(schedulers, jobs.NewScheduler(jobs.NewService(store, &jobs.Options{Now: clock.Now}), nil, nil))
	}
	for range 10 * 24 {
		for _, s := range schedulers {
			_, err := s.Tick(t.Context())
			require.NoError(t, err)
		}
		right.Advance(time.Hour)
		slow.Advance(time.Hour)
	}
	_, err := jobs.NewScheduler(jobs.NewService(store, &jobs.Options{Now: right.Now}), nil, nil).Tick(t.Context())
	require.NoError(t, err)
}
