package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jobledger/jobledger/httpadapter/client"
)

// eventFlags say which events are shown.
type eventFlags struct {
	job    string
	kinds  []string
	after  int64
	follow bool
	limit  int
}

func (a *app) eventsCommand() *cobra.Command {
	var f eventFlags
	cmd := &cobra.Command{
		Use: "events [JOB]", Short: "Show what happened, oldest first; -f goes on with what happens",
		Args: cobra.MaximumNArgs(1), ValidArgsFunction: a.completeJobs,
		Long: "events shows the journal as you may see it: changes of jobs, ends of runs, ticks that made no run. Each line begins with the " +
			"number of the event; --after goes on behind it. With -o json each line is one event.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				f.job = args[0]
			}
			if !cmd.Flags().Changed("after") {
				f.after = -1
			}
			return a.events(cmd.Context(), f)
		},
	}
	flags := cmd.Flags()
	flags.BoolVarP(&f.follow, "follow", "f", false, "go on until you stop it")
	flags.StringSliceVar(&f.kinds, "kind", nil, "only events of these kinds, by comma, such as run.failed,tick.missed")
	flags.Int64Var(&f.after, "after", 0, "only events with a higher number; 0 for all that are kept")
	flags.IntVar(&f.limit, "limit", 20, "how many of the newest at most; with --after how many of the oldest")
	return cmd
}

func (a *app) events(ctx context.Context, f eventFlags) error {
	id := ""
	if f.job != "" {
		var err error
		if id, err = a.jobID(ctx, f.job); err != nil {
			return err
		}
	}
	kinds := make([]client.EventKind, len(f.kinds))
	for i, kind := range f.kinds {
		kinds[i] = client.EventKind(kind)
	}
	list, err := a.someEvents(ctx, id, kinds, f)
	if err != nil {
		return err
	}
	reached := f.after
	for _, event := range list {
		if err := a.sayEvent(event); err != nil {
			return err
		}
		reached = event.Seq
	}
	if !f.follow {
		return nil
	}
	options := &client.FollowOptions{JobID: id, Kinds: kinds, Disconnected: func(err error) {
		if err != nil {
			a.note("The stream was cut off (%v); it goes on.", err)
		}
	}}
	if reached >= 0 {
		options.After = &reached
	}
	err = a.api.Follow(ctx, options, a.sayEvent)
	if errors.Is(err, context.Canceled) {
		return nil // somebody stopped it
	}
	return err
}

// someEvents returns a page of events, oldest first: the newest or, with --after, those
// that follow.
func (a *app) someEvents(ctx context.Context, jobID string, kinds []client.EventKind, f eventFlags) ([]client.Event, error) {
	params := client.ListEventsParams{}
	if len(kinds) > 0 {
		params.Kind = &kinds
	}
	if f.after >= 0 {
		params.After = &f.after
	}
	all := a.api.AllMyEvents(ctx, &client.ListMyEventsParams{Kind: params.Kind, After: params.After})
	if jobID != "" {
		all = a.api.AllEvents(ctx, jobID, &params)
	}
	var list []client.Event
	for event, err := range all {
		if err != nil {
			return nil, err
		}
		if list = append(list, event); len(list) >= f.limit && !(f.follow && f.after >= 0) {
			break
		}
	}
	if params.After == nil {
		slices.Reverse(list)
	}
	return list, nil
}

// sayEvent writes an event on a line.
func (a *app) sayEvent(event client.Event) error {
	switch a.format {
	case "json":
		return json.NewEncoder(a.out).Encode(event)
	case "yaml":
		text, err := json.Marshal(event)
		if err == nil {
			text, err = toYAML(text)
		}
		if err == nil {
			_, err = fmt.Fprintf(a.out, "---\n%s", text)
		}
		return err
	}
	a.say("%d  %s  %s  %s", event.Seq, when(event.At), a.paint(statusColor(event.Kind), event.Kind), strings.Join(eventWords(&event), "  "))
	return nil
}

// eventWords are the details of an event, without its kind.
func eventWords(event *client.Event) []string {
	var words []string
	add := func(format string, values ...string) {
		if !slices.Contains(values, "") {
			args := make([]any, len(values))
			for i, value := range values {
				args[i] = value
			}
			words = append(words, fmt.Sprintf(format, args...))
		}
	}
	add("%s", client.Value(event.JobKey))
	add("run %s", client.Value(event.RunID))
	if attempt := client.Value(event.Attempt); attempt > 1 {
		add("attempt %s", fmt.Sprint(attempt))
	}
	switch event.Kind {
	case "run.failed", "run.timeout":
		if !event.Final {
			add("%s", "another attempt follows")
		}
	}
	from, to := client.Value(event.FromVersion), client.Value(event.ToVersion)
	switch {
	case from != 0 && to != 0 && from != to:
		add("version %s, before %s", fmt.Sprint(to), fmt.Sprint(from))
	case to != 0:
		add("version %s", fmt.Sprint(to))
	}
	if at := client.Value(event.NominalAt); !at.IsZero() {
		add("of %s", when(at))
	}
	add("by %s", client.Value(event.MemberID))
	reason := client.Value(event.Reason)
	if verdict, ok := strings.CutPrefix(event.Kind, "tick."); ok {
		reason = reasonOf(verdict, reason)
	}
	add("%s", reason)
	return words
}
