package jobs_test

import (
	"context"
	"fmt"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// cluster is a Dispatcher for an engine that takes one run at a time, and SQL only.
type cluster struct {
	busyWith *jobs.Dispatch
}

func (c *cluster) Dispatch(_ context.Context, d jobs.Dispatch) error {
	switch {
	case d.Version.JobType != versions.SQL:
		return jobs.ErrRejected // never: the run fails
	case c.busyWith != nil:
		return jobs.ErrEngineBusy // not now: the run waits, and is offered again
	}
	c.busyWith = &d
	return nil
}

func (c *cluster) Cancel(context.Context, jobs.RunRef) error  { return nil }
func (c *cluster) Cleanup(context.Context, jobs.RunRef) error { return nil }

// A Dispatcher is the adapter to your engine. It has three methods; the engine then
// reports with the token of the dispatch.
func ExampleDispatcher() {
	ctx, actor := context.Background(), teams.System("acme")
	service := jobs.NewService(memory.New(), nil)
	engine := &cluster{}
	scheduler := jobs.NewScheduler(service, engine, nil)

	for _, config := range []string{`{"sql":{"source":"select 1"}}`, `{"python":{"source":"print(1)"}}`} {
		job, err := service.CreateJob(ctx, actor, jobs.NewJob{
			Key: fmt.Sprint("job ", len(config)), TeamIDs: []string{"data"},
			Definition: versions.Definition{ClusterID: "main", Config: []byte(config)},
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		run, _ := service.CreateRun(ctx, actor, job.ID, jobs.NewRun{})
		_, _ = scheduler.Tick(ctx) // Scheduler.Run does this again and again

		run, _ = service.JobRun(ctx, actor, job.ID, run.ID)
		fmt.Printf("%s %s %q\n", job.Version.JobType, run.Status, run.StatusMessage)
	}

	taken := engine.busyWith
	run, err := service.ReportRun(ctx, taken.Run.JobID, taken.Run.ID, taken.Token, jobs.Report{
		Status: jobs.RunSucceeded, Results: []byte(`{"rows":1}`),
	})
	fmt.Println(run.Status, string(run.Results), err)
	// Output:
	// sql starting ""
	// python failed "the engine refused the run"
	// succeeded {"rows":1} <nil>
}
