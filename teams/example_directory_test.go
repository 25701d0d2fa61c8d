package teams_test

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// accounts is a Directory on tables that the embedder has already. It would ask a
// database or a service.
type accounts struct {
	teams    map[string]string // names by ID
	clusters map[string]bool   // whether active, by ID
}

func (a accounts) Teams(_ context.Context, organizationID string, ids []string) (map[string]teams.Team, error) {
	found := map[string]teams.Team{}
	for _, id := range ids {
		if name, ok := a.teams[id]; ok {
			found[id] = teams.Team{ID: id, OrganizationID: organizationID, Name: name}
		}
	}
	return found, nil
}

func (a accounts) Cluster(_ context.Context, _, id string) (teams.Cluster, bool, error) {
	active, ok := a.clusters[id]
	return teams.Cluster{ID: id, Active: active}, ok, nil
}

// A job may only name teams that the directory knows, and clusters that are active.
func ExampleDirectory() {
	service := jobs.NewService(memory.New(), &jobs.Options{Directory: accounts{
		teams:    map[string]string{"t1": "Data"},
		clusters: map[string]bool{"main": true, "old": false},
	}})
	for _, row := range [][2]string{{"t1", "main"}, {"t2", "main"}, {"t1", "old"}} {
		_, err := service.CreateJob(context.Background(), teams.System("acme"), jobs.NewJob{
			Key: "sales", TeamIDs: []string{row[0]},
			Definition: versions.Definition{ClusterID: row[1], Config: json.RawMessage(`{"sql":{"source":"select 1"}}`)},
		})
		fmt.Println(row, err)
	}
	// Output:
	// [t1 main] <nil>
	// [t2 main] invalid input: teamIds[0]: names no team of the organization
	// [t1 old] invalid input: clusterId: names a cluster that is not active
}
