package jobs_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/versions"
)

// chances is a World in which anything may happen to the runs of a job.
type chances struct {
	*World
	rng *rand.Rand
	job string
	// attempts is how many each version of the job allows.
	attempts map[int]int
	// number makes each version another one.
	number int
}

func newChances(t *testing.T, seed uint64) *chances {
	c := &chances{World: newWorld(t, nil), rng: rand.New(rand.NewPCG(seed, 50)), attempts: map[int]int{}}
	policies := []schedule.ConcurrencyPolicy{schedule.ConcurrencySkip, schedule.ConcurrencyAllow, schedule.ConcurrencyReplace}
	missed := []schedule.MissedSchedulePolicy{schedule.MissedSkip, schedule.MissedLatest, schedule.MissedAll}
	c.attempts[1] = c.rng.IntN(5)
	c.job = c.create("up", scheduled("*/10 * * * *", policies[c.rng.IntN(3)], missed[c.rng.IntN(3)]), func(j *jobs.NewJob) {
		j.MaxConcurrentRuns, j.Retry = 1, c.retry(c.attempts[1])
		if j.ConcurrencyPolicy == schedule.ConcurrencyAllow {
			j.MaxConcurrentRuns = 3
		}
	}).ID
	return c
}

func (c *chances) retry(attempts int) versions.Retry {
	if attempts == 0 {
		return versions.Retry{}
	}
	return versions.Retry{MaxAttempts: attempts, BackoffSeconds: c.rng.IntN(200), MaxBackoffSeconds: 400}
}

// open picks one of the newest runs of the job that have not ended; false for none.
func (c *chances) open() (jobs.Run, bool) {
	var open []jobs.Run
	for _, run := range c.runs(c.job) {
		if !run.Status.Terminal() {
			open = append(open, run)
		}
	}
	if len(open) == 0 {
		return jobs.Run{}, false
	}
	return open[c.rng.IntN(len(open))], true
}

func (c *chances) step() {
	c.t.Helper()
	switch n := c.rng.IntN(20); n {
	case 0:
		c.Advance(3 * time.Minute) // whoever reports nothing is lost
	case 1:
		c.number++
		attempts := c.rng.IntN(5)
		v := c.publish(c.job, versions.Patch{Retry: new(c.retry(attempts)), TimeoutSeconds: new(c.number * 60)})
		c.attempts[v.Number] = attempts
	case 2:
		status := []jobs.Status{jobs.Active, jobs.Paused}[c.rng.IntN(2)]
		_, err := c.UpdateJob(c.ctx, c.Actor, c.job, jobs.JobPatch{Status: &status})
		require.NoError(c.t, err)
	case 3:
		c.manual(c.job)
	case 4, 5:
		if run, ok := c.open(); ok {
			_, err := c.CancelRun(c.ctx, c.Actor, c.job, run.ID)
			require.NoError(c.t, err)
		}
	case 6:
		if runs := c.runs(c.job); len(runs) > 0 && runs[0].Status.Terminal() {
			_, err := c.RetryRun(c.ctx, c.Actor, c.job, runs[0].ID)
			require.NoError(c.t, err)
		}
	case 7:
		if run, ok := c.open(); ok {
			_, _ = c.ReleaseRun(c.ctx, c.Actor, c.job, run.ID) // unless it is dispatched
		}
	case 8, 9, 10, 11, 12, 13:
		if run, ok := c.open(); ok {
			statuses := []jobs.RunStatus{jobs.RunRunning, jobs.RunSucceeded, jobs.RunFailed, jobs.RunFailed, jobs.RunTimeout, jobs.RunCancelled}
			_, _ = c.tryReport(run.ID, jobs.Report{Status: statuses[n-8]}) // unless it was never dispatched
		}
	default:
		c.Outage(time.Duration(c.rng.IntN(300)) * time.Second)
		c.Advance(0)
	}
}

