package memory_test

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// A unit test needs no file and no server. What another test does is not seen.
func ExampleNew() {
	ctx, actor := context.Background(), teams.System("acme")
	for range 2 {
		service := jobs.NewService(memory.New(), nil)
		_, err := service.CreateJob(ctx, actor, jobs.NewJob{
			Key: "daily-sales", TeamIDs: []string{"data"},
			Definition: versions.Definition{ClusterID: "main", Config: json.RawMessage(`{"sql":{"source":"select 1"}}`)},
		})
		list, _ := service.ListJobs(ctx, actor, jobs.JobQuery{})
		fmt.Println(list.Total, err)
	}
	// Output:
	// 1 <nil>
	// 1 <nil>
}
