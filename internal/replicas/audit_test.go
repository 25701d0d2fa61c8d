package replicas_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
)

// audit checks what schedulers left behind, and counts it.
type audit struct {
	t       *testing.T
	service *jobs.Service
	// upTo is until when every tick must have its fate.
	upTo time.Time

	jobs, ticks, runs, joins int
	// dead are the runs that were lost and whose engine was dead, stalled those
	// whose engine was silent for too long, and skips the ticks that were skipped
	// for runs that lived.
	dead, stalled, skips int
	fates                map[string]int // ticks by verdict and reason
}

// history is what there is of one job, oldest first.
type history struct {
	jobs.Job
	ticks []jobs.Tick
	runs  []jobs.Run
	byID  map[string]jobs.Run
}

// all checks all jobs of the organization, and returns what there is of each.
func (a *audit) all() map[string]history {
	a.t.Helper()
	a.fates = map[string]int{}
	found := map[string]history{}
	for _, job := range a.list() {
		h := a.read(job)
		found[job.Key] = h
		a.jobs++
		a.runs += len(h.runs)
		a.checkRuns(h)
		if h.Version.CronExpression != "" {
			a.checkTicks(h)
			a.checkFired(h)
		}
	}
	for _, h := range found {
		if h.Version.CronExpression == "" && len(h.Version.DependsOn) > 0 {
			a.checkJoins(h, found)
		}
	}
	return found
}

func (a *audit) list() []jobs.Job {
	a.t.Helper()
	var all []jobs.Job
	for number := 1; ; number++ {
		page, err := a.service.ListJobs(a.t.Context(), actor, jobs.JobQuery{Page: jobs.PageOptions{Number: number}})
		require.NoError(a.t, err)
		all = append(all, page.Jobs...)
		if len(page.Jobs) == 0 || len(all) >= page.Total {
			return all
		}
	}
}

func (a *audit) read(job jobs.Job) history {
	a.t.Helper()
	h := history{Job: job, byID: map[string]jobs.Run{}}
	for page := (jobs.TickQuery{}); ; {
		list, err := a.service.ListTicks(a.t.Context(), actor, job.ID, page)
		require.NoError(a.t, err)
		h.ticks = append(h.ticks, list.Ticks...)
		if page.Marker = list.Marker; page.Marker == "" {
			break
		}
	}
	for page := (jobs.RunQuery{}); ; {
		list, err := a.service.ListRuns(a.t.Context(), actor, job.ID, page)
		require.NoError(a.t, err)
		h.runs = append(h.runs, list.Runs...)
		if page.Marker = list.Marker; page.Marker == "" {
			break
		}
	}
	slices.Reverse(h.ticks)
	slices.Reverse(h.runs)
	return h
}

// checkRuns: numbers count from 1 without a gap, and each run ended and was
// cleaned up.
func (a *audit) checkRuns(h history) {
	a.t.Helper()
	for i, run := range h.runs {
		require.Equal(a.t, int64(i+1), run.Number, "%s: numbers of runs", h.Key)
		require.NotContains(a.t, h.byID, run.ID, h.Key)
		h.byID[run.ID] = run
		require.True(a.t, run.Status.Terminal(), "%s: run %d is %s", h.Key, run.Number, run.Status)
		if !run.DispatchedAt.IsZero() && run.ResourceCleanupMode == jobs.CleanupAlways {
			require.False(a.t, run.CleanedAt.IsZero(), "%s: run %d was not cleaned up", h.Key, run.Number)
		}
	}
}

// checkTicks: the rows are exactly the ticks of the schedule.
func (a *audit) checkTicks(h history) {
	a.t.Helper()
	cron, err := h.Version.Schedule()
	require.NoError(a.t, err)
	last, settled := h.CreatedAt, 0
	for _, tick := range h.ticks {
		require.Equal(a.t, cron.Next(last), tick.NominalAt, "%s: the row after %s", h.Key, last)
		require.Equal(a.t, tick.Count, cron.Count(tick.NominalAt.Add(-time.Nanosecond), tick.Until), "%s: %v", h.Key, tick)
		last = tick.Until
		settled += tick.Count
		a.fates[fate(tick)] += tick.Count
	}
	require.Equal(a.t, cron.Count(h.CreatedAt, last), settled, "%s: each tick has one fate", h.Key)
	require.True(a.t, cron.Next(last).After(a.upTo), "%s: no tick after %s has a fate, and it is %s", h.Key, last, a.upTo)
	a.ticks += settled
}

func fate(tick jobs.Tick) string {
	if tick.Reason == "" {
		return string(tick.Verdict)
	}
	return fmt.Sprintf("%s: %s", tick.Verdict, tick.Reason)
}

// checkFired: each tick that fired has one run, and each scheduled run one tick.
func (a *audit) checkFired(h history) {
	a.t.Helper()
	named := map[string]bool{}
	for _, tick := range h.ticks {
		if tick.RunID == "" {
			require.NotEqual(a.t, schedule.VerdictFired, tick.Verdict, "%s: %v", h.Key, tick)
			continue
		}
		run, exists := h.byID[tick.RunID]
		require.True(a.t, exists, "%s: the run of tick %s", h.Key, tick.NominalAt)
		require.False(a.t, named[run.ID], "%s: run %d is named twice", h.Key, run.Number)
		named[run.ID] = true
		require.Equal(a.t, tick.NominalAt, run.NominalAt, "%s: run %d", h.Key, run.Number)
		require.Equal(a.t, jobs.TriggerSchedule, run.Trigger, h.Key)
	}
	for _, run := range h.runs {
		if run.Trigger == jobs.TriggerSchedule {
			require.True(a.t, named[run.ID], "%s: no tick names run %d, of %s", h.Key, run.Number, run.NominalAt)
		}
	}
}

// checkJoins: a job that joins upstreams decided once for each set of their
// successes.
func (a *audit) checkJoins(h history, found map[string]history) {
	a.t.Helper()
	sets := -1
	for _, key := range h.Version.DependsOn {
		succeeded := 0
		for _, run := range found[key].runs {
			if run.Status == jobs.RunSucceeded {
				succeeded++
			}
		}
		if sets < 0 || succeeded < sets {
			sets = succeeded
		}
	}
	fired, joined, rows := 0, 0, len(h.ticks)
	require.Equal(a.t, sets, rows, "%s: one row for each set of successes", h.Key)
	for _, tick := range h.ticks {
		if tick.Verdict == schedule.VerdictFired {
			fired++
		}
	}
	for _, run := range h.runs {
		if run.Trigger == jobs.TriggerDependency {
			joined++
		}
	}
	require.Equal(a.t, fired, joined, "%s: one run for each row that fired", h.Key)
	a.joins += fired
}
