package jobs_test

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/jobstest"
	"github.com/jobledger/jobledger/jobs/local"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// A program runs the scheduler beside the rest, and ends it in order: first the
// scheduler, then the engine, which waits for the runs that it has.
func ExampleScheduler_Run() {
	ctx, stop := context.WithCancel(context.Background())
	service, actor := jobs.NewService(memory.New(), nil), teams.System("acme")
	worked := make(chan string)
	engine := local.New(service, func(_ context.Context, d jobs.Dispatch) ([]byte, error) {
		worked <- d.JobKey
		return nil, nil
	}, nil)
	ended := make(chan error)
	go func() { ended <- jobs.NewScheduler(service, engine, nil).Run(ctx) }()

	job, _ := service.CreateJob(ctx, actor, jobs.NewJob{
		Key: "daily-sales", TeamIDs: []string{"data"},
		Definition: versions.Definition{ClusterID: "main", Config: json.RawMessage(`{"sql":{"source":"select 1"}}`)},
	})
	_, _ = service.CreateRun(ctx, actor, job.ID, jobs.NewRun{})
	fmt.Println("worked:", <-worked)

	stop()
	fmt.Println("scheduler:", <-ended)
	fmt.Println("engine:", engine.Close(context.Background()))
	runs, _ := service.ListRuns(context.Background(), actor, job.ID, jobs.RunQuery{})
	fmt.Println("run:", runs.Runs[0].Status)
	// Output:
	// worked: daily-sales
	// scheduler: <nil>
	// engine: <nil>
	// run: succeeded
}

// A host with a timer of its own asks when to come back.
func ExampleScheduler_Tick() {
	ctx, actor := context.Background(), teams.System("acme")
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	service := jobs.NewService(memory.New(), &jobs.Options{Now: func() time.Time { return now }})
	scheduler := jobs.NewScheduler(service, nil, nil)
	job, _ := service.CreateJob(ctx, actor, jobs.NewJob{
		Key: "hourly", TeamIDs: []string{"data"},
		Definition: versions.Definition{ClusterID: "main", Config: json.RawMessage(`{"sql":{"source":"select 1"}}`), CronExpression: "0 * * * *"},
	})
	next, err := scheduler.Tick(ctx)
	fmt.Println("next at", next.Format("15:04"), err)

	now = next
	_, err = scheduler.Tick(ctx)
	runs, _ := service.ListRuns(ctx, actor, job.ID, jobs.RunQuery{})
	fmt.Println(len(runs.Runs), runs.Runs[0].Trigger, runs.Runs[0].NominalAt.Format("15:04"), err)
	// Output:
	// next at 13:00 <nil>
	// 1 schedule 13:00 <nil>
}

// Why did it not run? Each tick has a verdict, and a reason. Here a run took too
// long, somebody paused the job, and then nothing worked for three hours.
func ExampleService_ListTicks() {
	w := jobstest.New(nil, nil)
	ctx := context.Background()
	job := w.Create(jobs.NewJob{Key: "hourly", Definition: versions.Definition{
		CronExpression: "0 * * * *", MissedSchedulePolicy: schedule.MissedSkip,
	}})
	w.Engine.Succeed("hourly", 90*time.Minute) // the run of 01:00 is there still at 02:00
	w.Engine.Succeed("hourly", time.Minute)
	w.Advance(3*time.Hour + 30*time.Minute)

	paused, active := jobs.Paused, jobs.Active
	_, _ = w.UpdateJob(ctx, w.Actor, job.ID, jobs.JobPatch{Status: &paused})
	w.Advance(time.Hour) // 04:00 passes
	_, _ = w.UpdateJob(ctx, w.Actor, job.ID, jobs.JobPatch{Status: &active})
	w.Outage(3 * time.Hour) // so do 05:00 to 07:00
	w.Advance(time.Hour)

	ticks, _ := w.ListTicks(ctx, w.Actor, job.ID, jobs.TickQuery{})
	for _, tick := range ticks.Ticks {
		fmt.Printf("%s %d %s %q\n", tick.NominalAt.Format("15:04"), tick.Count, tick.Verdict, tick.Reason)
	}
	// Output:
	// 08:00 1 fired ""
	// 05:00 3 missed "policy"
	// 04:00 1 paused ""
	// 03:00 1 fired ""
	// 02:00 1 skipped "overlap"
	// 01:00 1 fired ""
}

