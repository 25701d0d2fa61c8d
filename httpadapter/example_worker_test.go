package httpadapter_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// order is what the worker is sent of a dispatch.
type order struct {
	ReportTo, Token string
	Config          json.RawMessage
}

// remote is a Dispatcher that sends each run to a worker elsewhere.
type remote struct{ worker, api string }

func (e remote) Dispatch(ctx context.Context, d jobs.Dispatch) error {
	body, err := json.Marshal(order{
		ReportTo: e.api + "/workloads/jobs/" + d.Run.JobID + "/runs/" + d.Run.ID + "/report",
		Token:    d.Token,
		Config:   d.Version.Config,
	})
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, e.worker, bytes.NewReader(body))
	if err != nil {
		return err
	}
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		return err // it is offered again
	}
	defer w.Body.Close()
	if w.StatusCode != http.StatusAccepted {
		return jobs.ErrEngineBusy
	}
	return nil
}

func (remote) Cancel(context.Context, jobs.RunRef) error  { return nil }
func (remote) Cleanup(context.Context, jobs.RunRef) error { return nil }

// work does what it was sent, and reports with the token of the dispatch.
func work(o order) error {
	for _, report := range []string{`{"status":"running"}`, `{"status":"succeeded","results":{"rows":3}}`} {
		r, err := http.NewRequest(http.MethodPost, o.ReportTo, bytes.NewReader([]byte(report)))
		if err != nil {
			return err
		}
		r.Header.Set("Authorization", "Bearer "+o.Token)
		r.Header.Set("Content-Type", "application/json")
		w, err := http.DefaultClient.Do(r)
		if err != nil {
			return err
		}
		_ = w.Body.Close()
		fmt.Println("reported", report, w.StatusCode)
	}
	return nil
}

// A worker in another process gets its runs over HTTP, and reports over HTTP.
func Example_worker() {
	ctx, actor := context.Background(), teams.System("acme")
	service := jobs.NewService(memory.New(), nil)
	api := httptest.NewServer(httpadapter.New(service, func(*http.Request) (teams.Actor, error) { return actor, nil }, nil))
	defer api.Close()
	inbox := make(chan order, 1)
	worker := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var o order
		if err := json.NewDecoder(r.Body).Decode(&o); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		inbox <- o
		w.WriteHeader(http.StatusAccepted)
	}))
	defer worker.Close()

	job, _ := service.CreateJob(ctx, actor, jobs.NewJob{
		Key: "daily-sales", TeamIDs: []string{"data"},
		Definition: versions.Definition{ClusterID: "main", Config: json.RawMessage(`{"sql":{"source":"select 1"}}`)},
	})
	run, _ := service.CreateRun(ctx, actor, job.ID, jobs.NewRun{})
	_, err := jobs.NewScheduler(service, remote{worker.URL, api.URL}, nil).Tick(ctx)
	fmt.Println("dispatched", err)

	fmt.Println("worked", work(<-inbox))
	run, _ = service.JobRun(ctx, actor, job.ID, run.ID)
	fmt.Println(run.Status, string(run.Results))
	// Output:
	// dispatched <nil>
	// reported {"status":"running"} 200
	// reported {"status":"succeeded","results":{"rows":3}} 200
	// worked <nil>
	// succeeded {"rows":3}
}
