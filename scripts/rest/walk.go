package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/internal/testclock"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
)

// base is the path under which the examples find the API.
const base = "/api/v1"

// day is the time at which the examples begin: a quarter of an hour before the first
// tick of their job.
var day = time.Date(2026, 3, 2, 6, 45, 0, 0, time.UTC)

// world is an API with one job, which its schedule has run once.
type world struct {
	handler   http.Handler
	scheduler *jobs.Scheduler
	clock     *testclock.Clock
	// token is that of the newest dispatch.
	token string
	// job and run are the IDs of the job and of the newest run.
	job, run string
}

// Dispatch remembers the token; the engine is asked nothing else.
func (w *world) Dispatch(_ context.Context, d jobs.Dispatch) error {
	w.token, w.run = d.Token, d.Run.ID
	return nil
}

func (*world) Cancel(context.Context, jobs.RunRef) error  { return nil }
func (*world) Cleanup(context.Context, jobs.RunRef) error { return nil }

func newWorld(ctx context.Context) (*world, error) {
	w := &world{clock: testclock.At(day)}
	directory, err := teams.NewStatic(teams.Organization{
		ID:       "acme",
		Teams:    []teams.Team{{ID: "data", Name: "Data", CreatedAt: day}, {ID: "finance", Name: "Finance", CreatedAt: day}},
		Clusters: []teams.Cluster{{ID: "main", Active: true}},
		Members:  []teams.Member{{ID: "ada", AllTeams: teams.Admin}},
	})
	if err != nil {
		return nil, err
	}
	made := 0
	service := jobs.NewService(memory.New(), &jobs.Options{
		Now: w.clock.Now, Directory: directory,
		NewID: func() string { made++; return fmt.Sprintf("A1B2C3D4%02d", made) },
	})
	actor, _ := directory.Actor("acme", "ada")
	api := httpadapter.New(service, func(*http.Request) (teams.Actor, error) { return actor, nil }, nil)
	mux := http.NewServeMux()
	mux.Handle(base+"/", http.StripPrefix(base, api))
	w.handler = mux
	w.scheduler = jobs.NewScheduler(service, w, nil)
	return w, w.begin(ctx)
}

// begin makes the job, and lets its first tick make a run that succeeds.
func (w *world) begin(ctx context.Context) error {
	created, err := w.do(ctx, "POST", "/workloads/jobs", `{"jobKey":"daily-sales","teamIds":["data"],"clusterId":"main",`+
		`"config":{"sql":{"source":"select 1"}},"cronExpression":"0 2 * * *","cronTimezone":"America/New_York"}`)
	if err != nil {
		return err
	}
	var job struct{ ID string }
	if err := json.Unmarshal(created.body, &job); err != nil {
		return err
	}
	w.job = job.ID
	w.clock.Advance(15 * time.Minute)
	if err := w.settle(ctx); err != nil {
		return err
	}
	w.clock.Advance(30 * time.Second)
	_, err = w.do(ctx, "POST", w.path("/workloads/jobs/{job}/runs/{jobRun}/report"), `{"status":"succeeded","results":{"rows":1200},`+
		`"runnerStartedAt":"2026-03-02T07:00:02Z","runnerCompletedAt":"2026-03-02T07:00:28Z","runnerExecutionTimeUs":26000000}`)
	w.clock.Advance(time.Hour)
	return err
}

// settle lets the scheduler do what is due.
func (w *world) settle(ctx context.Context) error {
	for range 5 {
		if _, err := w.scheduler.Tick(ctx); err != nil {
			return err
		}
	}
	return nil
}

