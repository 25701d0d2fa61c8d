package jobs_test

import (
	"context"
	"fmt"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
)

func ExampleService_ListJobs_filters() {
	ctx, ana := context.Background(), teams.System("acme")
	service := jobs.NewService(memory.New(), nil)
	for _, key := range []string{"etl/orders", "etl/users", "report"} {
		_, err := service.CreateJob(ctx, ana, jobs.NewJob{
			Key: key, TeamIDs: []string{"data"}, Labels: map[string]string{"env": "prod"}, Definition: definition(),
		})
		if err != nil {
			fmt.Println(err)
		}
	}
	list, err := service.ListJobs(ctx, ana, jobs.JobQuery{KeyPrefix: "etl/", Label: "env=prod", Status: jobs.Active})
	for _, job := range list.Jobs {
		fmt.Println(job.Key, job.Permissions)
	}
	fmt.Println(list.Total, err)
	// Output:
	// etl/orders [view operate edit grant delete]
	// etl/users [view operate edit grant delete]
	// 2 <nil>
}

func ExampleService_Graph() {
	ctx, ana := context.Background(), teams.System("acme")
	service := jobs.NewService(memory.New(), nil)
	for _, job := range []jobs.NewJob{{Key: "orders"}, {Key: "report"}} {
		job.Definition, job.TeamIDs = definition(), []string{"data"}
		if job.Key == "report" {
			job.DependsOn = []string{"orders"}
		}
		if _, err := service.CreateJob(ctx, ana, job); err != nil {
			fmt.Println(err)
		}
	}
	graph, err := service.Graph(ctx, ana, jobs.GraphQuery{})
	for _, job := range graph.Jobs {
		fmt.Println(job.Key, job.Status)
	}
	fmt.Println(len(graph.Edges), graph.Edges[0].Waiting, err)
	// Output:
	// orders active
	// report active
	// 1 false <nil>
}
