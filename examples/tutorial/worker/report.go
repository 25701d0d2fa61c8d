package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"time"

	"example.com/nightly/wire"
)

// beat tells the control plane that the run lives, four times a lease, until
// the work has ended.
func (w *worker) beat(ctx context.Context, t *task) {
	ticker := time.NewTicker(t.Lease / 4)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		if err := w.report(ctx, t, wire.Report{}); err != nil {
			t.stop(err)
			return
		}
	}
}

// report makes a report, and repeats it while the control plane cannot be
// reached. The error is why the work is to stop.
func (w *worker) report(ctx context.Context, t *task, what wire.Report) error {
	pause, unknownSince := 100*time.Millisecond, time.Time{}
	for {
		status, err := w.send(ctx, t, what)
		switch {
		case status == http.StatusOK:
			return err
		case status == http.StatusConflict: // the run has ended already
			return errForgotten
		case status == http.StatusNotFound && unknownSince.IsZero():
			unknownSince = time.Now() // a newer token may be on its way
		case status == http.StatusNotFound && time.Since(unknownSince) > t.Lease:
			return errForgotten
		case status == http.StatusBadRequest, status == http.StatusRequestEntityTooLarge:
			what = wire.Report{Status: "failed", Message: "the control plane refused the report"}
		}
		if status != http.StatusNotFound {
			unknownSince = time.Time{}
		}
		select {
		case <-time.After(pause):
			log.Printf("run %s: report again, after status %d, error %v", t.RunID, status, err)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		pause = min(2*pause, t.Lease/4)
	}
}

// send makes a report once. The status is 0 when there was no answer, and the
// error errCancelled when the answer says that the run is to stop.
func (w *worker) send(ctx context.Context, t *task, what wire.Report) (status int, err error) {
	w.mu.Lock()
	token := t.token
	w.mu.Unlock()
	body, err := json.Marshal(what)
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	url := fmt.Sprintf("%s/workloads/jobs/%s/runs/%s/report", w.api, t.JobID, t.RunID)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer func() { _ = response.Body.Close() }()
	var answer struct{ CancelRequestedAt *time.Time }
	if response.StatusCode != http.StatusOK {
		return response.StatusCode, nil
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return 0, err
	}
	if answer.CancelRequestedAt != nil {
		return http.StatusOK, errCancelled
	}
	return http.StatusOK, nil
}
