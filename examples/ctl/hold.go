package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/jobledger/jobledger/httpadapter/client"
)

func (a *app) holdCommand() *cobra.Command {
	reason := ""
	set := &cobra.Command{
		Use: "set", Short: "Let no schedule and no dependency of the organization start a run", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			res, err := a.api.SetHoldWithResponse(cmd.Context(), client.NewHold{Reason: reason})
			if err != nil {
				return err
			}
			return a.print(res.Body, func() error {
				a.say("The organization is held. Runs by hand still work; ctl hold lift ends it.")
				return nil
			})
		},
	}
	set.Flags().StringVar(&reason, "reason", "", "why, for everybody to read")
	_ = set.MarkFlagRequired("reason")
	return group("hold", "Hold the organization: no schedule starts a run until it is lifted",
		set,
		&cobra.Command{
			Use: "lift", Short: "End the hold", Args: cobra.NoArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				if _, err := a.api.LiftHoldWithResponse(cmd.Context()); err != nil {
					return err
				}
				a.say("The hold is lifted.")
				return nil
			},
		},
		&cobra.Command{
			Use: "show", Short: "Show whether the organization is held", Args: cobra.NoArgs,
			RunE: func(cmd *cobra.Command, _ []string) error { return a.showHold(cmd.Context()) },
		})
}

func (a *app) showHold(ctx context.Context) error {
	res, err := a.api.DescribeHoldWithResponse(ctx)
	if err != nil {
		return err
	}
	return a.print(res.Body, func() error {
		hold := res.JSON200
		if hold.Since.IsNull() {
			a.say("The organization is not held.")
			return nil
		}
		a.say("The organization is held since %s by %s: %s", when(client.Value(hold.Since)), client.Value(hold.MemberID), client.Value(hold.Reason))
		return nil
	})
}
