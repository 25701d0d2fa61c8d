package jobs_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// engine is a dispatcher that remembers what it was asked, and answers as it
// is told to.
type engine struct {
	mu         sync.Mutex
	dispatched []jobs.Dispatch
	cancelled  []string
	cleaned    []string
	answer     func() error
}

func (e *engine) note(what func()) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	what()
	if e.answer != nil {
		return e.answer()
	}
	return nil
}

func (e *engine) Dispatch(_ context.Context, d jobs.Dispatch) error {
	return e.note(func() { e.dispatched = append(e.dispatched, d) })
}

func (e *engine) Cancel(_ context.Context, r jobs.RunRef) error {
	return e.note(func() { e.cancelled = append(e.cancelled, r.RunID) })
}

func (e *engine) Cleanup(_ context.Context, r jobs.RunRef) error {
	return e.note(func() { e.cleaned = append(e.cleaned, r.RunID) })
}

// plant is a world with a scheduler that is stepped by hand.
type plant struct {
	*world
	engine    *engine
	scheduler *jobs.Scheduler
}

func newPlant(t *testing.T, opts *jobs.Options) *plant {
	t.Helper()
	p := &plant{world: newWorld(t, opts), engine: &engine{}}
	p.scheduler = jobs.NewScheduler(p.Service, p.engine, nil)
	return p
}

// tick lets the scheduler work until nothing is due.
func (p *plant) tick() {
	p.t.Helper()
	for range 10 {
		next, err := p.scheduler.Tick(p.ctx)
		require.NoError(p.t, err)
		if next.IsZero() || next.After(p.clock.Now()) {
			due, err := p.store.Due(p.ctx, jobs.DueQuery{Until: p.clock.Now(), Limit: 1})
			require.NoError(p.t, err)
			if len(due.Items) == 0 {
				return
			}
		}
	}
	p.t.Fatal("the scheduler does not come to rest")
}

// at moves the clock to a time after the epoch, and lets the scheduler work.
func (p *plant) at(d time.Duration) {
	p.t.Helper()
	p.clock.advance(epoch.Add(d).Sub(p.clock.Now()))
	p.tick()
}

// runs lists a job's runs, oldest first, as statuses.
func (p *plant) statuses(id string) []jobs.RunStatus {
	p.t.Helper()
	var statuses []jobs.RunStatus
	runs := p.runs(id)
	for i := len(runs) - 1; i >= 0; i-- {
		statuses = append(statuses, runs[i].Status)
	}
	return statuses
}

// runs lists a job's runs, newest first.
func (p *plant) runs(id string) []jobs.Run {
	p.t.Helper()
	list, err := p.ListRuns(p.ctx, p.admin, id, jobs.RunPage{})
	require.NoError(p.t, err)
	return list.Runs
}

// report reports on the newest dispatch of a run.
func (p *plant) report(runID string, r jobs.Report) {
	p.t.Helper()
	_, err := p.tryReport(runID, r)
	require.NoError(p.t, err)
}

func (p *plant) tryReport(runID string, r jobs.Report) (jobs.Run, error) {
	p.engine.mu.Lock()
	var d jobs.Dispatch
	for _, seen := range p.engine.dispatched {
		if seen.Run.ID == runID {
			d = seen
		}
	}
	p.engine.mu.Unlock()
	return p.ReportRun(p.ctx, d.Run.JobID, runID, d.Token, r)
}

// fates lists what became of a job's ticks, oldest first.
func (p *plant) fates(id string) []string {
	p.t.Helper()
	list, err := p.ListTicks(p.ctx, p.admin, id, jobs.RunPage{})
	require.NoError(p.t, err)
	var fates []string
	for i := len(list.Ticks) - 1; i >= 0; i-- {
		tick := list.Ticks[i]
		fate := tick.NominalAt.Format("15:04") + " " + string(tick.Verdict)
		if tick.Reason != "" {
			fate += ": " + tick.Reason
		}
		if tick.Count > 1 {
			fate += " to " + tick.Until.Format("15:04")
		}
		fates = append(fates, fate)
	}
	return fates
}

