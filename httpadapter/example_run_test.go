package httpadapter_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
)

// inbox is an engine that takes dispatches one by one.
type inbox chan jobs.Dispatch

func (i inbox) Dispatch(_ context.Context, d jobs.Dispatch) error { i <- d; return nil }
func (i inbox) Cancel(context.Context, jobs.RunRef) error         { return nil }
func (i inbox) Cleanup(context.Context, jobs.RunRef) error        { return nil }

// An engine elsewhere reports over HTTP, with the token of its dispatch, and
// learns from the answer when it is to stop.
func Example_report() {
	service := jobs.NewService(memory.New(), nil)
	handler := httpadapter.New(service, authenticate, nil)
	engine := make(inbox, 1)
	scheduler := jobs.NewScheduler(service, engine, nil)

	job := send(handler, "POST", "/workloads/jobs",
		`{"jobKey": "nightly", "clusterId": "MAIN", "teamIds": ["DATA"], "config": {"sql": {"source": "select 1"}}}`).Header().Get("Location")
	run := send(handler, "POST", job+"/runs", "", "Idempotency-Key", "2026-03-01").Header().Get("Location")
	if _, err := scheduler.Tick(context.Background()); err != nil {
		panic(err)
	}
	dispatched := <-engine
	report := func(body string) {
		w := send(handler, "POST", run+"/report", body, "Authorization", "Bearer "+dispatched.Token)
		fmt.Println(w.Code, statusOf(w), cancelRequested(w))
	}

	report(`{"status": "running"}`)
	send(handler, "POST", run+"/cancel", "")
	report(`{}`) // a heartbeat
	report(`{"status": "cancelled"}`)
	report(`{"status": "succeeded"}`) // too late
	// Output:
	// 200 running false
	// 200 running true
	// 200 cancelled true
	// 409 run_state false
}

// statusOf is the status of the run that was answered, or the code of an error.
func statusOf(w *httptest.ResponseRecorder) any {
	var o map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &o); err != nil {
		panic(err)
	}
	if w.Code != http.StatusOK {
		return o["code"]
	}
	return o["status"]
}

func cancelRequested(w *httptest.ResponseRecorder) bool {
	var run struct{ CancelRequestedAt *string }
	if err := json.Unmarshal(w.Body.Bytes(), &run); err != nil {
		panic(err)
	}
	return run.CancelRequestedAt != nil
}
