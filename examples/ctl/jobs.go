package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jobledger/jobledger/httpadapter/client"
)

func (a *app) jobsCommand() *cobra.Command {
	return group("jobs", "See and change jobs",
		a.listJobsCommand(),
		a.ofJob("describe JOB", "Show a job", a.describeJob),
		a.ofJob("versions JOB", "List the published versions of a job", a.listVersions),
		a.createCommand(), a.editCommand(), a.diffCommand(),
		a.ofJob("publish JOB", "Publish the draft of a job", a.publish),
		a.ofJob("discard JOB", "Discard the draft of a job", a.discard),
		a.rollbackCommand(), a.pauseCommand(),
		a.ofJob("resume JOB", "Let the schedule of a job fire again", a.resume),
		a.ofJob("delete JOB", "Delete a job with its versions and runs", a.deleteJob),
	)
}

func (a *app) listJobsCommand() *cobra.Command {
	var params client.ListJobsParams
	limit := 0
	prefix, status, label, outcome, sortBy := "", "", "", "", ""
	cmd := &cobra.Command{
		Use: "list", Short: "List the jobs that you may see", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			params.KeyPrefix, params.Label = given(prefix), given(label)
			params.Status, params.Outcome = given(client.Status(status)), given(client.Outcome(outcome))
			params.SortBy = given(client.SortBy(sortBy))
			return a.listJobs(cmd.Context(), params, limit)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&prefix, "prefix", "", "only jobs whose key begins so")
	flags.StringVar(&status, "status", "", "only jobs that are active, or paused")
	flags.StringVar(&label, "label", "", "only jobs with this label, NAME=VALUE")
	flags.StringVar(&outcome, "outcome", "", "only jobs whose newest run succeeded, failed, or was cancelled")
	flags.StringVar(&sortBy, "sort", "", "createdAt or jobKey")
	flags.IntVar(&limit, "limit", 1000, "how many at most")
	for flag, values := range map[string][]string{
		"status": {"active", "paused"}, "outcome": {"succeeded", "failed", "cancelled"}, "sort": {"createdAt", "jobKey"},
	} {
		_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	}
	return cmd
}

func (a *app) listJobs(ctx context.Context, params client.ListJobsParams, limit int) error {
	list := []client.ListedJob{}
	for job, err := range a.api.AllJobs(ctx, &params) {
		if err != nil {
			return err
		}
		if len(list) == limit {
			a.note("There are more than %d: see --limit.", limit)
			break
		}
		list = append(list, job)
	}
	return a.printValue(list, func() error {
		rows := make([][]string, len(list))
		for i, job := range list {
			rows[i] = []string{
				job.Job.JobKey, job.JobID, string(job.Job.Status), dash(string(client.Value(job.Job.LastOutcome))), dash(client.Value(job.Job.CronExpression)),
				when(client.Value(job.Job.NextRunAt)),
			}
		}
		return a.table([]string{"KEY", "ID", "STATUS", "LAST", "SCHEDULE", "NEXT"}, rows)
	})
}

// given returns a query parameter; nil, which leaves it out, when it is empty.
func given[T ~string](value T) *T {
	if value == "" {
		return nil
	}
	return &value
}

func (a *app) describeJob(ctx context.Context, name string) error {
	found, err := a.job(ctx, name)
	if err != nil {
		return err
	}
	return a.print(found.body, func() error {
		job := found.Job
		config, err := toYAML(job.Config)
		if err != nil {
			return err
		}
		draft := ""
		if n := client.Value(job.DraftVersion); n != 0 {
			draft = fmt.Sprint(n)
		}
		latest := shown("")
		if run := found.LatestRun; run != nil {
			latest = show(run.ID+" ") + a.paint(statusColor(string(run.Status)), string(run.Status))
		}
		if err := a.facts(
			"Key:", job.JobKey, "ID:", job.ID, "Status:", a.paint(statusColor(string(job.Status)), string(job.Status)),
			"Paused until:", when(client.Value(job.PausedUntil)), "Description:", job.Description, "Version:", fmt.Sprint(job.CurrentVersion), "Draft:", draft,
			"Teams:", strings.Join(found.TeamIds, ", "), "Cluster:", job.ClusterID,
			"Schedule:", schedule(&job), "Next:", when(client.Value(job.NextRunAt)), "Latest run:", latest,
			"Depends on:", dependencies(job.DependsOn), "Parameters:", pairs(job.Parameters), "Labels:", pairs(job.Labels),
			"Retries:", retries(&job), "You may:", permissions(&job),
		); err != nil {
			return err
		}
		a.say("Config:")
		for line := range strings.SplitSeq(strings.TrimRight(string(config), "\n"), "\n") {
			a.say("  %s", line)
		}
		return nil
	})
}

// schedule is the expression of a job with its zone.
func schedule(job *client.Job) string {
	if expression := client.Value(job.CronExpression); expression != "" {
		text := expression + " " + job.CronTimezone
		if words := client.Value(job.ScheduleText); words != "" {
			text += " (" + words + ")"
		}
		return text
	}
	return ""
}

// retries says how often a run that fails is tried again.
func retries(job *client.Job) string {
	retry := client.Value(job.Retry)
	if retry.MaxAttempts < 2 {
		return ""
	}
	return fmt.Sprintf("%d attempts in all, the second after %d s", retry.MaxAttempts, retry.BackoffSeconds)
}

func permissions(job *client.Job) string {
	var list []string
	for _, action := range client.Value(job.Permissions) {
		list = append(list, string(action))
	}
	return strings.Join(list, ", ")
}

func dependencies(list []client.Dependency) string {
	keys := make([]string, len(list))
	for i, d := range list {
		keys[i] = d.JobKey
	}
	return strings.Join(keys, ", ")
}

func (a *app) listVersions(ctx context.Context, name string) error {
	id, err := a.jobID(ctx, name)
	if err != nil {
		return err
	}
	list := []client.VersionItem{}
	for version, err := range a.api.AllVersions(ctx, id, nil) {
		if err != nil {
			return err
		}
		list = append(list, version)
	}
	return a.printValue(list, func() error {
		rows := make([][]string, len(list))
		for i, v := range list {
			rows[i] = []string{
				fmt.Sprint(v.Version), fmt.Sprint(v.BasedOnVersion), v.CreatedBy, when(v.CreatedAt), fmt.Sprint(v.Runs.Succeeded),
				fmt.Sprint(v.Runs.Failed + v.Runs.Timeout), fmt.Sprint(v.Runs.Cancelled), v.Description,
			}
		}
		return a.table([]string{"VERSION", "FROM", "BY", "AT", "SUCCEEDED", "FAILED", "CANCELLED", "DESCRIPTION"}, rows)
	})
}
