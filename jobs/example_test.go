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

// The whole lifecycle, as a unit test would use it.
func Example() {
	ctx, actor := context.Background(), teams.System("acme")
	service := jobs.NewService(memory.New(), nil)

	job, _ := service.CreateJob(ctx, actor, jobs.NewJob{
		Key:     "daily-sales",
		TeamIDs: []string{"data"},
		Definition: versions.Definition{
			ClusterID:      "main",
			Config:         json.RawMessage(`{"sql":{"source":"select 1"}}`),
			CronExpression: "0 2 * * *",
		},
	})
	service.CreateDraft(ctx, actor, job.ID, jobs.NewDraft{Patch: versions.Patch{CronExpression: new("0 3 * * *")}})
	job, _ = service.PublishDraft(ctx, actor, job.ID)
	fmt.Println("version", job.CurrentVersion, job.Version.CronExpression)
	job, _ = service.ActivateVersion(ctx, actor, job.ID, 1)
	fmt.Println("version", job.CurrentVersion, job.Version.CronExpression)
	// Output:
	// version 2 0 3 * * *
	// version 1 0 2 * * *
}

// exampleService is a service whose clock stands.
func exampleService() (context.Context, teams.Actor, *jobs.Service) {
	now := func() time.Time { return epoch }
	return context.Background(), teams.System("acme"), jobs.NewService(memory.New(), &jobs.Options{Now: now})
}

func ExampleIfEdition() {
	ctx, actor := context.Background(), teams.System("acme")
	service := jobs.NewService(memory.New(), nil)
	job, _ := service.CreateJob(ctx, actor, jobs.NewJob{
		Key:        "daily-sales",
		TeamIDs:    []string{"data"},
		Definition: versions.Definition{ClusterID: "main", Config: json.RawMessage(`{"sql":{"source":"select 1"}}`)},
	})
	seen := jobs.IfEdition(job.Edition)
	_, err := service.UpdateJob(ctx, actor, job.ID, jobs.JobPatch{Description: new("mine")}, seen)
	fmt.Println(err)
	_, err = service.UpdateJob(ctx, actor, job.ID, jobs.JobPatch{Description: new("yours")}, seen)
	fmt.Println(err)
	// Output:
	// <nil>
	// jobs: precondition failed: edition is 3
}

// Runs for the last three days, which start one after the other.
func ExampleService_Backfill() {
	ctx, actor := context.Background(), teams.System("acme")
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	service := jobs.NewService(memory.New(), &jobs.Options{Now: func() time.Time { return now }})
	job, _ := service.CreateJob(ctx, actor, jobs.NewJob{
		Key:     "daily-sales",
		TeamIDs: []string{"data"},
		Definition: versions.Definition{
			ClusterID:      "main",
			Config:         json.RawMessage(`{"sql":{"source":"select 1"}}`),
			CronExpression: "0 2 * * *",
		},
	})
	made, _ := service.Backfill(ctx, actor, job.ID, jobs.BackfillQuery{From: now.AddDate(0, 0, -3), Until: now})
	for i, run := range made.Runs {
		fmt.Println(run.Trigger, made.Fires[i].LocalTime, run.Status, run.WaitingFor)
	}
	// Output:
	// backfill 2026-03-02T02:00:00Z pending predecessor
	// backfill 2026-03-03T02:00:00Z pending predecessor
	// backfill 2026-03-04T02:00:00Z pending predecessor
}

// A run with a parameter, tomorrow.
func ExampleService_CreateRun() {
	ctx, actor := context.Background(), teams.System("acme")
	service := jobs.NewService(memory.New(), nil)
	job, _ := service.CreateJob(ctx, actor, jobs.NewJob{
		Key:     "daily-sales",
		TeamIDs: []string{"data"},
		Definition: versions.Definition{
			ClusterID:  "main",
			Config:     json.RawMessage(`{"sql":{"source":"select * from sales where region = :region"}}`),
			Parameters: map[string]string{"region": "eu", "currency": "EUR"},
		},
	})
	run, _ := service.CreateRun(ctx, actor, job.ID, jobs.NewRun{
		Parameters: map[string]string{"region": "us"},
		RunAt:      time.Now().AddDate(0, 0, 1),
	})
	fmt.Println(run.Parameters, run.WaitingFor)
	_, err := service.CreateRun(ctx, actor, job.ID, jobs.NewRun{Parameters: map[string]string{"regoin": "us"}})
	fmt.Println(err)
	// Output:
	// map[currency:EUR region:us] time
	// invalid input: parameters.regoin: must be one of the parameters of version 1: currency, region
}
