package history_test

import (
	"crypto/rand"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/examples/controlplane/internal/history"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
)

const organization = "ACME"

func cast(t *testing.T, until time.Time) history.Cast {
	t.Helper()
	members := []teams.Member{{ID: "aiko", AllTeams: teams.Admin}, {ID: "mara", AllTeams: teams.Admin}}
	directory, err := teams.NewStatic(teams.Organization{
		ID: organization, Clusters: []teams.Cluster{{ID: "main", Active: true}}, Members: members,
		Teams: []teams.Team{{ID: "data"}, {ID: "finance"}, {ID: "growth"}},
	})
	require.NoError(t, err)
	return history.Cast{
		Directory: directory, Organization: organization, Cluster: "main", Teams: [3]string{"data", "finance", "growth"},
		Members: [2]string{"aiko", "mara"}, FirstID: "DEMO", Until: until,
		NewID: func() string { return rand.Text()[:10] },
	}
}

// TestHistory lives through the two weeks, and finds something of everything.
func TestHistory(t *testing.T) {
	until := time.Date(2026, 11, 27, 21, 0, 0, 0, time.UTC)
	c := cast(t, until)
	store, err := history.Make(t.Context(), c)
	require.NoError(t, err)
	service := jobs.NewService(store, &jobs.Options{Directory: c.Directory, Now: func() time.Time { return until }})
	actor, _ := c.Directory.Actor(organization, "aiko")
	list, err := service.ListJobs(t.Context(), actor, jobs.JobQuery{})
	require.NoError(t, err)
	require.GreaterOrEqual(t, list.Total, 12)
	kinds := map[jobs.EventKind]int{}
	query := jobs.EventQuery{Limit: 100}
	for {
		events, err := service.ListEvents(t.Context(), actor, query)
		require.NoError(t, err)
		for _, e := range events.Events {
			kinds[e.Kind]++
			query.Before = e.Seq
		}
		if len(events.Events) == 0 {
			break
		}
	}
	for _, kind := range []jobs.EventKind{
		jobs.RunEndSucceeded, jobs.RunEndFailed, jobs.RunEndTimeout, jobs.TickSkipped, jobs.TickMissed, jobs.TickCoalesced, jobs.TickPaused,
		jobs.DraftCreated, jobs.VersionPublished, jobs.HoldSet, jobs.HoldLifted,
	} {
		require.NotZero(t, kinds[kind], kind)
	}
	require.NoError(t, jobs.Copy(t.Context(), store, memory.New(), organization, nil))
}
