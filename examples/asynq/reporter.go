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

// report is the body of a report. An empty one is a heartbeat.
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

var (
	// errGone means that the ledger accepts no more reports on the run: it was
	// deleted, or has ended.
	errGone = errors.New("the run is gone")
	// errUnknown means that the ledger does not know the run by this token.
	errUnknown = errors.New("the run is not known by its token")
)

// grace says when to give up a run. When a run is dispatched again, its old
// token is not valid any more, and the new one is not on the slip yet. So a run
// that is not known is gone only when it stays so for a lease.
type grace struct {
	lease time.Duration
	// since is when the run was first not known.
	since time.Time
}

// isOver reports whether to give the run up, after a report that ended like this.
func (g *grace) isOver(err error) bool {
	switch {
	case errors.Is(err, errGone):
		return true
	case !errors.Is(err, errUnknown):
		g.since = time.Time{}
		return false
	case g.since.IsZero():
		g.since = time.Now()
	}
	return time.Since(g.since) > g.lease
}

// refusedError means that the ledger will never accept the report.
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
	// tries is how often one report is sent at most.
	tries = 12
	// firstPause is the wait after the first try. It doubles up to maxPause.
	firstPause = 100 * time.Millisecond
	maxPause   = 5 * time.Second
)

// persist sends a report until it is accepted or refused, or was tried often
// enough.
func (r *reporter) persist(ctx context.Context, task Task, what report) error {
	pause, unknown := firstPause, grace{lease: task.lease()}
	var err error
	for range tries {
		err = r.send(ctx, task, what)
		_, refused := errors.AsType[*refusedError](err)
		if err == nil || refused {
			return err
		}
		if unknown.isOver(err) {
			return errGone
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
	defer func() { _ = response.Body.Close() }() // the body was read, or is not needed
	return verdict(response)
}

// verdict returns what the ledger's answer to a report means.
func verdict(response *http.Response) error {
	text, err := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	switch response.StatusCode {
	case http.StatusOK:
		return err
	case http.StatusNotFound:
		return errUnknown
	case http.StatusConflict:
		return errGone
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge:
		return &refusedError{string(text)}
	}
	return fmt.Errorf("the ledger answered %s", response.Status)
}
