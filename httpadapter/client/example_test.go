package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"time"

	"github.com/jobledger/jobledger/httpadapter/client"
)

// exampleAPI stands for a server of the API: it gives one answer at each path.
func exampleAPI() *httptest.Server {
	mux := http.NewServeMux()
	answer := func(path, media string, status int, body string) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", media)
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		})
	}
	answer("GET /workloads/jobs", "application/json", 200, `{"total":2,"items":[{"jobId":"J1","teamIds":["data"],"latestJobRunId":"R1"},`+
		`{"jobId":"J2","teamIds":["data"],"latestJobRunId":null}],"included":{"jobs":[{"id":"J1","jobKey":"orders"},{"id":"J2","jobKey":"report"}],`+
		`"jobRuns":[{"id":"R1","status":"failed"}],"teams":[]}}`)
	answer("POST /workloads/jobs", "application/problem+json", 400, `{"type":"about:blank","title":"Bad Request","status":400,"code":"invalid",`+
		`"detail":"jobKey must not be empty","message":"jobKey must not be empty","errors":[{"field":"jobKey","detail":"must not be empty"}]}`)
	answer("GET /me/events", "text/event-stream", 200, "id: 7\ndata: {\"seq\":7,\"kind\":\"run.started\",\"jobKey\":\"orders\"}\n\n"+
		"id: 8\ndata: {\"seq\":8,\"kind\":\"run.failed\",\"jobKey\":\"orders\",\"reason\":\"no disk\"}\n\n")
	return httptest.NewServer(mux)
}

// All jobs, page after page, each with its latest run.
func ExampleClientWithResponses_AllJobs() {
	server := exampleAPI()
	defer server.Close()
	c, err := client.New(server.URL, &client.Options{Token: "secret"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for job, err := range c.AllJobs(context.Background(), nil) {
		if err != nil {
			fmt.Println(err)
			return
		}
		if job.LatestRun != nil {
			fmt.Println(job.Job.JobKey, job.LatestRun.Status)
		} else {
			fmt.Println(job.Job.JobKey, "has not run")
		}
	}
	// Output:
	// orders failed
	// report has not run
}

// What the server refuses is a Problem: with a code, and the fields at fault.
func ExampleProblem() {
	server := exampleAPI()
	defer server.Close()
	c, _ := client.New(server.URL, nil)
	_, err := c.CreateJobWithResponse(context.Background(), client.NewJob{ClusterID: "main", Config: []byte(`{}`), TeamIds: []string{"data"}})

	var problem *client.Problem
	if errors.As(err, &problem) {
		fmt.Println(problem.Status, problem.Code)
		for _, field := range *problem.Errors {
			fmt.Println(field.Field, field.Detail)
		}
	}
	// Output:
	// 400 invalid
	// jobKey must not be empty
}

// A program is told what happens, and keeps the place that it has reached.
func ExampleClientWithResponses_Follow() {
	server := exampleAPI()
	defer server.Close()
	c, _ := client.New(server.URL, nil)
	place := int64(6) // as it was kept before
	enough := errors.New("enough")
	err := c.Follow(context.Background(), &client.FollowOptions{After: &place, Reached: func(seq int64) { place = seq }}, func(e client.Event) error {
		fmt.Printf("%s %s %q\n", e.Kind, client.Value(e.JobKey), client.Value(e.Reason))
		if e.Kind == "run.failed" {
			return enough
		}
		return nil
	})
	fmt.Println(err, "at", place)
	// Output:
	// run.started orders ""
	// run.failed orders "no disk"
	// enough at 7
}

// A run is made once, however often its request is sent: here the first answer is lost
// behind a proxy.
func ExampleNew() {
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) == 1 {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write([]byte(`{"id":"R1","jobId":"J1","status":"ready"}`))
	}))
	defer server.Close()
	c, _ := client.New(server.URL, &client.Options{Token: "secret", MaxWait: time.Millisecond})
	made, err := c.CreateRunWithResponse(context.Background(), "J1",
		&client.CreateRunParams{IdempotencyKey: new("2026-03-01")}, client.NewRun{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(made.JSON201.ID, made.JSON201.Status, "after", asked.Load(), "requests")
	// Output: R1 ready after 2 requests
}