// scheduled gives a new job a schedule and policies.
func scheduled(cron string, c schedule.ConcurrencyPolicy, m schedule.MissedSchedulePolicy) func(*jobs.NewJob) {
	return func(j *jobs.NewJob) {
		j.CronExpression, j.ConcurrencyPolicy, j.MissedSchedulePolicy = cron, c, m
	}
}

func TestADueTickBecomesARunThatIsDispatchedOnce(t *testing.T) {
	p := newPlant(t, nil)
	job := p.create("hourly", scheduled("@hourly", "", ""))
	p.at(59 * time.Minute)
	require.Empty(t, p.runs(job.ID))

	p.at(time.Hour)

	runs := p.runs(job.ID)
	require.Len(t, runs, 1)
	require.Equal(t, jobs.RunStarting, runs[0].Status)
	require.Equal(t, jobs.TriggerSchedule, runs[0].Trigger)
	require.Equal(t, epoch.Add(time.Hour), runs[0].NominalAt)
	require.Equal(t, epoch.Add(time.Hour), runs[0].DispatchedAt)
	require.Len(t, p.engine.dispatched, 1)
	require.Equal(t, "hourly", p.engine.dispatched[0].JobKey)
	require.Equal(t, runs[0].ID, p.engine.dispatched[0].Run.ID)
	require.JSONEq(t, `{"sql":{"source":"select 1"}}`, string(p.engine.dispatched[0].Version.Config))
	after := p.job(job.ID)
	require.Equal(t, job.Edition, after.Edition, "ticks are no edits")
	require.Equal(t, epoch.Add(time.Hour), after.LastScheduledAt)
	require.Equal(t, epoch.Add(2*time.Hour), after.NextRunAt)
	require.Equal(t, runs[0].ID, after.LatestRun.ID)
	require.Equal(t, []string{"13:00 fired"}, p.fates(job.ID))
	p.tick()
	require.Len(t, p.engine.dispatched, 1)
}

func TestARunsLife(t *testing.T) {
	p := newPlant(t, nil)
	job := p.create("job")
	run, err := p.CreateRun(p.ctx, p.admin, job.ID, jobs.NewRun{})
	require.NoError(t, err)
	require.Equal(t, jobs.RunPending, run.Status)
	p.tick()
	p.clock.advance(time.Second)
	for _, status := range []jobs.RunStatus{jobs.RunCreatingSail, jobs.RunWaitingForSail, jobs.RunCreatingRunner, jobs.RunRunning} {
		p.report(run.ID, jobs.Report{Status: status})
	}
	p.clock.advance(45200 * time.Millisecond)
	p.report(run.ID, jobs.Report{Status: jobs.RunSucceeded, Message: "done", Results: []byte(`{"outputPath": "x"}`)})
	p.tick()

	got, err := p.Run(p.ctx, p.admin, job.ID, run.ID)
	require.NoError(t, err)
	require.Equal(t, jobs.RunSucceeded, got.Status)
	require.Equal(t, "done", got.StatusMessage)
	require.JSONEq(t, `{"outputPath":"x"}`, string(got.Results))
	require.Equal(t, epoch, got.DispatchedAt)
	require.Equal(t, epoch.Add(time.Second), got.RunnerStartedAt)
	require.Equal(t, 45200*time.Millisecond, got.RunnerExecution)
	require.Equal(t, epoch.Add(46200*time.Millisecond), got.FinishedAt)
	require.Equal(t, got.FinishedAt, got.CleanedAt)
	require.Equal(t, []string{run.ID}, p.engine.cleaned)

	_, err = p.tryReport(run.ID, jobs.Report{Status: jobs.RunFailed})
	requireConflict(t, jobs.ConflictRunState, err)
	_, err = p.tryReport(run.ID, jobs.Report{})
	requireConflict(t, jobs.ConflictRunState, err)
	p.report(run.ID, jobs.Report{Status: jobs.RunSucceeded})
}

