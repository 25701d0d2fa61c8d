package jobs_test

import (
	"encoding/json"
	"fmt"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

// How the newest run of a job ended, and how many runs each version had.
func ExampleService_ListVersions() {
	ctx, actor, service := exampleService()
	job, _ := service.CreateJob(ctx, actor, jobs.NewJob{
		Key:     "daily-sales",
		TeamIDs: []string{"data"},
		Definition: versions.Definition{
			ClusterID: "main",
			Config:    json.RawMessage(`{"sql":{"source":"select 1"}}`),
			Retry:     versions.Retry{MaxAttempts: 3, BackoffSeconds: 60},
		},
	})
	run, _ := service.CreateRun(ctx, actor, job.ID, jobs.NewRun{})
	_, _ = service.CancelRun(ctx, actor, job.ID, run.ID)
	_, _ = service.CreateRun(ctx, actor, job.ID, jobs.NewRun{})

	job, _ = service.Job(ctx, actor, job.ID)
	fmt.Println("last outcome:", job.LastOutcome)
	list, _ := service.ListVersions(ctx, actor, job.ID, jobs.PageOptions{})
	for _, v := range list.Versions {
		fmt.Printf("version %d: %+v\n", v.Number, v.Runs)
	}
	// Output:
	// last outcome: cancelled
	// version 1: {Succeeded:0 Failed:0 Timeout:0 Cancelled:1 Active:1}
}
