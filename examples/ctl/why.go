package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/jobledger/jobledger/httpadapter/client"
)

func (a *app) whyCommand() *cobra.Command {
	since, limit := "", 0
	cmd := &cobra.Command{
		Use: "why [JOB]", Short: "Say why jobs did not run, or failed: ticks without a run, and runs that did not succeed",
		Args: cobra.MaximumNArgs(1), ValidArgsFunction: a.completeJobs,
		RunE: func(cmd *cobra.Command, args []string) error {
			from, err := parseTime("since", since, time.Now())
			if err != nil {
				return err
			}
			return a.why(cmd.Context(), args, from, limit)
		},
	}
	cmd.Flags().StringVar(&since, "since", "-72h", "how far to look back: a time, or a duration such as -72h")
	cmd.Flags().IntVar(&limit, "limit", 50, "how many lines at most for each job")
	return cmd
}

// finding is something that did not happen as the schedule says.
type finding struct {
	JobKey string    `json:"jobKey"`
	At     time.Time `json:"at"`
	What   string    `json:"what"`
	RunID  string    `json:"runId,omitempty"`
	Why    string    `json:"why"`
}

func (a *app) why(ctx context.Context, names []string, since time.Time, limit int) error {
	jobs, err := a.named(ctx, names)
	if err != nil {
		return err
	}
	all, err := a.held(ctx)
	if err != nil {
		return err
	}
	for i := range jobs {
		found, err := a.findings(ctx, &jobs[i], since, limit)
		if err != nil {
			return err
		}
		all = append(all, found...)
	}
	return a.printValue(all, func() error {
		if len(all) == 0 {
			a.say("All ran as scheduled since %s.", when(since))
			return nil
		}
		rows := make([][]string, len(all))
		for i, f := range all {
			rows[i] = []string{f.JobKey, when(f.At), f.What, dash(f.RunID), f.Why}
		}
		return a.table([]string{"JOB", "AT", "STATUS", "RUN", "WHY"}, rows)
	})
}

// held says that the organization is held, if it is.
func (a *app) held(ctx context.Context) ([]finding, error) {
	res, err := a.api.DescribeHoldWithResponse(ctx)
	if err != nil || res.JSON200.Since.IsNull() {
		return []finding{}, err
	}
	hold := res.JSON200
	reason := fmt.Sprintf("%s holds the organization: %s (ctl hold lift)", client.Value(hold.MemberID), client.Value(hold.Reason))
	return []finding{{JobKey: "(all)", At: client.Value(hold.Since), What: "held", Why: reason}}, nil
}

// named are the jobs of some names, or all.
func (a *app) named(ctx context.Context, names []string) ([]client.ListedJob, error) {
	var jobs []client.ListedJob
	for _, name := range names {
		job, err := a.job(ctx, name)
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, job.ListedJob)
	}
	if len(names) > 0 {
		return jobs, nil
	}
	for job, err := range a.api.AllJobs(ctx, nil) {
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, job)
	}
	return jobs, nil
}

// findings are those of one job: its state now, then ticks, then runs.
func (a *app) findings(ctx context.Context, job *client.ListedJob, since time.Time, limit int) ([]finding, error) {
	found := stateOf(job)
	for tick, err := range a.api.AllTicks(ctx, job.JobID, nil) {
		if err != nil {
			return nil, err
		}
		if tick.Until.Before(since) || len(found) >= limit {
			break
		}
		if tick.Verdict != client.VerdictFired {
			found = append(found, finding{
				job.Job.JobKey, tick.NominalAt, string(tick.Verdict), client.Value(tick.RunID), whyTick(&tick),
			})
		}
	}
	for run, err := range a.api.AllRuns(ctx, job.JobID, nil) {
		if err != nil {
			return nil, err
		}
		if run.CreatedAt.Before(since) || len(found) >= limit {
			break
		}
		if reason := whyRun(&run); reason != "" {
			found = append(found, finding{job.Job.JobKey, run.CreatedAt, string(run.Status), run.ID, reason})
		}
	}
	return found, nil
}

// stateOf says what keeps the job from running at all.
func stateOf(job *client.ListedJob) []finding {
	reason := ""
	switch {
	case job.Job.Status == client.JobStatusPaused && !client.Value(job.Job.PausedUntil).IsZero():
		reason = "the job is paused until " + when(client.Value(job.Job.PausedUntil))
	case job.Job.Status == client.JobStatusPaused:
		reason = "the job is paused: no tick fires until ctl jobs resume " + job.Job.JobKey
	case client.Value(job.Job.CronExpression) == "" && len(job.Job.DependsOn) == 0:
		return nil
	case client.Value(job.Job.CronExpression) != "" && client.Value(job.Job.NextRunAt).IsZero():
		reason = "its schedule has no further tick"
	default:
		return nil
	}
	return []finding{{JobKey: job.Job.JobKey, At: job.Job.UpdatedAt, What: string(job.Job.Status), Why: reason}}
}

// whyTick says why a tick made no run.
func whyTick(tick *client.Tick) string {
	reason := reasonOf(string(tick.Verdict), client.Value(tick.Reason))
	if tick.Count > 1 {
		reason = fmt.Sprintf("%s (%d ticks until %s)", reason, tick.Count, when(tick.Until))
	}
	return reason
}
