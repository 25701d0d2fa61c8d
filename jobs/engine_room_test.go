package jobs_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// site is a service and a scheduler that runs, in the time of synctest.
type site struct {
	*jobs.Service
	t *testing.T
}

func newSite(t *testing.T) site {
	return site{jobs.NewService(memory.New(), nil), t}
}

// job creates a job of an organization.
func (s site) job(organizationID, key string) jobs.Job {
	s.t.Helper()
	job, err := s.CreateJob(s.t.Context(), teams.System(organizationID), jobs.NewJob{
		Key: key, TeamIDs: []string{"T1"}, Definition: versions.Definition{ClusterID: "C1", Config: sql("x")},
	})
	require.NoError(s.t, err)
	return job
}

// run makes runs of a job, and returns the last.
func (s site) run(job jobs.Job, n int) (run jobs.Run) {
	s.t.Helper()
	for range n {
		var err error
		run, err = s.CreateRun(s.t.Context(), teams.System(job.OrganizationID), job.ID, jobs.NewRun{})
		require.NoError(s.t, err)
	}
	return run
}

// start starts a scheduler.
func (s site) start(d jobs.Dispatcher, opts *jobs.SchedulerOptions) (stop func()) {
	ctx, cancel := context.WithCancel(s.t.Context())
	over := make(chan struct{})
	go func() {
		defer close(over)
		_ = jobs.NewScheduler(s.Service, d, opts).Run(ctx)
	}()
	return func() { cancel(); <-over }
}

// stuck is an engine that returns from no dispatch of one organization, not even
// when its context ends, and takes those of others; busy ones until a time.
type stuck struct {
	engine
	never     chan struct{}
	busyUntil time.Time
	took      int
}

func (e *stuck) Dispatch(_ context.Context, d jobs.Dispatch) error {
	if d.Run.OrganizationID == "O2" {
		<-e.never
		return errors.New("late")
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if time.Now().Before(e.busyUntil) {
		return jobs.ErrEngineBusy
	}
	e.took++
	return nil
}

func (e *stuck) taken() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.took
}

// stuckOfTen says that it has room for ten.
type stuckOfTen struct{ *stuck }

func (stuckOfTen) Free(string) int        { return 10 }
func (stuckOfTen) Freed() <-chan struct{} { return nil }
func (stuckOfTen) Cleans() bool           { return false }

func TestADispatchThatNeverReturnsStarvesNobody(t *testing.T) {
	for _, test := range []struct {
		name string
		runs int
		make func(*stuck) jobs.Dispatcher
	}{
		{"an engine that was busy once", 1, func(e *stuck) jobs.Dispatcher {
			e.busyUntil = time.Now().Add(7 * time.Second)
			return e
		}},
		{"an engine that says its room", 13, func(e *stuck) jobs.Dispatcher { return stuckOfTen{e} }},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSite(t)
				bad, good := s.job("O2", "j"), s.job(org, "j")
				e := &stuck{never: make(chan struct{})}
				stop := s.start(test.make(e), nil)
				s.run(bad, test.runs)
				<-time.After(5 * time.Second)
				s.run(good, 1)
				<-time.After(time.Minute)
				took := e.taken()
				close(e.never)
				stop()
				require.Positive(t, took)
			})
		})
	}
}

func TestOneOrganizationHasHalfOfTheRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t)
		s.run(s.job("O2", "j"), 20)
		e := &stuck{never: make(chan struct{})}
		stop := s.start(stuckOfTen{e}, nil)
		<-time.After(time.Second)
		s.run(s.job(org, "j"), 5)
		<-time.After(2 * time.Second)
		took := e.taken()
		close(e.never)
		stop()
		require.Equal(t, 5, took)
	})
}

// slowForOne is an engine that takes a second for each run of one organization,
// and fails to take the other's until a time.
type slowForOne struct {
	engine
	until, took time.Time
	failed      int
}

