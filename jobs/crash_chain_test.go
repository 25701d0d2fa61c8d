package jobs_test

import (
	"fmt"
	"slices"
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

// TestAProcessIsKilledInAChain has the only process be killed at each of its commits
// while runs are tried three times, and another one come a while later. Each tick
// has one chain, without a gap and with one end, and the job's dependent runs once
// for each that succeeded.
func TestAProcessIsKilledInAChain(t *testing.T) {
	for at := 1; at <= 12; at++ {
		for _, made := range []bool{false, true} {
			t.Run(fmt.Sprintf("commit %d, made %t", at, made), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { killInChain(t, at, made) })
			})
		}
	}
}

func killInChain(t *testing.T, at int, made bool) {
	c := &crash{
		t: t, store: memory.New(), takes: 100 * time.Millisecond, started: map[string]int{}, finished: map[string]int{},
		fails: func(run jobs.Run) bool { return !run.NominalAt.IsZero() && run.Attempt < 3 },
	}
	service, actor := jobs.NewService(c.store, nil), teams.System(org)
	create := func(key string, definition versions.Definition) jobs.Job {
		definition.ClusterID, definition.Config = "C1", sql("x")
		definition.ConcurrencyPolicy, definition.MaxConcurrentRuns = schedule.ConcurrencyAllow, 10
		definition.MissedSchedulePolicy = schedule.MissedAll
		job, err := service.CreateJob(t.Context(), actor, jobs.NewJob{Key: key, TeamIDs: []string{"T1"}, Definition: definition})
		require.NoError(t, err)
		return job
	}
	job := create("job", versions.Definition{CronExpression: "*/5 * * * *", Retry: versions.Retry{MaxAttempts: 3, BackoffSeconds: 10}})
	down := create("down", versions.Definition{DependsOn: []string{"job"}})
	store := &dying{Store: c.store, at: at, made: made, killed: make(chan struct{})}
	c.process(store, func() { <-store.killed })
	<-time.After(time.Minute)
	// The last tick is long past when this ends.
	c.process(c.store, func() {
		<-time.After(18 * time.Minute)
		_, err := service.UpdateJob(t.Context(), actor, job.ID, jobs.JobPatch{Status: new(jobs.Paused)})
		require.NoError(t, err)
		<-time.After(10 * time.Minute)
	})

	runs, err := service.ListRuns(t.Context(), actor, job.ID, jobs.RunQuery{})
	require.NoError(t, err)
	chains := map[time.Time][]jobs.Run{}
	succeeded := 0
	for _, run := range slices.Backward(runs.Runs) {
		chains[run.NominalAt] = append(chains[run.NominalAt], run)
		if run.Status == jobs.RunSucceeded {
			succeeded++
		}
	}
	require.GreaterOrEqual(t, len(chains), 3)
	final := map[string]int{}
	events, err := c.store.ListEvents(t.Context(), storage.EventQuery{OrganizationID: org, JobID: job.ID, Limit: 1000})
	require.NoError(t, err)
	for _, record := range events.Events {
		if e, err := jobs.DecodeEvent(record); err == nil && e.Final {
			final[e.RunID]++
		}
	}
	for _, chain := range chains {
		for i, run := range chain {
			require.True(t, run.Status.Terminal())
			require.Equal(t, i+1, run.Attempt)
			require.Equal(t, i == len(chain)-1, final[run.ID] == 1)
			if i > 0 {
				require.Equal(t, chain[i-1].ID, run.RetryOf)
			}
		}
		require.Len(t, chain, 3, "two fail, and one that was lost takes the place of one that fails")
	}
	require.Positive(t, succeeded)
	joined, err := service.ListRuns(t.Context(), actor, down.ID, jobs.RunQuery{})
	require.NoError(t, err)
	require.Len(t, joined.Runs, succeeded)
}
