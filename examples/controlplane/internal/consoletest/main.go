// Command consoletest is what the tests of the console in a browser need beside
// the control plane:
//
//	consoletest many jobs.db 100000
//
// makes a store of the demo organization with so many jobs, each with runs, and
//
//	consoletest mounts
//
// serves the console in each way that an embedder may mount it, and prints its URL.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strconv"

	"github.com/jobledger/jobledger/teams"
)

// The demo organization of the control plane.
const (
	organization = "ORGDEMO001"
	cluster      = "CLUSTERDEM"
	team         = "TEAMDEMO01"
	member       = "aiko"
	token        = "demo-admin"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "consoletest:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	switch {
	case len(args) == 3 && args[0] == "many":
		n, err := strconv.Atoi(args[2])
		if err != nil {
			return fmt.Errorf("how many jobs: %w", err)
		}
		return many(ctx, args[1], n)
	case len(args) == 1 && args[0] == "mounts":
		return mounts(ctx)
	}
	return fmt.Errorf("say: many FILE NUMBER, or mounts; not %q", args)
}

// directory has the one member that may do everything.
func directory() (*teams.Static, teams.Actor, error) {
	static, err := teams.NewStatic(teams.Organization{
		ID: organization, Clusters: []teams.Cluster{{ID: cluster, Active: true}}, Teams: []teams.Team{{ID: team, Name: "data-eng"}},
		Members: []teams.Member{{ID: member, AllTeams: teams.Admin}},
	})
	if err != nil {
		return nil, teams.Actor{}, fmt.Errorf("make the organization: %w", err)
	}
	actor, _ := static.Actor(organization, member)
	return static, actor, nil
}
