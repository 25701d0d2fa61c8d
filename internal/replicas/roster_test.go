package replicas_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

var actor = teams.System("ACME")

// kind is one of the kinds of jobs that there are of each round.
type kind struct {
	name, cron  string
	concurrency schedule.ConcurrencyPolicy
	cap         int
	missed      schedule.MissedSchedulePolicy
	dependsOn   []string // names of kinds of the same round
}

// kinds are every policy, a schedule that waits for dependencies, and two jobs
// that join upstreams. Those join with a cap that is never reached.
var kinds = []kind{
	{name: "skip-latest", cron: "* * * * *", concurrency: schedule.ConcurrencySkip, missed: schedule.MissedLatest},
	{name: "allow-all", cron: "*/2 * * * *", concurrency: schedule.ConcurrencyAllow, cap: 3, missed: schedule.MissedAll},
	{name: "replace-latest", cron: "* * * * *", concurrency: schedule.ConcurrencyReplace, missed: schedule.MissedLatest},
	{name: "skip-all", cron: "*/3 * * * *", concurrency: schedule.ConcurrencySkip, missed: schedule.MissedAll},
	{name: "allow-skip", cron: "* * * * *", concurrency: schedule.ConcurrencyAllow, cap: 2, missed: schedule.MissedSkip},
	{
		name: "waits", cron: "*/3 * * * *", concurrency: schedule.ConcurrencySkip, missed: schedule.MissedLatest,
		dependsOn: []string{"skip-latest"},
	},
	{name: "chain", concurrency: schedule.ConcurrencyAllow, cap: 100, dependsOn: []string{"allow-all"}},
	{name: "join", concurrency: schedule.ConcurrencyAllow, cap: 100, dependsOn: []string{"skip-latest", "allow-skip"}},
}

// perMinute is how many ticks one round of kinds has a minute.
const perMinute = 3 + 1./2 + 2./3

// create makes one round of jobs after the other.
func create(t *testing.T, service *jobs.Service, rounds int) {
	t.Helper()
	for round := range rounds {
		for _, k := range kinds {
			_, err := service.CreateJob(t.Context(), actor, k.job(round))
			require.NoError(t, err)
		}
	}
}

func (k kind) job(round int) jobs.NewJob {
	job := jobs.NewJob{
		Key: key(k.name, round), TeamIDs: []string{"T1"},
		Definition: versions.Definition{
			ClusterID: "C1", Config: json.RawMessage(`{"sql":{"source":"select 1"}}`),
			CronExpression: k.cron, ConcurrencyPolicy: k.concurrency, MaxConcurrentRuns: k.cap, MissedSchedulePolicy: k.missed,
		},
	}
	for _, name := range k.dependsOn {
		job.DependsOn = append(job.DependsOn, key(name, round))
	}
	return job
}

func key(name string, round int) string { return fmt.Sprintf("%s-%d", name, round) }
