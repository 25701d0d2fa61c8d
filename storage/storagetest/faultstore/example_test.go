package faultstore_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/storage/storagetest/faultstore"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// A program's own test: does it keep its head when the store does not answer?
func Example() {
	ctx, actor := context.Background(), teams.System("acme")
	store := faultstore.New(memory.New(), faultstore.Plan{
		Seed:    1,
		Methods: map[faultstore.Method]faultstore.Rates{faultstore.Commit: {LostReply: 1}},
	})
	service := jobs.NewService(store, nil)
	_, err := service.CreateJob(ctx, actor, jobs.NewJob{
		Key:        "daily-sales",
		TeamIDs:    []string{"data"},
		Definition: versions.Definition{ClusterID: "main", Config: json.RawMessage(`{"sql":{"source":"select 1"}}`)},
	})
	fmt.Println("injected:", errors.Is(err, faultstore.ErrInjected))
	fmt.Println("unknown:", errors.Is(err, jobs.ErrOutcomeUnknown))

	store.Off()
	list, _ := service.ListJobs(ctx, actor, jobs.JobQuery{})
	fmt.Println("jobs made:", list.Total)
	fmt.Println("replies lost:", store.Counts()[faultstore.Commit].LostReplies)
	// Output:
	// injected: true
	// unknown: true
	// jobs made: 1
	// replies lost: 3
}