// settle lets all runs come to an end.
func (c *chances) settle() {
	c.t.Helper()
	_, err := c.UpdateJob(c.ctx, c.Actor, c.job, jobs.JobPatch{Status: new(jobs.Paused)})
	require.NoError(c.t, err)
	for {
		c.Outage(10 * time.Minute)
		c.Advance(0)
		run, ok := c.open()
		if !ok {
			return
		}
		_, _ = c.tryReport(run.ID, jobs.Report{Status: []jobs.RunStatus{jobs.RunSucceeded, jobs.RunFailed}[c.rng.IntN(2)]})
	}
}

// TestChainsHaveNoGaps has anything happen to the runs of jobs. Each chain has the
// attempts from 1 on, as many as its version allows at most, one end that is final,
// and what depends on the job runs once for each that succeeded.
func TestChainsHaveNoGaps(t *testing.T) {
	longest := 0
	for seed := range torture.Figure[uint64](10, 300) {
		c := newChances(t, seed)
		down := c.create("down", dependsOn("up"), func(j *jobs.NewJob) {
			j.ConcurrencyPolicy, j.MaxConcurrentRuns, j.MissedSchedulePolicy = schedule.ConcurrencyAllow, 1000, schedule.MissedAll
		})
		for range 150 {
			c.step()
		}
		c.settle()
		runs := c.Runs("up")
		ends := map[string][]jobs.Event{}
		for _, e := range c.wholeJournal() {
			if e.JobID == c.job && e.Status.Terminal() && e.Kind == jobs.EventKind("run."+string(e.Status)) {
				ends[e.RunID] = append(ends[e.RunID], e)
			}
		}
		longest = max(longest, c.checkChains(runs.List, ends))
		succeeded := 0
		for _, run := range runs.List {
			if run.Status == jobs.RunSucceeded {
				succeeded++
			}
		}
		require.Len(t, c.Runs(down.Key).List, succeeded, "seed %d", seed)
		require.Equal(t, runs.Last().Status, c.World.job(c.job).LastOutcome, "seed %d: all have ended, and the newest tells", seed)
	}
	require.GreaterOrEqual(t, longest, 4, "nothing was tried")
}

// checkChains checks the chains of runs, and returns how long the longest is.
func (c *chances) checkChains(runs []jobs.Run, ends map[string][]jobs.Event) (longest int) {
	c.t.Helper()
	byID, followed := map[string]jobs.Run{}, map[string]int{}
	for _, run := range runs {
		byID[run.ID] = run
		if run.Attempt > 1 {
			followed[run.RetryOf]++
		}
	}
	for _, run := range runs {
		longest = max(longest, run.Attempt)
		require.LessOrEqual(c.t, run.Attempt, max(c.attempts[run.JobVersion], 1))
		require.Len(c.t, ends[run.ID], 1, "%+v", run)
		end := ends[run.ID][0]
		require.Equal(c.t, run.Status, end.Status)
		require.Equal(c.t, run.Attempt, end.Attempt)
		require.LessOrEqual(c.t, followed[run.ID], 1)
		require.Equal(c.t, followed[run.ID] == 0, end.Final)
		if run.Attempt > 1 {
			before := byID[run.RetryOf]
			require.Equal(c.t, jobs.TriggerRetry, run.Trigger)
			require.Equal(c.t, before.Attempt+1, run.Attempt)
			require.Equal(c.t, before.JobVersion, run.JobVersion)
			require.Equal(c.t, before.NominalAt, run.NominalAt)
			require.Contains(c.t, []jobs.RunStatus{jobs.RunFailed, jobs.RunTimeout}, before.Status)
		}
	}
	return longest
}

// wholeJournal reads all events of the organization.
func (c *chances) wholeJournal() (events []jobs.Event) {
	c.t.Helper()
	for query := (storage.EventQuery{OrganizationID: org, Ascending: true, Limit: 1000}); ; {
		page, err := c.store.ListEvents(c.ctx, query)
		require.NoError(c.t, err)
		for _, record := range page.Events {
			e, err := jobs.DecodeEvent(record)
			require.NoError(c.t, err)
			events, query.After = append(events, e), record.Seq
		}
		if !page.More {
			return events
		}
	}
}