// A report waits for the orders of the same night. On the second night they fail,
// and the tick of the report says so.
func ExampleNewJob_dependencies() {
	w := jobstest.New(nil, nil)
	w.Create(jobs.NewJob{Key: "orders", Definition: versions.Definition{CronExpression: "0 1 * * *"}})
	w.Create(jobs.NewJob{Key: "report", Definition: versions.Definition{CronExpression: "0 6 * * *", DependsOn: []string{"orders"}}})
	w.Engine.Succeed("orders", time.Minute)
	w.Engine.Fail("orders", time.Minute, "no disk")
	w.Advance(48 * time.Hour)
	fmt.Print(w.Ticks("report"))
	// Output:
	// 2027-01-01 06:00 UTC  fired
	// 2027-01-02 06:00 UTC  skipped: dependency
}

// A failed run is repeated by hand: a new run of the same version, with the same
// parameters, for the same tick.
func ExampleService_RetryRun() {
	w := jobstest.New(nil, nil)
	job := w.Create(jobs.NewJob{Key: "daily-sales", Definition: versions.Definition{CronExpression: "0 2 * * *"}})
	w.Engine.Fail("daily-sales", time.Minute, "no disk")
	w.Engine.Succeed("daily-sales", time.Minute)
	w.Advance(3 * time.Hour)

	failed := w.Runs("daily-sales").Last()
	again, err := w.RetryRun(context.Background(), w.Actor, job.ID, failed.ID)
	fmt.Println(again.RetryOf == failed.ID, again.NominalAt.Equal(failed.NominalAt), err)
	w.Advance(time.Hour)
	fmt.Print(w.Runs("daily-sales"))
	// Output:
	// true true <nil>
	// 1  schedule  2027-01-01 02:00 UTC  failed     from 2027-01-01 02:00 UTC to 2027-01-01 02:01 UTC  "no disk"
	// 2  retry     2027-01-01 02:00 UTC  succeeded  from 2027-01-01 03:00 UTC to 2027-01-01 03:01 UTC
}

// A pause that ends by itself: nothing runs over the weekend.
func ExampleService_UpdateJob() {
	friday := time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC)
	w := jobstest.New(nil, &jobstest.Options{Start: friday})
	job := w.Create(jobs.NewJob{Key: "daily-sales", Definition: versions.Definition{CronExpression: "0 2 * * *"}})
	paused, monday := jobs.Paused, friday.AddDate(0, 0, 2).Add(12*time.Hour)
	_, err := w.UpdateJob(context.Background(), w.Actor, job.ID, jobs.JobPatch{Status: &paused, PausedUntil: &monday})
	fmt.Println(err)
	w.Advance(4 * 24 * time.Hour)
	fmt.Print(w.Ticks("daily-sales"))
	// Output:
	// <nil>
	// 2027-01-02 02:00 UTC to 2027-01-03 02:00 UTC, 2 ticks  paused
	// 2027-01-04 02:00 UTC                                   fired
	// 2027-01-05 02:00 UTC                                   fired
}

// Nothing starts by itself while the organization is held. A run that a person makes
// does.
func ExampleService_LiftHold() {
	w := jobstest.New(nil, nil)
	ctx := context.Background()
	job := w.Create(jobs.NewJob{Key: "hourly", Definition: versions.Definition{CronExpression: "0 * * * *"}})
	_, _ = w.SetHold(ctx, w.Actor, "the warehouse is upgraded")
	w.Advance(2 * time.Hour)
	_, _ = w.CreateRun(ctx, w.Actor, job.ID, jobs.NewRun{})
	w.Advance(30 * time.Minute)
	fmt.Print(w.Runs("hourly"))

	_ = w.LiftHold(ctx, w.Actor)
	w.Advance(time.Hour)
	fmt.Print(w.Ticks("hourly"))
	// Output:
	// 1  manual  2027-01-01 02:00 UTC  succeeded  from 2027-01-01 02:00 UTC to 2027-01-01 02:00:01 UTC
	// 2027-01-01 01:00 UTC  paused: hold
	// 2027-01-01 02:00 UTC  paused: hold
	// 2027-01-01 03:00 UTC  fired
}
