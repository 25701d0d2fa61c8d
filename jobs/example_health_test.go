package jobs_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// awayEngine is an engine that cannot be reached.
type awayEngine struct{}

func (awayEngine) Dispatch(context.Context, jobs.Dispatch) error {
	return errors.New("dial tcp 10.0.0.7:443: connection refused")
}
func (awayEngine) Cancel(context.Context, jobs.RunRef) error  { return nil }
func (awayEngine) Cleanup(context.Context, jobs.RunRef) error { return nil }

// Health is for a readiness check, an alert or a page for operators.
func ExampleScheduler_Health() {
	ctx, actor := context.Background(), teams.System("acme")
	now := time.Date(2026, 3, 1, 1, 59, 0, 0, time.UTC)
	service := jobs.NewService(memory.New(), &jobs.Options{Now: func() time.Time { return now }})
	scheduler := jobs.NewScheduler(service, awayEngine{}, nil)
	service.CreateJob(ctx, actor, jobs.NewJob{
		Key: "daily-sales", TeamIDs: []string{"data"},
		Definition: versions.Definition{
			ClusterID: "main", Config: json.RawMessage(`{"sql":{"source":"select 1"}}`), CronExpression: "0 2 * * *",
		},
	})
	scheduler.Tick(ctx)
	now = now.Add(6 * time.Minute)
	health := scheduler.Health()
	fmt.Println("looked", health.At.Sub(health.LookedAt), "ago, behind by", health.Behind)

	scheduler.Tick(ctx) // which fires the tick of 02:00, and cannot hand its run to the engine
	health = scheduler.Health()
	fmt.Println("looked", health.At.Sub(health.LookedAt), "ago, behind by", health.Behind)
	for _, failure := range health.Failing {
		fmt.Println(failure.Part, "since", failure.Since.Format("15:04"), "-", failure.Message)
		fmt.Println("for operators:", failure.Err)
	}
	// Output:
	// looked 6m0s ago, behind by 5m0s
	// looked 0s ago, behind by 0s
	// dispatcher since 02:05 - requests to the dispatcher fail
	// for operators: the dispatcher: dial tcp 10.0.0.7:443: connection refused
}