func TestReportsNeedTheTokenOfTheDispatch(t *testing.T) {
	p := newPlant(t, nil)
	job := p.create("job")
	run, err := p.CreateRun(p.ctx, p.admin, job.ID, jobs.NewRun{})
	require.NoError(t, err)
	for _, token := range []string{"", "x", "x.y", "T1JHMQ.AAAA"} {
		_, err := p.ReportRun(p.ctx, job.ID, run.ID, token, jobs.Report{})
		require.ErrorIs(t, err, jobs.ErrNotFound)
	}
	p.tick()
	p.report(run.ID, jobs.Report{Status: jobs.RunRunning})
	_, err = p.tryReport(run.ID, jobs.Report{Status: jobs.RunCreatingSail})
	requireConflict(t, jobs.ConflictRunState, err)
	for field, report := range map[string]jobs.Report{
		"status":                {Status: jobs.RunPending},
		"statusMessage":         {Message: string(make([]byte, 5000))},
		"results":               {Results: []byte(`[]`)},
		"runnerExecutionTimeUs": {RunnerExecution: -1},
	} {
		_, err := p.tryReport(run.ID, report)
		requireField(t, field, err)
	}
}

func TestAFailedDispatchIsRetriedAndThenFails(t *testing.T) {
	p := newPlant(t, &jobs.Options{Runs: jobs.RunOptions{DispatchAttempts: 3}})
	job := p.create("job")
	run, err := p.CreateRun(p.ctx, p.admin, job.ID, jobs.NewRun{})
	require.NoError(t, err)
	p.engine.answer = func() error { return errors.New("no room on the cluster") }
	for range 10 {
		_, err := p.scheduler.Tick(p.ctx)
		if err != nil {
			require.ErrorContains(t, err, "no room on the cluster")
		}
		p.clock.advance(10 * time.Second)
	}
	require.Len(t, p.engine.dispatched, 3)
	got, err := p.Run(p.ctx, p.admin, job.ID, run.ID)
	require.NoError(t, err)
	require.Equal(t, jobs.RunFailed, got.Status)
	require.Equal(t, "could not be dispatched: no room on the cluster", got.StatusMessage)
	require.Contains(t, p.engine.cancelled, run.ID, "an attempt may have reached the engine")
}

func TestABusyEngineIsNoFailure(t *testing.T) {
	p := newPlant(t, &jobs.Options{Runs: jobs.RunOptions{DispatchAttempts: 2}})
	job := p.create("job")
	_, err := p.CreateRun(p.ctx, p.admin, job.ID, jobs.NewRun{})
	require.NoError(t, err)
	p.engine.answer = times(5, jobs.ErrEngineBusy)
	for i := range 7 {
		p.at(time.Duration(i) * time.Second)
	}
	require.Equal(t, []jobs.RunStatus{jobs.RunStarting}, p.statuses(job.ID))
	require.Equal(t, epoch.Add(5*time.Second), p.runs(job.ID)[0].DispatchedAt)
}

func TestASilentEngineLosesItsRun(t *testing.T) {
	p := newPlant(t, nil)
	job := p.create("job")
	run, err := p.CreateRun(p.ctx, p.admin, job.ID, jobs.NewRun{})
	require.NoError(t, err)
	p.tick()
	p.at(50 * time.Second)
	p.report(run.ID, jobs.Report{})
	p.at(100 * time.Second)
	require.Equal(t, []jobs.RunStatus{jobs.RunStarting}, p.statuses(job.ID), "a heartbeat keeps the lease")
	p.at(110 * time.Second)
	require.Equal(t, []jobs.RunStatus{jobs.RunFailed}, p.statuses(job.ID))
	require.Equal(t, []string{run.ID}, p.engine.cancelled)
}

