package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/jobledger/jobledger/httpadapter/client"
)

// publish makes the draft of a job its active version.
func (a *app) publish(ctx context.Context, name string) error {
	id, err := a.jobID(ctx, name)
	if err != nil {
		return err
	}
	draft, err := a.api.DescribeDraftWithResponse(ctx, id, nil)
	if err != nil {
		return draftless(err, name)
	}
	res, err := a.api.PublishDraftWithResponse(ctx, id, &client.PublishDraftParams{IfMatch: draft.Headers200.Etag}, client.Nothing{})
	if err != nil {
		return err
	}
	return a.print(res.Body, func() error {
		a.say("%s: version %d is published and active.", name, res.JSON200.Version)
		return nil
	})
}

// draftless says that a job has no draft.
func draftless(err error, name string) error {
	var problem *client.Problem
	if errors.As(err, &problem) && problem.Status == 404 {
		problem.Code, problem.Detail, problem.Errors = "no_draft", "job "+name+" has no draft", nil
	}
	return err
}

// discard removes the draft of a job.
func (a *app) discard(ctx context.Context, name string) error {
	id, err := a.jobID(ctx, name)
	if err != nil {
		return err
	}
	if _, err := a.api.DiscardDraftWithResponse(ctx, id, nil); err != nil {
		return draftless(err, name)
	}
	a.say("%s: the draft is discarded.", name)
	return nil
}

func (a *app) rollbackCommand() *cobra.Command {
	return &cobra.Command{
		Use: "rollback JOB [VERSION]", Short: "Make an earlier version active again: by default the one before",
		Args: cobra.RangeArgs(1, 2), ValidArgsFunction: a.completeJobs,
		RunE: func(cmd *cobra.Command, args []string) error {
			number := 0
			if len(args) == 2 {
				n, err := strconv.Atoi(args[1])
				if err != nil || n < 1 {
					return fmt.Errorf("%q is no version number", args[1])
				}
				number = n
			}
			return a.rollback(cmd.Context(), args[0], number)
		},
	}
}

func (a *app) rollback(ctx context.Context, name string, number int) error {
	job, err := a.job(ctx, name)
	if err != nil {
		return err
	}
	if number == 0 {
		for version, err := range a.api.AllVersions(ctx, job.JobID, nil) {
			if err != nil {
				return err
			}
			if version.Version < job.Job.CurrentVersion {
				number = int(version.Version)
			}
		}
	}
	if number == 0 {
		return fmt.Errorf("job %s has no version before %d", name, job.Job.CurrentVersion)
	}
	res, err := a.api.ActivateVersionWithResponse(ctx, job.JobID,
		&client.ActivateVersionParams{IfMatch: job.tag}, client.Activation{Version: int32(number)})
	if err != nil {
		return err
	}
	return a.print(res.Body, func() error {
		a.say("%s: version %d is active; it was %d.", name, number, job.Job.CurrentVersion)
		return nil
	})
}

func (a *app) pauseCommand() *cobra.Command {
	until := ""
	cmd := a.ofJob("pause JOB", "Keep the schedule of a job from firing", func(ctx context.Context, name string) error {
		patch := client.JobPatch{Status: new(client.JobStatusPaused)}
		if until != "" {
			at, err := parseTime("until", until, time.Now())
			if err != nil {
				return err
			}
			patch.PausedUntil.Set(at)
		}
		return a.patch(ctx, name, patch, "is paused; runs by hand still work.")
	})
	cmd.Flags().StringVar(&until, "until", "", "when the pause ends: a time, or a duration such as 36h from now")
	return cmd
}

func (a *app) resume(ctx context.Context, name string) error {
	return a.patch(ctx, name, client.JobPatch{Status: new(client.JobStatusActive)}, "is active.")
}

// patch edits a job. It fails if somebody else edits the job meanwhile.
func (a *app) patch(ctx context.Context, name string, patch client.JobPatch, done string) error {
	job, err := a.job(ctx, name)
	if err != nil {
		return err
	}
	res, err := a.api.UpdateJobWithResponse(ctx, job.JobID, &client.UpdateJobParams{IfMatch: job.tag}, patch)
	if err != nil {
		return err
	}
	return a.print(res.Body, func() error { a.say("%s %s", name, done); return nil })
}

func (a *app) deleteJob(ctx context.Context, name string) error {
	job, err := a.job(ctx, name)
	if err != nil {
		return err
	}
	if _, err := a.api.DeleteJobWithResponse(ctx, job.JobID, &client.DeleteJobParams{IfMatch: job.tag}); err != nil {
		return err
	}
	a.say("%s is deleted.", name)
	return nil
}

func (a *app) createCommand() *cobra.Command {
	file := ""
	cmd := &cobra.Command{
		Use: "create -f FILE", Short: "Create a job from a YAML or JSON file, - for standard input", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			documents, err := a.readDocuments(file)
			if err != nil {
				return err
			}
			for _, document := range documents {
				if err := a.createJob(cmd.Context(), document); err != nil {
					return err
				}
			}
			return nil
		},
	}
	cmd.Flags().StringVarP(&file, "file", "f", "", "the file")
	_ = cmd.MarkFlagRequired("file")
	return cmd
}

func (a *app) createJob(ctx context.Context, document json.RawMessage) error {
	res, err := a.api.CreateJobWithBodyWithResponse(ctx, "application/json", reader(document))
	if err != nil {
		return err
	}
	return a.print(res.Body, func() error {
		a.say("%s is created: %s.", res.JSON201.JobKey, res.JSON201.ID)
		return nil
	})
}

// readDocuments reads the documents of a file, - for standard input.
func (a *app) readDocuments(file string) ([]json.RawMessage, error) {
	in := a.in
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	documents, err := fromYAML(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if len(documents) == 0 {
		return nil, fmt.Errorf("%s: there is no document in it", file)
	}
	return documents, nil
}
