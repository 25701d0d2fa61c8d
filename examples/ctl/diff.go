package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/jobledger/jobledger/httpadapter/client"
)

func (a *app) diffCommand() *cobra.Command {
	return &cobra.Command{
		Use: "diff JOB [VERSION [VERSION]]", Short: "Show what the draft of a job changes, or one version against another",
		Long: "diff shows what the draft changes against the active version. With one version it shows what has changed since that one, with " +
			"two what the second one changed against the first; and which times the schedules gain and lose.",
		Args: cobra.RangeArgs(1, 3), ValidArgsFunction: a.completeJobs,
		RunE: func(cmd *cobra.Command, args []string) error {
			var numbers []int32
			for _, arg := range args[1:] {
				n, err := strconv.ParseInt(arg, 10, 32)
				if err != nil || n < 1 {
					return fmt.Errorf("%q is no version number", arg)
				}
				numbers = append(numbers, int32(n))
			}
			return a.diff(cmd.Context(), args[0], numbers)
		},
	}
}

func (a *app) diff(ctx context.Context, name string, numbers []int32) error {
	job, err := a.job(ctx, name)
	if err != nil {
		return err
	}
	if len(numbers) == 0 {
		res, err := a.api.DiffDraftWithResponse(ctx, job.JobID)
		if err != nil {
			return draftless(err, name)
		}
		return a.print(res.Body, func() error { return a.sayDiff(res.JSON200) })
	}
	if len(numbers) == 1 {
		numbers = append(numbers, job.Job.CurrentVersion)
	}
	res, err := a.api.DiffVersionsWithResponse(ctx, job.JobID, numbers[0], numbers[1])
	if err != nil {
		return err
	}
	return a.print(res.Body, func() error { return a.sayDiff(res.JSON200) })
}

// sayDiff shows the changes, and the times that the new schedule gains and loses.
func (a *app) sayDiff(diff *client.VersionDiff) error {
	if len(diff.Changes) == 0 {
		a.say("There is no difference.")
		return nil
	}
	a.sayChanges(diff.Changes)
	fires := client.Value(diff.Fires) // none when the schedules cannot be compared
	for _, list := range []struct {
		c    color
		sign string
		what string
		at   []string
	}{{red, "-", "no longer fires at", times(fires.Lost)}, {green, "+", "fires at", times(fires.Gained)}} {
		for i, at := range list.at {
			if i == shownFires {
				a.say("  and %d more", len(list.at)-i)
				break
			}
			a.say("  %s", a.paint(list.c, list.sign+" "+list.what+" "+at))
		}
	}
	return nil
}

// shownFires is how many gained and lost times are shown as text.
const shownFires = 5