func (e *slowForOne) Dispatch(_ context.Context, d jobs.Dispatch) error {
	if d.Run.OrganizationID == "O2" {
		<-time.After(time.Second)
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if time.Now().Before(e.until) {
		e.failed++
		return errors.New("not now")
	}
	if e.took.IsZero() {
		e.took = time.Now()
	}
	return nil
}

func TestARunThatIsPutBackStandsBehindNoOtherOrganization(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t)
		s.run(s.job("O2", "j"), 600)
		s.run(s.job(org, "j"), 1)
		e := &slowForOne{until: time.Now().Add(5 * time.Second)}
		stop := s.start(e, &jobs.SchedulerOptions{Workers: 1})
		<-time.After(time.Minute)
		stop()
		require.Greater(t, e.failed, 1)
		require.False(t, e.took.IsZero(), "never dispatched")
		require.Less(t, e.took.Sub(e.until), 8*time.Second, "its backoff is 4 s at most")
	})
}

// cleaning is an engine whose cleanups hang until their context ends. Runs of the
// job "long" run on, and the others succeed at once.
type cleaning struct {
	engine
	service   *jobs.Service
	cancelled time.Time
	started   time.Time
}

func (e *cleaning) Dispatch(ctx context.Context, d jobs.Dispatch) error {
	report := jobs.Report{Status: jobs.RunSucceeded}
	if d.JobKey == "long" {
		report.Status = jobs.RunRunning
		e.mu.Lock()
		e.started = time.Now()
		e.mu.Unlock()
	}
	ctx = context.WithoutCancel(ctx)
	go func() { _, _ = e.service.ReportRun(ctx, d.Run.JobID, d.Run.ID, d.Token, report) }()
	return nil
}

func (e *cleaning) Cleanup(ctx context.Context, _ jobs.RunRef) error {
	<-ctx.Done()
	return ctx.Err()
}

func (e *cleaning) Cancel(context.Context, jobs.RunRef) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.cancelled = time.Now()
	return nil
}

func TestCleanupsThatHangHoldUpNothing(t *testing.T) {
	for _, cleanups := range []int{60, 1000} {
		synctest.Test(t, func(t *testing.T) {
			s := newSite(t)
			e := &cleaning{service: s.Service}
			long, short := s.job(org, "long"), s.job(org, "short")
			stop := s.start(e, nil)
			s.run(short, cleanups)
			<-time.After(3 * time.Second)
			began := time.Now()
			run := s.run(long, 1)
			<-time.After(2 * time.Second)
			_, err := s.CancelRun(t.Context(), teams.System(org), long.ID, run.ID)
			require.NoError(t, err)
			<-time.After(time.Minute)
			stop()
			require.False(t, e.started.IsZero(), "never dispatched")
			require.False(t, e.cancelled.IsZero(), "never cancelled")
			require.LessOrEqual(t, e.started.Sub(began), time.Second)
			require.LessOrEqual(t, e.cancelled.Sub(began), 3*time.Second)
		})
	}
}

// unsure is an engine that does not answer how much it takes.
type unsure struct {
	engine
	never chan struct{}
}

func (e *unsure) Free(string) int {
	<-e.never
	return 1
}
func (*unsure) Freed() <-chan struct{} { return nil }
func (*unsure) Cleans() bool           { return false }

func TestTicksWaitForNoAnswerOnRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t)
		job, err := s.CreateJob(t.Context(), teams.System(org), jobs.NewJob{
			Key: "j", TeamIDs: []string{"T1"},
			Definition: versions.Definition{ClusterID: "C1", Config: sql("x"), CronExpression: "* * * * *"},
		})
		require.NoError(t, err)
		e := &unsure{never: make(chan struct{})}
		stop := s.start(e, nil)
		<-time.After(time.Minute + time.Second)
		ticks, err := s.ListTicks(t.Context(), teams.System(org), job.ID, jobs.TickQuery{})
		close(e.never)
		stop()
		require.NoError(t, err)
		require.Len(t, ticks.Ticks, 1)
	})
}

func TestTickComesBackForARunThatWaitsForItsEngine(t *testing.T) {
	w := newWorld(t, nil)
	w.engine.answer = func() error { return jobs.ErrEngineBusy }
	job := w.create("j")
	_, err := w.CreateRun(w.ctx, teams.System(org), job.ID, jobs.NewRun{})
	require.NoError(t, err)
	for range 3 {
		next, err := w.Scheduler.Tick(w.ctx)
		require.NoError(t, err)
		require.False(t, next.IsZero())
	}
	require.Equal(t, jobs.RunReady, w.runs(job.ID)[0].Status)
}