func TestTimeout(t *testing.T) {
	p := newPlant(t, nil)
	job := p.create("job", func(j *jobs.NewJob) { j.TimeoutSeconds = 30 })
	run, err := p.CreateRun(p.ctx, p.admin, job.ID, jobs.NewRun{})
	require.NoError(t, err)
	p.tick()
	p.at(30 * time.Second)
	require.Equal(t, []jobs.RunStatus{jobs.RunTimeout}, p.statuses(job.ID))
	require.Equal(t, []string{run.ID}, p.engine.cancelled)
}

func TestCancel(t *testing.T) {
	p := newPlant(t, nil)
	job := p.create("job")
	start := func() jobs.Run {
		run, err := p.CreateRun(p.ctx, p.admin, job.ID, jobs.NewRun{})
		require.NoError(t, err)
		return run
	}
	t.Run("before it is dispatched", func(t *testing.T) {
		run, err := p.CancelRun(p.ctx, p.admin, job.ID, start().ID)
		require.NoError(t, err)
		require.Equal(t, jobs.RunCancelled, run.Status)
		p.tick()
		require.Empty(t, p.engine.dispatched)
		_, err = p.CancelRun(p.ctx, p.admin, job.ID, run.ID)
		requireConflict(t, jobs.ConflictRunState, err)
	})
	t.Run("confirmed by the engine", func(t *testing.T) {
		run := start()
		p.tick()
		asked, err := p.CancelRun(p.ctx, p.admin, job.ID, run.ID)
		require.NoError(t, err)
		require.Equal(t, jobs.RunStarting, asked.Status)
		p.tick()
		require.Contains(t, p.engine.cancelled, run.ID)
		p.report(run.ID, jobs.Report{Status: jobs.RunCancelled})
		require.Equal(t, jobs.RunCancelled, p.runs(job.ID)[0].Status)
	})
	t.Run("or when the grace ends", func(t *testing.T) {
		run := start()
		p.tick()
		_, err := p.CancelRun(p.ctx, p.admin, job.ID, run.ID)
		require.NoError(t, err)
		p.clock.advance(31 * time.Second)
		p.tick()
		require.Equal(t, jobs.RunCancelled, p.runs(job.ID)[0].Status)
	})
}

func TestDeletingAJobCancelsWhatRunsAtTheEngine(t *testing.T) {
	p := newPlant(t, nil)
	job := p.create("job")
	run, err := p.CreateRun(p.ctx, p.admin, job.ID, jobs.NewRun{})
	require.NoError(t, err)
	p.tick()
	p.engine.answer = times(2, errors.New("no answer"))
	require.NoError(t, p.DeleteJob(p.ctx, p.admin, job.ID))
	for range 5 {
		_, _ = p.scheduler.Tick(p.ctx)
		p.clock.advance(10 * time.Second)
	}
	require.GreaterOrEqual(t, len(p.engine.cancelled), 3, "repeated until acknowledged")
	require.Equal(t, run.ID, p.engine.cancelled[0])
	require.Equal(t, []string{run.ID}, p.engine.cleaned)
	_, err = p.tryReport(run.ID, jobs.Report{})
	require.ErrorIs(t, err, jobs.ErrNotFound, "the engine's order to stop")
	erased, err := p.Sweep(p.ctx, 100)
	require.NoError(t, err)
	require.Positive(t, erased)
	_, err = p.store.Tombstone(p.ctx, jobs.JobRef{OrganizationID: org, JobID: job.ID})
	require.ErrorIs(t, err, jobs.ErrNotFound)
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
			p := newPlant(t, patient)
			job := p.create("job", scheduled("* * * * *", tc.policy, ""), func(j *jobs.NewJob) { j.MaxConcurrentRuns = 2 })
			for minute := range tc.fates {
				p.at(time.Duration(minute+1) * time.Minute)
			}
			require.Equal(t, tc.fates, p.fates(job.ID))
			require.Equal(t, tc.statuses, p.statuses(job.ID))
		})
	}
}

