package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/httpadapter/console"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/local"
	"github.com/jobledger/jobledger/storage/sqlite"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// work is what runs do.
func work(context.Context, jobs.Dispatch) (results []byte, err error) { return nil, nil }

// check says which configs are valid, and what type of job they make.
func check(config json.RawMessage) (versions.JobType, error) {
	var c struct{ Report struct{ Table string } }
	if err := json.Unmarshal(config, &c); err != nil || c.Report.Table == "" {
		return "", versions.FieldErrors{{Field: "config.report.table", Detail: "must name a table"}}
	}
	return "report", nil
}

// whoAsks says who makes a request.
func whoAsks(r *http.Request) (teams.Actor, error) {
	if r.Header.Get("Authorization") != "Bearer ann" {
		return teams.Actor{}, teams.ErrUnauthenticated
	}
	return teams.Actor{OrganizationID: "acme", MemberID: "ann", Teams: map[string]teams.Role{"data": teams.Contributor}}, nil
}

// embed is what README.md shows: a control plane on a mux, until ctx ends.
func embed(ctx context.Context, mux *http.ServeMux, path string, serve func(context.Context, http.Handler) error) error {
	store, err := sqlite.Open(ctx, path, nil) // or memory.New(), or redis.New(ctx, client, nil)
	if err != nil {
		return err
	}
	defer store.Close()

	service := jobs.NewService(store, &jobs.Options{CheckConfig: check})
	mux.Handle("/api/v1/", httpadapter.New(service, whoAsks, &httpadapter.Options{Prefix: "/api/v1"}))
	mux.Handle("/console/", console.New(&console.Options{Prefix: "/console", API: "/api/v1"}))

	engine := local.New(service, work, nil) // runs a Go function; or a jobs.Dispatcher of yours
	var schedulers sync.WaitGroup
	schedulers.Go(func() { _ = jobs.NewScheduler(service, engine, nil).Run(ctx) }) // on any number of replicas
	err = serve(ctx, mux)                                                          // your HTTP server, until ctx ends
	schedulers.Wait()
	return errors.Join(err, engine.Close(context.WithoutCancel(ctx))) // waits for the runs of this process
}

// The control plane of README.md serves its API and its console.
func Example_embed() {
	folder, err := os.MkdirTemp("", "jobledger")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	ctx, stop := context.WithCancel(context.Background())
	serve := func(_ context.Context, handler http.Handler) error {
		defer stop()
		ask(handler, "POST", "/api/v1/workloads/jobs", `{"jobKey":"nightly","clusterId":"main","teamIds":["data"],"config":{"report":{"table":"sales"}},"cronExpression":"0 2 * * *"}`)
		ask(handler, "POST", "/api/v1/workloads/jobs", `{"jobKey":"hourly","clusterId":"main","teamIds":["data"],"config":{"report":{}},"cronExpression":"0 * * * *"}`)
		ask(handler, "GET", "/api/v1/me/jobs", "")
		ask(handler, "GET", "/console/", "")
		return nil
	}
	if err := embed(ctx, http.NewServeMux(), filepath.Join(folder, "jobs.db"), serve); err != nil {
		panic(err)
	}
	// Output:
	// POST /api/v1/workloads/jobs 201
	// POST /api/v1/workloads/jobs 400
	// GET /api/v1/me/jobs 200
	// GET /console/ 200
}

// ask makes a request, and prints the status of its answer.
func ask(handler http.Handler, method, path, body string) {
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	request.Header.Set("Authorization", "Bearer ann")
	request.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	fmt.Println(method, path, answer.Code)
}
