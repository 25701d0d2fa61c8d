package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jobledger/jobledger/httpadapter/client"
)

// waits say in words what a run waits for.
var waits = map[client.WaitingFor]string{
	client.WaitingForRelease:      "waits for ctl runs release",
	client.WaitingForTime:         "waits for its time",
	client.WaitingForDependencies: "waits for the jobs that it depends on",
	client.WaitingForPredecessor:  "waits for an earlier run of the job to end",
	client.WaitingForEngine:       "waits for an engine to take it",
}

// progress is where a run is, in one line.
func progress(run *client.JobRun) string {
	line := fmt.Sprintf("run %s: %s", run.ID, run.Status)
	if run.Attempt > 1 {
		line = fmt.Sprintf("run %s, attempt %d: %s", run.ID, run.Attempt, run.Status)
	}
	if reason := waits[client.Value(run.WaitingFor)]; reason != "" {
		line += ", " + reason
		if at := client.Value(run.RunAt); !at.IsZero() {
			line += " " + when(at)
		}
	}
	if message := client.Value(run.StatusMessage); message != "" {
		line += ": " + message
	}
	return line
}

// whyRun says why a run did not succeed, or does not start; empty when there is
// nothing to say.
func whyRun(run *client.JobRun) string {
	reason := client.Value(run.StatusMessage)
	switch run.Status {
	case client.RunStatusSucceeded, client.RunStatusRunning:
		return ""
	case client.RunStatusTimeout:
		if reason == "" {
			reason = "it took longer than the job's timeout"
		}
	case client.RunStatusFailed, client.RunStatusCancelled:
		reason = dash(reason)
	default:
		reason = waits[client.Value(run.WaitingFor)]
		if client.Value(run.WaitingFor) == client.WaitingForEngine {
			return ""
		}
	}
	if reason != "" && run.Attempt > 1 {
		reason = fmt.Sprintf("attempt %d: %s", run.Attempt, reason)
	}
	return reason
}

// nextAttempt returns the retry of an ended run, or nil. The commit that ends a run
// also makes its retry, so there is no need to wait for it.
func (a *app) nextAttempt(ctx context.Context, jobID string, run *client.JobRun) (*client.JobRun, error) {
	if run.Status == client.RunStatusSucceeded || run.Status == client.RunStatusCancelled {
		return nil, nil
	}
	params := &client.ListRunsParams{Trigger: new(client.TriggerRetry), CreatedFrom: new(run.CreatedAt)}
	for next, err := range a.api.AllRuns(ctx, jobID, params) {
		if err != nil {
			return nil, err
		}
		if client.Value(next.RetryOf) == run.ID && next.Attempt == run.Attempt+1 {
			return &next, nil
		}
	}
	return nil, nil
}

// body is the body of the request, made from the flags.
func (f *runFlags) body() (client.NewRun, error) {
	body := client.NewRun{}
	if f.hold {
		body.Hold.Set(true)
	}
	parameters, err := parsePairs("param", f.parameters)
	if err != nil {
		return body, err
	}
	if len(parameters) > 0 {
		body.Parameters.Set(parameters)
	}
	if f.at != "" {
		at, err := parseTime("at", f.at, time.Now())
		if err != nil {
			return body, err
		}
		body.RunAt.Set(at)
	}
	return body, nil
}

// runFacts are what a run is.
func runFacts(run *client.JobRun) []any {
	attempt := ""
	if run.Attempt > 1 {
		attempt = fmt.Sprintf("%d, after run %s", run.Attempt, client.Value(run.RetryOf))
	}
	return []any{
		"Run:", fmt.Sprintf("%s (number %d of job %s)", run.ID, run.Number, run.JobKey), "Attempt:", attempt,
		"Tick:", when(client.Value(run.NominalAt)), "Starts at:", when(client.Value(run.RunAt)),
		"Parameters:", pairs(run.Parameters), "Waiting:", waits[client.Value(run.WaitingFor)],
		"Cancel asked:", when(client.Value(run.CancelRequestedAt)),
	}
}
