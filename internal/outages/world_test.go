package outages_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

var (
	actor = teams.System("ACME")
	other = teams.System("OTHER")
)

const (
	// lease and poll are the defaults.
	lease = time.Minute
	poll  = time.Second
	day   = 24 * time.Hour
)

// World is a store, an engine and people, and control planes that come and go.
// All of it lives in simulated time, which begins at midnight.
type World struct {
	t      *testing.T
	store  storage.Store
	engine *engine
	runs   jobs.RunOptions
	// processes are those that were started.
	processes []*process
	// people is a service beside the control planes, whose clock is right.
	people *jobs.Service
}

func newWorld(t *testing.T) *World {
	w := &World{t: t, store: memory.New(), engine: newEngine()}
	w.people = jobs.NewService(w.store, nil)
	w.engine.reportsTo(w.people)
	t.Cleanup(func() {
		for _, p := range w.processes {
			p.kill()
		}
		w.engine.die()
	})
	return w
}

// simulated runs a test in simulated time.
func simulated(t *testing.T, test func(t *testing.T, w *World)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, newWorld(t)) })
}

// pass lets time pass, and all come to rest.
func (w *World) pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// until lets time pass until a time.
func (w *World) until(at time.Time) { w.pass(time.Until(at)) }

// create makes a job of an organization. Its runs time out after a week.
func (w *World) create(by teams.Actor, key string, change ...func(*jobs.NewJob)) jobs.Job {
	w.t.Helper()
	job := jobs.NewJob{Key: key, TeamIDs: []string{"T1"}, Definition: versions.Definition{
		ClusterID: "C1", Config: []byte(`{"sql":{"source":"select 1"}}`), TimeoutSeconds: 7 * 24 * 3600,
	}}
	for _, f := range change {
		f(&job)
	}
	made, err := w.people.CreateJob(w.t.Context(), by, job)
	require.NoError(w.t, err)
	return made
}

// cron gives a job a schedule.
func cron(expression string, concurrency schedule.ConcurrencyPolicy, missed schedule.MissedSchedulePolicy) func(*jobs.NewJob) {
	return func(j *jobs.NewJob) {
		j.CronExpression, j.ConcurrencyPolicy, j.MissedSchedulePolicy = expression, concurrency, missed
	}
}

// atMost lets a job have so many runs at once.
func atMost(n int) func(*jobs.NewJob) { return func(j *jobs.NewJob) { j.MaxConcurrentRuns = n } }

// after gives a job dependencies.
func after(keys ...string) func(*jobs.NewJob) {
	return func(j *jobs.NewJob) { j.DependsOn = keys }
}

// within bounds the runs of a job.
func within(d time.Duration) func(*jobs.NewJob) {
	return func(j *jobs.NewJob) { j.TimeoutSeconds = int(d.Seconds()) }
}

// run makes a run of a job.
func (w *World) run(job jobs.Job) jobs.Run {
	w.t.Helper()
	run, err := w.people.CreateRun(w.t.Context(), teams.System(job.OrganizationID), job.ID, jobs.NewRun{})
	require.NoError(w.t, err)
	return run
}

// now reads a run again.
func (w *World) now(run jobs.Run) jobs.Run {
	w.t.Helper()
	run, err := w.people.JobRun(w.t.Context(), teams.System(run.OrganizationID), run.JobID, run.ID)
	require.NoError(w.t, err)
	return run
}

// history is a job's runs, oldest first.
func (w *World) history(job jobs.Job) []jobs.Run {
	w.t.Helper()
	var all []jobs.Run
	for query := (jobs.RunQuery{}); ; {
		list, err := w.people.ListRuns(w.t.Context(), teams.System(job.OrganizationID), job.ID, query)
		require.NoError(w.t, err)
		for _, run := range list.Runs {
			all = append([]jobs.Run{run}, all...)
		}
		if query.Marker = list.Marker; query.Marker == "" {
			return all
		}
	}
}

// ticks is a job's tick ledger, oldest first.
func (w *World) ticks(job jobs.Job) []jobs.Tick {
	w.t.Helper()
	var all []jobs.Tick
	for query := (jobs.TickQuery{}); ; {
		list, err := w.people.ListTicks(w.t.Context(), teams.System(job.OrganizationID), job.ID, query)
		require.NoError(w.t, err)
		for _, tick := range list.Ticks {
			all = append([]jobs.Tick{tick}, all...)
		}
		if query.Marker = list.Marker; query.Marker == "" {
			return all
		}
	}
}

// requireAlive checks that a run was not lost: it goes on, or ended well.
func (w *World) requireAlive(run jobs.Run, when string, args ...any) {
	w.t.Helper()
	run = w.now(run)
	if run.Status.Terminal() && run.Status != jobs.RunSucceeded {
		require.Failf(w.t, "a live run was lost", "%s: run %d is %s (%s), "+when,
			append([]any{time.Now(), run.Number, run.Status, run.StatusMessage}, args...)...)
	}
}

// organization is the n-th of many.
func organization(n int) teams.Actor { return teams.System(fmt.Sprint("ORG", n)) }
