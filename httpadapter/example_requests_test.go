package httpadapter_test

import (
	"encoding/json"
	"fmt"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
)

// An error is a problem: a code for programs, and each field at fault.
func Example_problem() {
	handler := httpadapter.New(jobs.NewService(memory.New(), nil), authenticate, nil)
	w := send(handler, "POST", "/workloads/jobs",
		`{"jobKey": "nightly", "clusterId": "MAIN", "teamIds": ["DATA"], "config": {}, "cronExpression": "61 * * * *"}`)
	var problem struct {
		Code   string
		Errors []struct{ Field, Detail string }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &problem); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(w.Code, w.Header().Get("Content-Type"), problem.Code)
	for _, e := range problem.Errors {
		fmt.Println(e.Field+":", e.Detail)
	}
	// Output:
	// 400 application/problem+json invalid
	// config: must have sql or python
	// cronExpression: minute: 61 is not from 0 to 59
}

// A request that is repeated under its Idempotency-Key, because the answer was lost,
// makes no second run.
func Example_idempotencyKey() {
	handler := httpadapter.New(jobs.NewService(memory.New(), nil), authenticate, nil)
	job := send(handler, "POST", "/workloads/jobs",
		`{"jobKey": "nightly", "clusterId": "MAIN", "teamIds": ["DATA"], "config": {"sql": {"source": "select 1"}}}`).Header().Get("Location")
	first := send(handler, "POST", job+"/runs", "", "Idempotency-Key", "order-4711")
	again := send(handler, "POST", job+"/runs", "", "Idempotency-Key", "order-4711")
	other := send(handler, "POST", job+"/runs", "", "Idempotency-Key", "order-4712")
	fmt.Println(first.Code, again.Code, first.Header().Get("Location") == again.Header().Get("Location"))
	fmt.Println(other.Code, first.Header().Get("Location") == other.Header().Get("Location"))
	// Output:
	// 201 201 true
	// 201 false
}

// A read with the ETag that it has costs no body while nobody has edited the job.
func Example_ifNoneMatch() {
	handler := httpadapter.New(jobs.NewService(memory.New(), nil), authenticate, nil)
	created := send(handler, "POST", "/workloads/jobs",
		`{"jobKey": "nightly", "clusterId": "MAIN", "teamIds": ["DATA"], "config": {"sql": {"source": "select 1"}}}`)
	job, tag := created.Header().Get("Location"), created.Header().Get("ETag")

	fmt.Println(send(handler, "GET", job, "", "If-None-Match", tag).Code)
	send(handler, "POST", job+"/runs", "") // a run is no edit
	fmt.Println(send(handler, "GET", job, "", "If-None-Match", tag).Code)
	send(handler, "PATCH", job, `{"status": "paused"}`)
	fmt.Println(send(handler, "GET", job, "", "If-None-Match", tag).Code)
	// Output:
	// 304
	// 304
	// 200
}
