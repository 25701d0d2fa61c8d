package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/jobledger/jobledger/httpadapter/client"
)

func (a *app) backfillCommand() *cobra.Command {
	from, until, dryRun := "", "", false
	cmd := a.ofJob("backfill JOB --from TIME", "Make a run for each tick of the schedule that is past", func(ctx context.Context, name string) error {
		now := time.Now()
		begin, err := parseTime("from", from, now)
		if err != nil {
			return err
		}
		end, err := parseTime("until", until, now)
		if err != nil {
			return err
		}
		return a.backfill(ctx, name, client.Backfill{From: begin, Until: end, DryRun: &dryRun})
	})
	cmd.Long = "backfill makes a run for each tick of the active schedule from --from until before --until, at most 100, oldest first. A tick " +
		"that has a run already is left out, so asking twice makes each run once."
	flags := cmd.Flags()
	flags.StringVar(&from, "from", "", "the first tick: a time, or a duration such as -72h")
	flags.StringVar(&until, "until", "now", "where the ticks end")
	flags.BoolVar(&dryRun, "dry-run", false, "only show which ticks these are")
	_ = cmd.MarkFlagRequired("from")
	return cmd
}

func (a *app) backfill(ctx context.Context, name string, body client.Backfill) error {
	id, err := a.jobID(ctx, name)
	if err != nil {
		return err
	}
	res, err := a.api.BackfillJobWithResponse(ctx, id, nil, body)
	if err != nil {
		return err
	}
	return a.print(res.Body, func() error {
		if len(res.JSON200.Items) == 0 {
			a.say("Each tick in that time has a run already, or there is none.")
			return nil
		}
		rows := make([][]string, len(res.JSON200.Items))
		for i, item := range res.JSON200.Items {
			rows[i] = []string{item.LocalTime.Format(time.RFC3339), "-", "-"}
			if i < len(res.JSON200.Runs) {
				run := res.JSON200.Runs[i]
				rows[i][1], rows[i][2] = run.ID, string(run.Status)
			}
		}
		return a.table([]string{"TICK", "RUN", "STATUS"}, rows)
	})
}
