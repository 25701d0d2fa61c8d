// Package scenarios tests package jobs on a store: what two services on one
// store, or a person and a scheduler, must not do to each other. Package
// storagetest tests the contract of the store itself.
//
// The author of a backend calls it in one line:
//
//	func TestScenarios(t *testing.T) {
//		scenarios.Run(t, func(t *testing.T) storage.Store { return mystore.Open(t.TempDir()) })
//	}
package scenarios

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// scenario is one story, and what would go wrong without its end.
type scenario struct {
	name string
	why  string
	run  func(t *testing.T, store storage.Store)
}

// Run runs each scenario on a store of its own. open is called once for each
// scenario, with the scenario's t. It returns an empty store that shares
// nothing with earlier ones, and closes it with t.Cleanup.
func Run(t *testing.T, open func(t *testing.T) storage.Store) {
	for _, s := range slices.Concat(lifecycle, racing) {
		t.Run(s.name, func(t *testing.T) {
			s.run(t, open(t))
			if t.Failed() {
				t.Logf("why it matters: %s", s.why)
			}
		})
	}
}

const org = "org-1"

// teller is a service on the store under test. Two tellers on one store are
// like two processes on it.
type teller struct {
	*testing.T
	*jobs.Service

	actor teams.Actor
}

func newTeller(t *testing.T, store storage.Store) *teller {
	return &teller{T: t, Service: jobs.NewService(store, nil), actor: teams.System(org)}
}

// begin makes a job that depends on others.
func (s *teller) begin(key string, dependsOn ...string) jobs.Job {
	s.Helper()
	job, err := s.CreateJob(s.Context(), s.actor, jobs.NewJob{
		Key:     key,
		TeamIDs: []string{"team-1"},
		Definition: versions.Definition{
			ClusterID:   "cluster-1",
			Description: "as created",
			Config:      json.RawMessage(`{"sql":{"source":"select 1"}}`),
			DependsOn:   dependsOn,
		},
	})
	require.NoError(s, err, "create job %s", key)
	return job
}

// read reads a job through the service.
func (s *teller) read(id string) jobs.Job {
	s.Helper()
	job, err := s.Job(s.Context(), s.actor, id)
	require.NoError(s, err, "read job %s", id)
	return job
}

// rely publishes a version that depends on these keys.
func (s *teller) rely(id string, keys ...string) error {
	_, err := s.PublishVersion(s.Context(), s.actor, id, versions.Patch{DependsOn: &keys})
	return err
}
