package main

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jobledger/jobledger/httpadapter/client"
)

func (a *app) runsCommand() *cobra.Command {
	return group("runs", "See, cancel and retry runs",
		a.listRunsCommand(),
		a.ofRun("describe", "Show a run", a.describeRun),
		a.ofRun("cancel", "Cancel a run", a.cancelRun),
		a.ofRun("retry", "Run the version of a run that ended once more", a.retryRun),
		a.ofRun("release", "Let a run that was held start", a.releaseRun),
	)
}

// ofRun makes a command that is about one run.
func (a *app) ofRun(use, short string, run func(ctx context.Context, jobID, runID string) error) *cobra.Command {
	return &cobra.Command{
		Use: use + " JOB RUN", Short: short, Args: cobra.ExactArgs(2), ValidArgsFunction: a.completeJobs,
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := a.jobID(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return run(cmd.Context(), id, args[1])
		},
	}
}

func (a *app) describeRun(ctx context.Context, jobID, runID string) error {
	res, err := a.api.DescribeRunWithResponse(ctx, jobID, runID)
	if err != nil {
		return err
	}
	return a.print(res.Body, func() error { return a.sayRun(res.JSON200) })
}

func (a *app) cancelRun(ctx context.Context, jobID, runID string) error {
	res, err := a.api.CancelRunWithResponse(ctx, jobID, runID, nil, client.Nothing{})
	if err != nil {
		return err
	}
	return a.print(res.Body, func() error {
		if terminal(res.JSON200.Status) {
			a.say("Run %s is %s.", runID, res.JSON200.Status)
		} else {
			a.say("Run %s is asked to end; it is %s.", runID, res.JSON200.Status)
		}
		return nil
	})
}

func (a *app) retryRun(ctx context.Context, jobID, runID string) error {
	res, err := a.api.RetryRunWithResponse(ctx, jobID, runID, nil, client.Nothing{})
	if err != nil {
		return err
	}
	return a.print(res.Body, func() error {
		a.say("Run %s follows run %s.", res.JSON201.ID, runID)
		return nil
	})
}

func (a *app) releaseRun(ctx context.Context, jobID, runID string) error {
	res, err := a.api.ReleaseRunWithResponse(ctx, jobID, runID, nil, client.Nothing{})
	if err != nil {
		return err
	}
	return a.print(res.Body, func() error {
		a.say("Run %s is %s.", runID, res.JSON200.Status)
		return nil
	})
}

// someRuns returns the first runs of a list, up to a limit.
func someRuns(list iter.Seq2[client.JobRun, error], limit int) ([]client.JobRun, error) {
	runs := []client.JobRun{}
	for run, err := range list {
		if err != nil {
			return nil, err
		}
		if runs = append(runs, run); len(runs) >= limit {
			break
		}
	}
	return runs, nil
}

// sayRuns shows runs, with the keys of their jobs where these are known.
func (a *app) sayRuns(runs []client.JobRun) error {
	rows := make([][]string, len(runs))
	for i := range runs {
		run := &runs[i]
		rows[i] = []string{
			run.ID, run.JobKey, string(run.Status), string(run.Trigger), fmt.Sprint(run.JobVersion), when(run.CreatedAt),
			dash(describeTook(run)), client.Value(run.StatusMessage),
		}
	}
	return a.table([]string{"RUN", "JOB", "STATUS", "TRIGGER", "VERSION", "CREATED", "TOOK", "MESSAGE"}, rows)
}

func (a *app) listRunsCommand() *cobra.Command {
	limit, trigger, since := 0, "", ""
	var status []client.RunStatus
	cmd := &cobra.Command{
		Use: "list [JOB]", Short: "List the runs of a job, or of all jobs, newest first", Args: cobra.MaximumNArgs(1),
		ValidArgsFunction: a.completeJobs,
		RunE: func(cmd *cobra.Command, args []string) error {
			params := client.ListRunsParams{}
			if len(status) > 0 {
				params.Status = &status
			}
			if trigger != "" {
				params.Trigger = new(client.Trigger(trigger))
			}
			if since != "" {
				from, err := parseTime("since", since, time.Now())
				if err != nil {
					return err
				}
				params.CreatedFrom = &from
			}
			return a.listRuns(cmd.Context(), args, params, limit)
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&limit, "limit", 20, "how many at most")
	flags.Var(&statusFlag{&status}, "status", "only runs of these statuses, by comma")
	flags.StringVar(&trigger, "trigger", "", "only runs that were begun so: manual, schedule, dependency, retry, backfill")
	flags.StringVar(&since, "since", "", "only runs that were created later: a time, or a duration such as -24h")
	return cmd
}

func (a *app) listRuns(ctx context.Context, names []string, params client.ListRunsParams, limit int) error {
	list := a.api.AllMyRuns(ctx, &client.ListMyRunsParams{
		Status: params.Status, Trigger: params.Trigger, CreatedFrom: params.CreatedFrom,
	})
	if len(names) == 1 {
		id, err := a.jobID(ctx, names[0])
		if err != nil {
			return err
		}
		list = a.api.AllRuns(ctx, id, &params)
	}
	runs, err := someRuns(list, limit)
	if err != nil {
		return err
	}
	return a.printValue(runs, func() error { return a.sayRuns(runs) })
}

// statusFlag reads statuses by comma.
type statusFlag struct{ list *[]client.RunStatus }

func (f *statusFlag) String() string { return "" }

func (f *statusFlag) Type() string { return "statuses" }

func (f *statusFlag) Set(text string) error {
	for status := range strings.SplitSeq(text, ",") {
		*f.list = append(*f.list, client.RunStatus(status))
	}
	return nil
}
