package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/jobledger/jobledger/jobs"

	"example.com/nightly/wire"
)

// dispatcher hands runs to a worker over HTTP.
type dispatcher struct {
	worker string // the worker's URL
	secret string
}

var _ jobs.Dispatcher = (*dispatcher)(nil)

// Dispatch implements [jobs.Dispatcher]. The worker knows a run by its ID, so
// a repeated request does not start it again.
func (d *dispatcher) Dispatch(ctx context.Context, run jobs.Dispatch) error {
	body, err := json.Marshal(wire.Run{
		JobID: run.Run.JobID, RunID: run.Run.ID, Attempt: run.Run.Attempt,
		Config: run.Version.Config, Parameters: run.Run.Parameters,
		Token: run.Token, Lease: run.Lease,
	})
	if err != nil {
		return err
	}
	return d.do(ctx, http.MethodPut, "/runs/"+run.Run.ID, body)
}

// Cancel implements [jobs.Dispatcher].
func (d *dispatcher) Cancel(ctx context.Context, run jobs.RunRef) error {
	return d.do(ctx, http.MethodPost, "/runs/"+run.RunID+"/cancel", nil)
}

// Cleanup implements [jobs.Dispatcher]: the worker forgets the run.
func (d *dispatcher) Cleanup(ctx context.Context, run jobs.RunRef) error {
	return d.do(ctx, http.MethodDelete, "/runs/"+run.RunID, nil)
}

// do makes one request. The scheduler repeats it after an error.
func (d *dispatcher) do(ctx context.Context, method, path string, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, method, d.worker+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+d.secret)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	_ = response.Body.Close() // the status says all
	switch response.StatusCode {
	case http.StatusAccepted:
		return nil
	case http.StatusServiceUnavailable:
		return jobs.ErrEngineBusy // ask again later
	case http.StatusUnprocessableEntity:
		return jobs.ErrRejected // the run fails at once
	}
	return fmt.Errorf("the worker answered %s", response.Status)
}