func TestAReplacementStartsWhenTheOldRunIsGone(t *testing.T) {
	p := newPlant(t, patient)
	job := p.create("job", scheduled("* * * * *", schedule.ConcurrencyReplace, ""))
	p.at(time.Minute)
	first := p.runs(job.ID)[0]
	p.at(2 * time.Minute)
	second := p.runs(job.ID)[0]
	require.Contains(t, p.engine.cancelled, first.ID)
	require.Equal(t, jobs.RunPending, second.Status)

	p.report(first.ID, jobs.Report{Status: jobs.RunCancelled})
	p.tick()

	require.Equal(t, []jobs.RunStatus{jobs.RunCancelled, jobs.RunStarting}, p.statuses(job.ID))
}

func TestALaterReplacementSupersedes(t *testing.T) {
	p := newPlant(t, patient)
	job := p.create("job", scheduled("* * * * *", schedule.ConcurrencyReplace, ""))
	for minute := range 3 {
		p.at(time.Duration(minute+1) * time.Minute)
	}
	require.Equal(t, []jobs.RunStatus{jobs.RunStarting, jobs.RunCancelled, jobs.RunPending}, p.statuses(job.ID))
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
			p := newPlant(t, nil)
			job := p.create("job", scheduled("@hourly", "", tc.policy))
			p.at(3*time.Hour + 30*time.Minute)
			require.Equal(t, tc.fates, p.fates(job.ID))
		})
	}
	t.Run("all drains as runs end", func(t *testing.T) {
		p := newPlant(t, nil)
		job := p.create("job", scheduled("@hourly", "", schedule.MissedAll))
		p.at(3*time.Hour + 30*time.Minute)
		for range 3 {
			p.report(p.runs(job.ID)[0].ID, jobs.Report{Status: jobs.RunSucceeded})
			p.tick()
		}
		require.Equal(t, []string{"13:00 fired", "14:00 fired", "15:00 fired"}, p.fates(job.ID))
		require.Len(t, p.engine.dispatched, 3)
	})
}

func TestPausedTicksAreOneRow(t *testing.T) {
	p := newPlant(t, nil)
	job := p.create("job", scheduled("@hourly", "", ""))
	_, err := p.UpdateJob(p.ctx, p.admin, job.ID, jobs.JobPatch{Status: new(jobs.Paused)})
	require.NoError(t, err)
	p.at(3 * time.Hour)
	require.Empty(t, p.runs(job.ID))
	_, err = p.UpdateJob(p.ctx, p.admin, job.ID, jobs.JobPatch{Status: new(jobs.Active)})
	require.NoError(t, err)
	p.at(4 * time.Hour)
	require.Equal(t, []string{"13:00 paused to 15:00", "16:00 fired"}, p.fates(job.ID))
}

func TestAnEditedScheduleDoesNotFireAtOnce(t *testing.T) {
	p := newPlant(t, nil)
	job := p.create("job", scheduled("@daily", "", ""))
	p.clock.advance(30 * time.Minute)
	p.publish(job.ID, versions.Patch{CronExpression: new("0 12 * * *")})
	p.tick()
	require.Empty(t, p.runs(job.ID))
}

func TestTicksDueBeforeAnEditAreSettledUnderTheOldVersion(t *testing.T) {
	p := newPlant(t, nil)
	job := p.create("job", scheduled("@hourly", "", schedule.MissedSkip))
	p.clock.advance(2*time.Hour + 30*time.Minute)
	p.publish(job.ID, versions.Patch{CronExpression: new("0 0 1 1 *")})
	p.tick()
	require.Equal(t, []string{"13:00 coalesced: policy", "14:00 fired"}, p.fates(job.ID))
	runs := p.runs(job.ID)
	require.Len(t, runs, 1)
	require.Equal(t, 1, runs[0].JobVersion)
	require.Equal(t, 1, p.engine.dispatched[0].Version.Number, "it runs the version it was made for")
}

