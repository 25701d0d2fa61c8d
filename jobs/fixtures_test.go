package jobs_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/jobstest"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

const org = "ORG1"

// epoch is when every test begins.
var epoch = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// World is a world of jobstest. Its engine takes what comes and says nothing,
// unless the test does.
type World struct {
	*jobstest.World
	t      *testing.T
	ctx    context.Context
	store  storage.Store
	engine *engine
}

// newWorld begins a world on an empty memory store; opts may be nil.
func newWorld(t *testing.T, opts *jobs.Options) *World {
	t.Helper()
	return newWorldOn(t, memory.New(), opts)
}

func newWorldOn(t *testing.T, store storage.Store, opts *jobs.Options) *World {
	t.Helper()
	o := jobstest.Options{Start: epoch, Store: store, Organization: org}
	if opts != nil {
		o.Service = *opts
	}
	w := &World{World: jobstest.New(t, &o), t: t, ctx: t.Context(), store: store, engine: &engine{}}
	w.Scheduler = jobs.NewScheduler(w.Service, w.engine, nil)
	return w
}

// sql is a valid config.
func sql(source string) json.RawMessage {
	return json.RawMessage(`{"sql":{"source":"` + source + `"}}`)
}

// definition is a valid definition.
func definition() versions.Definition {
	return versions.Definition{ClusterID: "C1", Description: "first", Config: sql("select 1")}
}

// create makes a job that is granted to team T1.
func (w *World) create(key string, change ...func(*jobs.NewJob)) jobs.Job {
	w.t.Helper()
	job := jobs.NewJob{Definition: definition(), Key: key, TeamIDs: []string{"T1"}}
	for _, f := range change {
		f(&job)
	}
	created, err := w.CreateJob(w.ctx, w.Actor, job)
	require.NoError(w.t, err)
	return created
}

// job reads a job.
func (w *World) job(id string) jobs.Job {
	w.t.Helper()
	job, err := w.Job(w.ctx, w.Actor, id)
	require.NoError(w.t, err)
	return job
}

// draft makes a draft.
func (w *World) draft(id string, p versions.Patch) versions.Version {
	w.t.Helper()
	draft, err := w.CreateDraft(w.ctx, w.Actor, id, jobs.NewDraft{Patch: p})
	require.NoError(w.t, err)
	return draft
}

// publish makes and publishes a version.
func (w *World) publish(id string, p versions.Patch) versions.Version {
	w.t.Helper()
	v, err := w.PublishVersion(w.ctx, w.Actor, id, p)
	require.NoError(w.t, err)
	return v
}

// dependsOn sets the dependencies of a new job.
func dependsOn(keys ...string) func(*jobs.NewJob) {
	return func(j *jobs.NewJob) { j.DependsOn = keys }
}

// member is an actor with a role in some teams.
func member(id string, role teams.Role, teamIDs ...string) teams.Actor {
	a := teams.Actor{OrganizationID: org, MemberID: id, Teams: map[string]teams.Role{}}
	for _, team := range teamIDs {
		a.Teams[team] = role
	}
	return a
}

// requireConflict checks for a conflict of a kind.
func requireConflict(t *testing.T, kind jobs.Conflict, err error) *jobs.ConflictError {
	t.Helper()
	var conflict *jobs.ConflictError
	require.ErrorAs(t, err, &conflict)
	require.Equal(t, kind, conflict.Conflict)
	return conflict
}

// requireField checks that an error names exactly one field.
func requireField(t *testing.T, field string, err error) {
	t.Helper()
	var errs versions.FieldErrors
	require.ErrorAs(t, err, &errs)
	require.Len(t, errs, 1, "%v", errs)
	require.Equal(t, field, errs[0].Field, "%v", errs)
}
