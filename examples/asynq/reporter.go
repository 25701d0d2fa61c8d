package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// report is the body of a report: a heartbeat when it is empty.
type report struct {
	Status  string          `json:"status,omitempty"`
	Message string          `json:"statusMessage,omitempty"`
	Results json.RawMessage `json:"results,omitempty"`
}

// The statuses that a worker reports.
const (
	statusRunning   = "running"
	statusSucceeded = "succeeded"
	statusFailed    = "failed"
	statusCancelled = "cancelled"
	statusTimeout   = "timeout"
)

// errGone: the ledger does not want to hear of the run any more. It was
// removed, or has ended.
var errGone = errors.New("the run is gone")

// refusedError is a report that the ledger will never take.
type refusedError struct{ detail string }

func (e *refusedError) Error() string { return "the report was refused: " + e.detail }

// reporter sends reports to the ledger over HTTP.
type reporter struct {
	// base is the URL of the API, such as http://127.0.0.1:8080/api/v1.
	base   string
	client *http.Client
	slips  slips
}

func newReporter(base string, slips slips) *reporter {
	return &reporter{base: base, slips: slips, client: &http.Client{Timeout: 10 * time.Second}}
}

const (
	// tries bounds how often one report is sent.
	tries = 12
	// goneAfter is how often in a row a run must be unknown: for a moment it
	// is, between a new dispatch in the ledger and its token on the slip.
	goneAfter = 4
	// firstPause is the wait after the first try; it doubles up to maxPause.
	firstPause = 100 * time.Millisecond
	maxPause   = 5 * time.Second
)

// persist sends a report until it was taken, refused, or tried often enough.
func (r *reporter) persist(ctx context.Context, task Task, what report) error {
	pause, unknown := firstPause, 0
	var err error
	for range tries {
		err = r.send(ctx, task, what)
		_, refused := errors.AsType[*refusedError](err)
		if err == nil || refused {
			return err
		}
		if errors.Is(err, errGone) {
			if unknown++; unknown == goneAfter {
				return err
			}
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return errors.Join(err, ctx.Err())
		}
		pause = min(2*pause, maxPause)
	}
	return err
}

// send sends a report once, with the token of the newest dispatch.
func (r *reporter) send(ctx context.Context, task Task, what report) error {
	slip, err := r.slips.read(ctx, task.RunID)
	if err != nil {
		return err
	}
	if slip.Token == "" {
		return fmt.Errorf("%w: it was cleaned up", errGone)
	}
	body, err := json.Marshal(what)
	if err != nil {
		return &refusedError{err.Error()}
	}
	path := r.base + "/workloads/jobs/" + url.PathEscape(task.JobID) + "/runs/" + url.PathEscape(task.RunID) + "/report"
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, path, bytes.NewReader(body))
	if err != nil {
		return &refusedError{err.Error()}
	}
	request.Header.Set("Authorization", "Bearer "+slip.Token)
	request.Header.Set("Content-Type", "application/json")
	response, err := r.client.Do(request)
	if err != nil {
		return fmt.Errorf("report run %s: %w", task.RunID, err)
	}
	defer func() { _ = response.Body.Close() }() // it was read, or is of no interest
	return verdict(response)
}

// verdict is what the ledger's answer to a report means.
func verdict(response *http.Response) error {
	text, err := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	switch response.StatusCode {
	case http.StatusOK:
		return err
	case http.StatusNotFound, http.StatusConflict:
		return errGone
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge:
		return &refusedError{string(text)}
	}
	return fmt.Errorf("the ledger answered %s", response.Status)
}
