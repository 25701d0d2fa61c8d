package jobs_test

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// Jobs are kept in files, and the ledger is made to be as they say.
func ExampleService_Apply() {
	ctx, actor := context.Background(), teams.System("acme")
	service := jobs.NewService(memory.New(), nil)
	job := func(key, cron string, dependsOn ...string) jobs.NewJob {
		return jobs.NewJob{Key: key, TeamIDs: []string{"data"}, Definition: versions.Definition{
			ClusterID: "main", Config: json.RawMessage(`{"sql":{"source":"select 1"}}`), CronExpression: cron, DependsOn: dependsOn,
		}}
	}
	apply := func(opts *jobs.ApplyOptions, documents ...jobs.NewJob) {
		seq := func(yield func(jobs.NewJob, error) bool) {
			for _, d := range documents {
				if !yield(d, nil) {
					return
				}
			}
		}
		err := service.Apply(ctx, actor, seq, opts, func(a jobs.Applied) error {
			fmt.Print(a.JobKey, " ", a.Action)
			for _, c := range a.Changes {
				fmt.Printf(", %s: %s to %s", c.Path, c.From, c.To)
			}
			fmt.Println()
			return nil
		})
		if err != nil {
			fmt.Println(err)
		}
	}
	apply(nil, job("report", "", "sales"), job("sales", "0 2 * * *"))
	apply(&jobs.ApplyOptions{Prune: true, DryRun: true}, job("sales", "0 3 * * *"))
	// Output:
	// sales created
	// report created
	// sales published, /cronExpression: "0 2 * * *" to "0 3 * * *"
	// report deleted
}

// What one organization has is copied to another.
func ExampleService_Export() {
	ctx := context.Background()
	service := jobs.NewService(memory.New(), nil)
	from, to := teams.System("acme"), teams.System("globex")
	service.CreateJob(ctx, from, jobs.NewJob{Key: "sales", TeamIDs: []string{"data"}, Definition: versions.Definition{
		ClusterID: "main", Config: json.RawMessage(`{"sql":{"source":"select 1"}}`),
	}})
	err := service.Apply(ctx, to, service.Export(ctx, from), nil, func(a jobs.Applied) error {
		fmt.Println(a.JobKey, a.Action)
		return nil
	})
	fmt.Println(err)
	// Output:
	// sales created
	// <nil>
}

// What will run when, part by part of a day.
func ExampleService_Fires() {
	ctx, actor := context.Background(), teams.System("acme")
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	service := jobs.NewService(memory.New(), &jobs.Options{Now: func() time.Time { return now }})
	for key, cron := range map[string]string{"sales": "@hourly", "report": "30 6 * * *"} {
		service.CreateJob(ctx, actor, jobs.NewJob{Key: key, TeamIDs: []string{"data"}, Definition: versions.Definition{
			ClusterID: "main", Config: json.RawMessage(`{"sql":{"source":"select 1"}}`), CronExpression: cron,
		}})
	}
	list, err := service.Fires(ctx, actor, jobs.FiresQuery{From: now, Until: now.AddDate(0, 0, 1), Bucket: 6 * time.Hour})
	fmt.Println(err)
	for _, b := range list.Buckets {
		fmt.Println(b.From.Format("15:04"), b.Counts, len(b.Jobs))
	}
	// Output:
	// <nil>
	// 00:00 map[coming:5] 1
	// 06:00 map[coming:7] 2
	// 12:00 map[coming:6] 1
	// 18:00 map[coming:6] 1
}
