package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"github.com/spf13/cobra"

	"github.com/jobledger/jobledger/httpadapter/client"
)

// errNoJob: there is no job of that key or ID.
var errNoJob = errors.New("there is no such job")

var looksLikeID = regexp.MustCompile(`^[A-Z0-9]{10}$`)

// described is a job with its ETag and the body of the answer.
type described struct {
	client.ListedJob
	tag  *string
	body []byte
}

// job finds a job by its key, or by its ID.
func (a *app) job(ctx context.Context, name string) (*described, error) {
	id, err := a.jobID(ctx, name)
	if err != nil {
		return nil, err
	}
	res, err := a.api.DescribeJobWithResponse(ctx, id, nil)
	if err != nil {
		return nil, err
	}
	return &described{res.JSON200.Listed(), res.Headers200.Etag, res.Body}, nil
}

// jobID returns the ID of a job that is named by its key or its ID.
func (a *app) jobID(ctx context.Context, name string) (string, error) {
	for job, err := range a.api.AllJobs(ctx, &client.ListJobsParams{Key: &name}) {
		if err != nil {
			return "", err
		}
		return job.JobID, nil
	}
	if looksLikeID.MatchString(name) {
		return name, nil
	}
	return "", fmt.Errorf("%w: %s", errNoJob, name)
}

// completeJobs completes the keys of jobs.
func (a *app) completeJobs(cmd *cobra.Command, args []string, text string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 || a.begin(cmd) != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var keys []string
	for job, err := range a.api.AllJobs(cmd.Context(), &client.ListJobsParams{KeyPrefix: &text}) {
		if err != nil || len(keys) == 1000 {
			break
		}
		keys = append(keys, job.Job.JobKey)
	}
	return keys, cobra.ShellCompDirectiveNoFileComp
}

// ofJob makes a command that is about one job.
func (a *app) ofJob(use, short string, run func(ctx context.Context, name string) error) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Args: cobra.ExactArgs(1), ValidArgsFunction: a.completeJobs,
		RunE: func(cmd *cobra.Command, args []string) error { return run(cmd.Context(), args[0]) },
	}
}
