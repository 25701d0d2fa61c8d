package jobs_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/versions"
)

// pauseForHours pauses a job until three hours after the epoch.
func (w *World) pauseForHours(id string) jobs.Job {
	w.t.Helper()
	job, err := w.UpdateJob(w.ctx, w.Actor, id, jobs.JobPatch{Status: new(jobs.Paused), PausedUntil: new(epoch.Add(3 * time.Hour))})
	require.NoError(w.t, err)
	return job
}

func TestWhatPausedUntilMayBe(t *testing.T) {
	w := newWorld(t, nil)
	soon, past := epoch.Add(time.Hour), epoch.Add(-time.Hour)
	paused, active := new(jobs.Paused), new(jobs.Active)
	for name, tc := range map[string]struct {
		before jobs.JobPatch
		patch  jobs.JobPatch
		field  string
		want   time.Time
	}{
		"with the pause":          {patch: jobs.JobPatch{Status: paused, PausedUntil: &soon}, want: soon},
		"of a paused job":         {before: jobs.JobPatch{Status: paused}, patch: jobs.JobPatch{PausedUntil: &soon}, want: soon},
		"an absent one is kept":   {before: jobs.JobPatch{Status: paused, PausedUntil: &soon}, patch: jobs.JobPatch{Status: paused, Key: new("k")}, want: soon},
		"null has it last":        {before: jobs.JobPatch{Status: paused, PausedUntil: &soon}, patch: jobs.JobPatch{PausedUntil: &time.Time{}}},
		"active clears it":        {before: jobs.JobPatch{Status: paused, PausedUntil: &soon}, patch: jobs.JobPatch{Status: active}},
		"null with active":        {before: jobs.JobPatch{Status: paused, PausedUntil: &soon}, patch: jobs.JobPatch{Status: active, PausedUntil: &time.Time{}}},
		"null of an active job":   {patch: jobs.JobPatch{PausedUntil: &time.Time{}}},
		"of an active job":        {patch: jobs.JobPatch{PausedUntil: &soon}, field: "pausedUntil"},
		"with active":             {before: jobs.JobPatch{Status: paused}, patch: jobs.JobPatch{Status: active, PausedUntil: &soon}, field: "pausedUntil"},
		"in the past":             {patch: jobs.JobPatch{Status: paused, PausedUntil: &past}, field: "pausedUntil"},
		"now":                     {patch: jobs.JobPatch{Status: paused, PausedUntil: &epoch}, field: "pausedUntil"},
		"after the year 9999":     {patch: jobs.JobPatch{Status: paused, PausedUntil: new(epoch.AddDate(9000, 0, 0))}, field: "pausedUntil"},
		"less than a microsecond": {patch: jobs.JobPatch{Status: paused, PausedUntil: new(epoch.Add(999))}, field: "pausedUntil"},
	} {
		t.Run(name, func(t *testing.T) {
			job := w.create(name)
			_, err := w.UpdateJob(w.ctx, w.Actor, job.ID, tc.before)
			require.NoError(t, err)
			updated, err := w.UpdateJob(w.ctx, w.Actor, job.ID, tc.patch)
			if tc.field != "" {
				requireField(t, tc.field, err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tc.want, updated.PausedUntil)
			require.Equal(t, tc.want, w.job(job.ID).PausedUntil)
		})
	}
}

func TestAPauseEndsHoweverLateThatIsNoticed(t *testing.T) {
	for name, tc := range map[string]struct {
		missed schedule.MissedSchedulePolicy
		looks  []time.Duration
		want   []string
	}{
		"noticed at once": {schedule.MissedLatest, []time.Duration{3 * time.Hour, 4 * time.Hour}, []string{
			"13:00 paused to 15:00", "16:00 fired",
		}},
		"late, latest": {schedule.MissedLatest, []time.Duration{5*time.Hour + 30*time.Minute}, []string{
			"13:00 paused to 15:00", "16:00 coalesced: policy", "17:00 fired",
		}},
		"late, skip": {schedule.MissedSkip, []time.Duration{5*time.Hour + 30*time.Minute}, []string{
			"13:00 paused to 15:00", "16:00 missed: policy to 17:00",
		}},
		"late, all": {schedule.MissedAll, []time.Duration{5*time.Hour + 30*time.Minute}, []string{
			"13:00 paused to 15:00", "16:00 fired", "17:00 fired",
		}},
		"looks during the pause": {schedule.MissedLatest, []time.Duration{time.Hour, 2 * time.Hour, 3*time.Hour - 1, 4 * time.Hour}, []string{
			"13:00 paused to 15:00", "16:00 fired",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			job := w.create("hourly", scheduled("0 * * * *", schedule.ConcurrencyAllow, tc.missed), func(j *jobs.NewJob) { j.MaxConcurrentRuns = 9 })
			until := w.pauseForHours(job.ID)
			require.Zero(t, until.NextRunAt)
			for _, d := range tc.looks {
				w.at(d)
			}
			require.Equal(t, tc.want, w.fates(job.ID))
			got := w.job(job.ID)
			require.Equal(t, jobs.Active, got.Status)
			require.Zero(t, got.PausedUntil)
			require.Equal(t, until.Edition+1, got.Edition)
			require.Empty(t, got.UpdatedBy, "nobody resumed it")
			require.NotZero(t, got.NextRunAt)
		})
	}
}

func TestTheEndOfAPauseIsInTheJournal(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("hourly", scheduled("0 * * * *", "", ""))
	w.pauseForHours(job.ID)
	w.at(3 * time.Hour)
	events := w.journal()
	require.Len(t, events, 4)
	require.Equal(t, jobs.JobUpdated, events[2].Kind)
	require.EqualValues(t, 4, events[2].Edition)
	require.Equal(t, w.Now(), events[2].At)
	require.Equal(t, jobs.TickPaused, events[3].Kind)
}

// A pause that nobody has noticed the end of is over for an edit all the same.
func TestAnEditAfterTheEndOfAPause(t *testing.T) {
	cron := scheduled("0 * * * *", schedule.ConcurrencyAllow, schedule.MissedLatest)
	late := []string{"13:00 paused to 15:00", "16:00 coalesced: policy", "17:00 fired"}
	for name, tc := range map[string]struct {
		edit func(w *World, id string) error
		want []string
		then func(t *testing.T, job jobs.Job)
	}{
		"a publish": {func(w *World, id string) error {
			_, err := w.PublishVersion(w.ctx, w.Actor, id, versions.Patch{CronExpression: new("30 * * * *")})
			return err
		}, late, func(t *testing.T, job jobs.Job) {
			require.Equal(t, jobs.Active, job.Status)
			require.Equal(t, epoch.Add(6*time.Hour+30*time.Minute), job.NextRunAt)
		}},
		"a quiet publish": {func(w *World, id string) error {
			_, err := w.PublishVersion(w.ctx, w.Actor, id, versions.Patch{TimeoutSeconds: new(60)})
			return err
		}, late, func(t *testing.T, job jobs.Job) {
			require.Equal(t, epoch.Add(6*time.Hour), job.NextRunAt)
		}},
		"a second pause": {func(w *World, id string) error {
			_, err := w.UpdateJob(w.ctx, w.Actor, id, jobs.JobPatch{Status: new(jobs.Paused), PausedUntil: new(epoch.Add(9 * time.Hour))})
			return err
		}, late, func(t *testing.T, job jobs.Job) {
			require.Equal(t, jobs.Paused, job.Status)
			require.Equal(t, epoch.Add(9*time.Hour), job.PausedUntil)
			require.Equal(t, "system", job.UpdatedBy)
		}},
		"a resume": {func(w *World, id string) error {
			_, err := w.UpdateJob(w.ctx, w.Actor, id, jobs.JobPatch{Status: new(jobs.Active)})
			return err
		}, late, func(t *testing.T, job jobs.Job) {
			require.Equal(t, jobs.Active, job.Status)
			require.Empty(t, job.UpdatedBy, "it was resumed before")
		}},
		"null": {func(w *World, id string) error {
			_, err := w.UpdateJob(w.ctx, w.Actor, id, jobs.JobPatch{PausedUntil: &time.Time{}})
			return err
		}, late, func(t *testing.T, job jobs.Job) {
			require.Equal(t, jobs.Active, job.Status)
		}},
		"what was read is written back": {func(w *World, id string) error {
			_, err := w.UpdateJob(w.ctx, w.Actor, id, jobs.JobPatch{Status: new(jobs.Paused), PausedUntil: new(epoch.Add(3 * time.Hour))})
			requireField(w.t, "pausedUntil", err)
			return nil
		}, late, func(t *testing.T, job jobs.Job) {
			require.Equal(t, jobs.Active, job.Status)
		}},
		"with the edition of the pause": {func(w *World, id string) error {
			_, err := w.UpdateJob(w.ctx, w.Actor, id, jobs.JobPatch{Key: new("k")}, jobs.IfEdition(3))
			require.ErrorIs(w.t, err, jobs.ErrPrecondition)
			return nil
		}, late, func(t *testing.T, job jobs.Job) {
			require.Equal(t, "hourly", job.Key)
		}},
		"a reset": {func(w *World, id string) error {
			_, err := w.ResetSchedule(w.ctx, w.Actor, id)
			return err
		}, late, func(t *testing.T, job jobs.Job) {
			require.Equal(t, epoch.Add(6*time.Hour), job.NextRunAt)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			job := w.create("hourly", cron)
			w.pauseForHours(job.ID)
			w.Outage(5*time.Hour + 30*time.Minute)
			require.Equal(t, jobs.Paused, w.job(job.ID).Status, "reads show what is written")
			require.NoError(t, tc.edit(w, job.ID))
			require.Equal(t, tc.want, w.fates(job.ID))
			tc.then(t, w.job(job.ID))
			w.Advance(0)
			require.Equal(t, tc.want, w.fates(job.ID))
		})
	}
}

func TestDeletingAJobWhosePauseIsOverStartsNothing(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("hourly", scheduled("0 * * * *", "", ""))
	w.pauseForHours(job.ID)
	w.Outage(5 * time.Hour)
	require.NoError(t, w.DeleteJob(w.ctx, w.Actor, job.ID))
	w.Advance(0)
	require.Empty(t, w.engine.dispatched)
}

// A process whose clock is ahead ends the pause early by as much; the other finds
// the pause over, and settles each tick once.
func TestReplicasWithClocksApartEndAPauseOnce(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("hourly", scheduled("0 * * * *", schedule.ConcurrencyAllow, ""))
	w.pauseForHours(job.ID)
	ahead := jobs.NewService(w.store, &jobs.Options{Now: func() time.Time { return w.Now().Add(40 * time.Second) }})
	fast := jobs.NewScheduler(ahead, w.engine, nil)
	for _, d := range []time.Duration{3*time.Hour - 30*time.Second, 3 * time.Hour, 4*time.Hour - 30*time.Second, 4 * time.Hour} {
		w.Outage(epoch.Add(d).Sub(w.Now()))
		_, err := fast.Tick(w.ctx)
		require.NoError(t, err)
		_, err = w.Scheduler.Tick(w.ctx)
		require.NoError(t, err)
	}
	require.Equal(t, []string{"13:00 paused to 15:00", "16:00 fired"}, w.fates(job.ID))
}

func TestSuccessesDuringAPauseStartNothing(t *testing.T) {
	for name, tc := range map[string]struct {
		ends []time.Duration // of the upstream's runs
		runs int
	}{
		"during the pause":    {[]time.Duration{time.Hour, 2 * time.Hour, 3 * time.Hour}, 0},
		"after it":            {[]time.Duration{4 * time.Hour}, 1},
		"during and after it": {[]time.Duration{time.Hour, 2 * time.Hour, 4 * time.Hour, 5 * time.Hour}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, patient)
			up := w.create("up")
			down := w.create("down", dependsOn("up"), scheduled("", schedule.ConcurrencyAllow, ""), func(j *jobs.NewJob) { j.MaxConcurrentRuns = 9 })
			w.pauseForHours(down.ID)
			var started []jobs.Run
			for range tc.ends { // they run beside each other, and end while no scheduler looks
				run, err := w.CreateRun(w.ctx, w.Actor, up.ID, jobs.NewRun{})
				require.NoError(t, err)
				started = append([]jobs.Run{run}, started...)
			}
			w.Advance(0)
			for i, d := range tc.ends {
				w.Outage(epoch.Add(d).Sub(w.Now()))
				w.report(started[i].ID, jobs.Report{Status: jobs.RunSucceeded})
			}
			w.Outage(6 * time.Hour)
			w.Advance(0)
			require.Len(t, w.runs(down.ID), tc.runs)
			require.Equal(t, jobs.Active, w.job(down.ID).Status)
			w.run(up.ID, jobs.RunSucceeded)
			require.Len(t, w.runs(down.ID), tc.runs+1)
		})
	}
}

// An upstream whose pause is over has ticks that nobody has settled yet.
func TestADependentWaitsForAnUpstreamWhosePauseIsOver(t *testing.T) {
	w := newWorld(t, nil)
	up := w.create("up", scheduled("0 * * * *", "", ""))
	w.run(up.ID, jobs.RunSucceeded)
	down := w.create("down", dependsOn("up"), scheduled("0 16 * * *", "", ""))
	w.pauseForHours(up.ID)
	w.at(4 * time.Hour)
	require.Len(t, w.runs(up.ID), 2)
	require.Equal(t, []jobs.RunStatus{jobs.RunPending}, w.statuses(down.ID))
	w.finish(up.ID, jobs.RunSucceeded)
	require.Equal(t, []jobs.RunStatus{jobs.RunStarting}, w.statuses(down.ID))
}
