package jobs_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/testclock"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

const org = "ORG1"

// epoch is when every test begins.
var epoch = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// world is a service on an empty memory store, and who acts in it.
type world struct {
	t     *testing.T
	ctx   context.Context
	clock *testclock.Clock
	store storage.Store
	*jobs.Service
	admin teams.Actor
}

// newWorld starts a service; opts may be nil.
func newWorld(t *testing.T, opts *jobs.Options) *world {
	t.Helper()
	return newWorldOn(t, memory.New(), opts)
}

func newWorldOn(t *testing.T, store storage.Store, opts *jobs.Options) *world {
	t.Helper()
	w := &world{t: t, ctx: t.Context(), clock: testclock.At(epoch), store: store, admin: teams.System(org)}
	var o jobs.Options
	if opts != nil {
		o = *opts
	}
	o.Now = w.clock.Now
	w.Service = jobs.NewService(store, &o)
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
func (w *world) create(key string, change ...func(*jobs.NewJob)) jobs.Job {
	w.t.Helper()
	job := jobs.NewJob{Definition: definition(), Key: key, TeamIDs: []string{"T1"}}
	for _, f := range change {
		f(&job)
	}
	created, err := w.CreateJob(w.ctx, w.admin, job)
	require.NoError(w.t, err)
	return created
}

// job reads a job.
func (w *world) job(id string) jobs.Job {
	w.t.Helper()
	job, err := w.Job(w.ctx, w.admin, id)
	require.NoError(w.t, err)
	return job
}

// draft makes a draft.
func (w *world) draft(id string, p versions.Patch) versions.Version {
	w.t.Helper()
	draft, err := w.CreateDraft(w.ctx, w.admin, id, jobs.NewDraft{Patch: p})
	require.NoError(w.t, err)
	return draft
}

// publish makes and publishes a version.
func (w *world) publish(id string, p versions.Patch) versions.Version {
	w.t.Helper()
	v, err := w.PublishVersion(w.ctx, w.admin, id, p)
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