// arrangements are the requests that an operation's example needs before it.
var arrangements = map[string][]string{
	"describeDraft":   {`POST /workloads/jobs/{job}/draft {"cronExpression":"0 3 * * *"}`},
	"discardDraft":    {`POST /workloads/jobs/{job}/draft`},
	"updateDraft":     {`POST /workloads/jobs/{job}/draft {"cronExpression":"0 3 * * *"}`},
	"diffDraft":       {`POST /workloads/jobs/{job}/draft {"cronExpression":"0 3 * * MON"}`},
	"publishDraft":    {`POST /workloads/jobs/{job}/draft {"cronExpression":"0 3 * * *"}`},
	"listVersions":    {`POST /workloads/jobs/{job}/versions {"timeoutSeconds":600}`},
	"activateVersion": {`POST /workloads/jobs/{job}/versions {"timeoutSeconds":600}`},
	"diffVersions":    {`POST /workloads/jobs/{job}/versions {"timeoutSeconds":600}`},
	"releaseRun":      {`POST /workloads/jobs/{job}/runs {"hold":true}`},
	"cancelRun":       {`POST /workloads/jobs/{job}/runs {"hold":true}`},
	"revokeTeam":      {`POST /workloads/jobs/{job}/teams {"teamIds":["finance"]}`},
	"describeHold":    {`PUT /workloads/hold {"reason":"The warehouse is upgraded"}`},
	"liftHold":        {`PUT /workloads/hold {"reason":"The warehouse is upgraded"}`},
	"showGraph": {`POST /workloads/jobs {"jobKey":"weekly-report","teamIds":["data"],"clusterId":"main",` +
		`"config":{"sql":{"source":"select 2"}},"dependsOn":[{"jobKey":"daily-sales"}]}`},
	"reportRun": {`POST /workloads/jobs/{job}/runs`},
}

// queries are what some examples ask for beside the path.
var queries = map[string]string{
	"listJobs":        "?status=active&sortBy=jobKey&limit=10",
	"describeJob":     "?include=recentRuns",
	"listRuns":        "?status=succeeded,failed&limit=10",
	"listFires":       "?from=2026-03-01T00:00:00Z&until=2026-03-04T00:00:00Z&bucket=86400",
	"previewSchedule": "?n=3",
	"listMyEvents":    "?after=1",
}

// headers are those that some examples send, each with its value.
var headers = map[string][2]string{
	"updateJob": {"If-Match", `"2"`},
	"createRun": {"Idempotency-Key", "order-4711"},
}

// answer is what the handler said.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// example asks the operation of a world of its own.
func example(ctx context.Context, op *operation) (path string, got answer, err error) {
	w, err := newWorld(ctx)
	if err != nil {
		return "", answer{}, err
	}
	for _, request := range arrangements[op.Name] {
		method, rest, _ := strings.Cut(request, " ")
		path, body, _ := strings.Cut(rest, " ")
		made, err := w.do(ctx, method, w.path(path), body)
		if err != nil {
			return "", answer{}, err
		}
		var run struct{ ID string }
		if err := json.Unmarshal(made.body, &run); err == nil && strings.HasSuffix(path, "/runs") {
			w.run = run.ID
		}
		if err := w.settle(ctx); err != nil {
			return "", answer{}, err
		}
	}
	path = w.path(op.Path) + queries[op.Name]
	got, err = w.do(ctx, op.Method, path, op.exampleBody(), headers[op.Name])
	return path, got, err
}

// refusal is the answer to a job that is not valid.
func refusal(ctx context.Context) (string, error) {
	w, err := newWorld(ctx)
	if err != nil {
		return "", err
	}
	got, err := w.do(ctx, "POST", "/workloads/jobs", `{"jobKey":"hourly","teamIds":["data"],"clusterId":"main","config":{"sql":{"source":"select 1"}},"cronExpression":"61 * * * *"}`)
	if err == nil {
		return "", errors.New("a job that is not valid was made")
	}
	return pretty(got.body)
}

// path fills in the variables of a pattern.
func (w *world) path(pattern string) string {
	return strings.NewReplacer("{job}", w.job, "{jobRun}", w.run, "{team}", "data", "{cluster}", "main",
		"{jobVersionNumber}", "1", "{otherVersionNumber}", "2").Replace(pattern)
}

// do asks the handler. What is not a success is an error.
func (w *world) do(ctx context.Context, method, path, body string, header ...[2]string) (answer, error) {
	r := httptest.NewRequestWithContext(ctx, method, base+path, strings.NewReader(body))
	if body == "" {
		r.Body = http.NoBody
	} else {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("Authorization", "Bearer "+w.token)
	for _, h := range header {
		if h[0] != "" {
			r.Header.Set(h[0], h[1])
		}
	}
	recorder := httptest.NewRecorder()
	w.handler.ServeHTTP(recorder, r)
	got := answer{recorder.Code, recorder.Header(), bytes.Clone(recorder.Body.Bytes())}
	if got.status >= http.StatusBadRequest {
		return got, fmt.Errorf("%s %s: %d %s", method, path, got.status, got.body)
	}
	return got, nil
}
