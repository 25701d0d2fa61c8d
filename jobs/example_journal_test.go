package jobs_test

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

// A program is told what happens, and keeps the place that it has reached.
func ExampleService_Follow() {
	ctx, actor, service := exampleService()
	job, _ := service.CreateJob(ctx, actor, jobs.NewJob{
		Key: "daily-sales", TeamIDs: []string{"data"},
		Definition: versions.Definition{ClusterID: "main", Config: json.RawMessage(`{"sql":{"source":"select 1"}}`)},
	})
	run, _ := service.CreateRun(ctx, actor, job.ID, jobs.NewRun{Hold: true})
	service.CancelRun(ctx, actor, job.ID, run.ID)

	place, over := int64(0), errors.New("enough")
	err := service.Follow(ctx, actor, place, func(e jobs.Event) error {
		fmt.Println(e.Seq, e.Kind, e.JobKey)
		place = e.Seq // what is done with an event is done before its place is kept
		if e.Final {
			return over
		}
		return nil
	})
	fmt.Println(err, "at", place)
	// Output:
	// 1 job.created daily-sales
	// 2 run.created daily-sales
	// 3 run.cancel_requested daily-sales
	// 4 run.cancelled daily-sales
	// enough at 4
}

// A page of the newest events, and then what has happened since.
func ExampleService_ListEvents() {
	ctx, actor, service := exampleService()
	service.SetHold(ctx, actor, "the warehouse is moved")
	page, _ := service.ListEvents(ctx, actor, jobs.EventQuery{Limit: 10})
	fmt.Println(page.Events[0].Kind, page.Events[0].Reason)
	service.LiftHold(ctx, actor)
	page, _ = service.ListEvents(ctx, actor, jobs.EventQuery{Ascending: true, After: page.Marker})
	fmt.Println(page.Events[0].Kind)
	// Output:
	// hold.set the warehouse is moved
	// hold.lifted
}

func ExampleService_SetHold() {
	ctx, actor, service := exampleService()
	service.SetHold(ctx, actor, "the warehouse is moved")
	hold, _ := service.Hold(ctx, actor)
	fmt.Println(hold.Reason, "since", hold.Since.Format("15:04"))
	service.LiftHold(ctx, actor)
	hold, _ = service.Hold(ctx, actor)
	fmt.Println(hold.Since.IsZero())
	// Output:
	// the warehouse is moved since 12:00
	// true
}
