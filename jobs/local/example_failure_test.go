package local_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/local"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// What the function returns as an error is the message of the failed run. A panic
// fails its run too, and no other.
func ExampleWorker() {
	ctx, actor := context.Background(), teams.System("acme")
	service := jobs.NewService(memory.New(), nil)
	engine := local.New(service, func(_ context.Context, d jobs.Dispatch) ([]byte, error) {
		switch d.JobKey {
		case "fails":
			return nil, errors.New("no disk")
		case "panics":
			panic("index out of range")
		}
		return nil, nil
	}, nil)
	scheduler := jobs.NewScheduler(service, engine, nil)
	var ids []string
	for _, key := range []string{"works", "fails", "panics"} {
		job, _ := service.CreateJob(ctx, actor, jobs.NewJob{
			Key: key, TeamIDs: []string{"data"},
			Definition: versions.Definition{ClusterID: "main", Config: []byte(`{"sql":{"source":"select 1"}}`)},
		})
		_, _ = service.CreateRun(ctx, actor, job.ID, jobs.NewRun{})
		ids = append(ids, job.ID)
	}
	_, _ = scheduler.Tick(ctx)
	_ = engine.Close(ctx) // waits for the runs

	for _, id := range ids {
		runs, _ := service.ListRuns(ctx, actor, id, jobs.RunQuery{})
		run := runs.Runs[0]
		fmt.Printf("%s: %s %q\n", run.JobKey, run.Status, run.StatusMessage)
	}
	// Output:
	// works: succeeded ""
	// fails: failed "no disk"
	// panics: failed "the worker panicked"
}