func TestOneBadJobDoesNotStopTheOthers(t *testing.T) {
	broken := &rewriting{Store: memory.New()}
	p := &plant{world: newWorldOn(t, broken, nil), engine: &engine{}}
	p.scheduler = jobs.NewScheduler(p.Service, p.engine, nil)
	bad := p.create("bad", scheduled("@hourly", "", ""))
	good := p.create("good", scheduled("@hourly", "", ""))
	broken.only, broken.doc = bad.ID, func([]byte) []byte { return []byte{0xff} }
	p.clock.advance(time.Hour)

	_, err := p.scheduler.Tick(p.ctx)
	require.ErrorContains(t, err, "job "+bad.ID)
	_, err = p.scheduler.Tick(p.ctx)
	require.NoError(t, err, "it is not tried again at once")
	require.Len(t, p.runs(good.ID), 1)

	broken.doc = nil
	p.clock.advance(5 * time.Second)
	p.tick()
	require.Len(t, p.runs(bad.ID), 1)
}

func TestAClockFarAheadIsNotBelieved(t *testing.T) {
	p := newPlant(t, nil)
	job := p.create("job", scheduled("@hourly", "", ""))
	p.clock.advance(10 * 366 * 24 * time.Hour)
	_, err := p.scheduler.Tick(p.ctx)
	require.ErrorIs(t, err, jobs.ErrClock)
	require.Empty(t, p.fates(job.ID))
}

func TestResetSchedule(t *testing.T) {
	p := newPlant(t, nil)
	job := p.create("job", scheduled("@hourly", "", ""))
	p.at(5 * time.Hour) // by a clock that was wrong
	p.clock.advance(-4 * time.Hour)
	require.Equal(t, epoch.Add(6*time.Hour), p.job(job.ID).NextRunAt)
	reset, err := p.ResetSchedule(p.ctx, p.admin, job.ID)
	require.NoError(t, err)
	require.Equal(t, epoch.Add(2*time.Hour), reset.NextRunAt)
}

func TestRetention(t *testing.T) {
	p := newPlant(t, &jobs.Options{Runs: jobs.RunOptions{RetainFor: time.Hour, RetainCount: 2}})
	job := p.create("job")
	for range 4 {
		run, err := p.CreateRun(p.ctx, p.admin, job.ID, jobs.NewRun{ResourceCleanupMode: jobs.CleanupNever})
		require.NoError(t, err)
		p.tick()
		p.report(run.ID, jobs.Report{Status: jobs.RunSucceeded})
	}
	require.Len(t, p.runs(job.ID), 2, "by count")
	p.at(time.Hour)
	require.Len(t, p.runs(job.ID), 1, "by age, all but the latest")
	require.Equal(t, p.runs(job.ID)[0].ID, p.job(job.ID).LatestRun.ID)
}

func TestRunLoopInSimulatedTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := jobs.NewService(memory.New(), nil)
		actor := teams.System(org)
		job, err := service.CreateJob(t.Context(), actor, jobs.NewJob{
			Definition: versions.Definition{ClusterID: "C1", Config: sql("x"), CronExpression: "*/5 * * * *"},
			Key:        "job", TeamIDs: []string{"T1"},
		})
		require.NoError(t, err)
		worker := func(context.Context, jobs.Dispatch) ([]byte, error) { return []byte(`{"ok":true}`), nil }
		local := jobs.NewLocalDispatcher(service, worker, nil)
		ctx, stop := context.WithCancel(t.Context())
		var group sync.WaitGroup
		for range 3 {
			scheduler := jobs.NewScheduler(service, local, nil)
			group.Go(func() { _ = scheduler.Run(ctx) })
		}
		select { // a day passes
		case <-time.After(24*time.Hour + time.Minute):
		case <-ctx.Done():
		}
		stop()
		group.Wait()
		require.NoError(t, local.Close(t.Context()))
		after, err := service.Job(t.Context(), actor, job.ID)
		require.NoError(t, err)
		require.Equal(t, int64(288), after.LatestRun.Number, "each tick once")
		require.Equal(t, jobs.RunSucceeded, after.LatestRun.Status)
	})
}
