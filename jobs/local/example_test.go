package local_test

import (
	"context"
	"fmt"
	"sync"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/local"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// A scheduler hands each run to a function of this process.
func ExampleNew() {
	ctx, stop := context.WithCancel(context.Background())
	service, me := jobs.NewService(memory.New(), nil), teams.System("acme")
	worker := func(_ context.Context, d jobs.Dispatch) ([]byte, error) {
		defer stop() // one run is enough for an example
		fmt.Printf("run %d of %s: %s\n", d.Run.Number, d.JobKey, d.Version.Config)
		return []byte(`{"rows":3}`), nil
	}
	engine := local.New(service, worker, nil)

	job, _ := service.CreateJob(ctx, me, jobs.NewJob{
		Key: "daily-sales", TeamIDs: []string{"data"},
		Definition: versions.Definition{ClusterID: "main", Config: []byte(`{"sql":{"source":"select 1"}}`)},
	})
	run, _ := service.CreateRun(ctx, me, job.ID, jobs.NewRun{})

	var schedulers sync.WaitGroup
	schedulers.Go(func() { jobs.NewScheduler(service, engine, nil).Run(ctx) })
	schedulers.Wait()
	engine.Close(context.Background()) // waits for what runs here

	run, _ = service.JobRun(context.Background(), me, job.ID, run.ID)
	fmt.Println(run.Status, string(run.Results))
	// Output:
	// run 1 of daily-sales: {"sql":{"source":"select 1"}}
	// succeeded {"rows":3}
}
