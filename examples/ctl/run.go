package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/jobledger/jobledger/httpadapter/client"
)

// runFlags say how a run is made.
type runFlags struct {
	parameters []string
	at         string
	hold, wait bool
}

func (a *app) runCommand() *cobra.Command {
	var f runFlags
	cmd := a.ofJob("run JOB", "Run a job now, whatever its schedule", func(ctx context.Context, name string) error {
		return a.run1(ctx, name, f)
	})
	cmd.Long = "run makes a run of the active version. With --wait it follows the run, and its retries, to the end; the exit code says how the " +
		"last attempt ended."
	flags := cmd.Flags()
	flags.StringArrayVarP(&f.parameters, "param", "p", nil, "NAME=VALUE of a parameter that the job declares; may be given several times")
	flags.StringVar(&f.at, "at", "", "when it is to start: a time, or a duration from now such as 2h")
	flags.BoolVar(&f.hold, "hold", false, "keep it pending until somebody releases it")
	flags.BoolVarP(&f.wait, "wait", "w", false, "wait until it has ended")
	return cmd
}

func (a *app) run1(ctx context.Context, name string, f runFlags) error {
	id, err := a.jobID(ctx, name)
	if err != nil {
		return err
	}
	body, err := f.body()
	if err != nil {
		return err
	}
	// With the key, a repeated request makes only one run.
	res, err := a.api.CreateRunWithResponse(ctx, id, &client.CreateRunParams{IdempotencyKey: new(rand.Text())}, body)
	if err != nil {
		return err
	}
	if f.wait {
		return a.wait(ctx, id, res.JSON201)
	}
	return a.print(res.Body, func() error {
		a.say("Run %s of %s is %s. ctl runs describe %s %s shows how far it is.", res.JSON201.ID, name, res.JSON201.Status, name, res.JSON201.ID)
		return nil
	})
}

// pollEvery is how often a run is looked at.
const pollEvery = 500 * time.Millisecond

// wait follows a run and its further attempts until the last one has ended.
func (a *app) wait(ctx context.Context, jobID string, run *client.JobRun) error {
	told := ""
	for {
		if line := progress(run); line != told {
			told = line
			a.note("%s", a.paint(statusColor(string(run.Status)), line))
		}
		if terminal(run.Status) {
			next, err := a.nextAttempt(ctx, jobID, run)
			if err != nil {
				return err
			}
			if next == nil {
				return a.ended(ctx, jobID, run)
			}
			run = next
			continue
		}
		select {
		case <-time.After(pollEvery):
		case <-ctx.Done():
			a.note("The run goes on: ctl runs describe %s %s", jobID, run.ID)
			return ctx.Err()
		}
		res, err := a.api.DescribeRunWithResponse(ctx, jobID, run.ID)
		if err != nil {
			return err
		}
		run = res.JSON200
	}
}

// ended prints the last attempt, and turns its status into the exit code.
func (a *app) ended(ctx context.Context, jobID string, run *client.JobRun) error {
	res, err := a.api.DescribeRunWithResponse(ctx, jobID, run.ID)
	if err != nil {
		return err
	}
	if err := a.print(res.Body, func() error { return a.sayRun(run) }); err != nil {
		return err
	}
	if run.Status != client.RunStatusSucceeded {
		return &runError{string(run.Status)}
	}
	return nil
}

func terminal(status client.RunStatus) bool {
	switch status {
	case client.RunStatusSucceeded, client.RunStatusFailed, client.RunStatusCancelled, client.RunStatusTimeout:
		return true
	}
	return false
}

// describeTook is how long a run took in its engine.
func describeTook(run *client.JobRun) string {
	took := client.Value(run.RunnerExecutionTimeUs)
	if took == 0 {
		return ""
	}
	return (time.Duration(took) * time.Microsecond).Round(time.Millisecond).String()
}

// sayRun shows one run.
func (a *app) sayRun(run *client.JobRun) error {
	return a.facts(append(runFacts(run),
		"Status:", a.paint(statusColor(string(run.Status)), string(run.Status)), "Message:", client.Value(run.StatusMessage),
		"Trigger:", string(run.Trigger), "Version:", fmt.Sprint(run.JobVersion), "Created:", when(run.CreatedAt)+" by "+run.CreatedBy,
		"Started:", when(client.Value(run.RunnerStartedAt)), "Finished:", when(client.Value(run.FinishedAt)),
		"Took:", describeTook(run), "Results:", string(client.Value(run.Results)),
	)...)
}
