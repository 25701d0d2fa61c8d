package storagetest

import (
	"encoding/json"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// scenarios is what [Run] walks after the contract: stories told through the
// service on the store under test. Each scenario_*.go file holds one group, and
// is named here.
var scenarios = []group{
	{"lifecycle", lifecycleScenarios},
	{"racing services", racingScenarios},
}

// story is a service on the store under test. Two stories on one probe are
// like two processes on one store.
type story struct {
	*probe
	*jobs.Service
	actor teams.Actor
}

func (p *probe) story() *story {
	return &story{probe: p, Service: jobs.NewService(p.store, nil), actor: teams.System(org)}
}

// begin makes a job that depends on others.
func (s *story) begin(key string, dependsOn ...string) jobs.Job {
	s.Helper()
	job, err := s.CreateJob(s.ctx, s.actor, jobs.NewJob{
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
func (s *story) read(id string) jobs.Job {
	s.Helper()
	job, err := s.Service.Job(s.ctx, s.actor, id)
	require.NoError(s, err, "read job %s", id)
	return job
}

// rely publishes a version that depends on these keys.
func (s *story) rely(id string, keys ...string) error {
	_, err := s.PublishVersion(s.ctx, s.actor, id, versions.Patch{DependsOn: &keys})
	return err
}
