package scenarios

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/versions"
)

var lifecycle = []scenario{
	{
		name: "a draft does not revert a description edited meanwhile",
		why:  "the description is the job's; publishing a draft that never touched it must not undo somebody's edit",
		run: func(t *testing.T, store storage.Store) {
			s := newTeller(t, store)
			job := s.begin("daily")
			_, err := s.CreateDraft(s.Context(), s.actor, job.ID, jobs.NewDraft{Patch: versions.Patch{CronExpression: new("@daily")}})
			require.NoError(s, err)
			_, err = s.UpdateJob(s.Context(), s.actor, job.ID, jobs.JobPatch{Description: new("edited")})
			require.NoError(s, err)
			_, err = s.PublishDraft(s.Context(), s.actor, job.ID)
			require.NoError(s, err)
			after := s.read(job.ID)
			require.Equal(s, "edited", after.Description)
			require.Equal(s, 2, after.CurrentVersion)
		},
	},
	{
		name: "a version whose dependency is gone is not activated",
		why:  "only the active version protects what it depends on; an older one must be checked when it becomes active again",
		run: func(t *testing.T, store storage.Store) {
			s := newTeller(t, store)
			up, down := s.begin("up"), s.begin("down")
			require.NoError(s, s.rely(down.ID, "up"))
			require.NoError(s, s.rely(down.ID))
			require.NoError(s, s.DeleteJob(s.Context(), s.actor, up.ID))
			_, err := s.ActivateVersion(s.Context(), s.actor, down.ID, 2)
			var fields versions.FieldErrors
			require.ErrorAs(s, err, &fields)
			require.Equal(s, 3, s.read(down.ID).CurrentVersion)
		},
	},
	{
		name: "an entity tag is not moved by ticks",
		why:  "an editor's If-Match must not fail because the scheduler settled a tick, nor a wake-up reached the job",
		run: func(t *testing.T, store storage.Store) {
			s := newTeller(t, store)
			up, down := s.begin("up"), s.begin("down", "up")
			at := time.Date(2024, time.March, 1, 12, 0, 0, 0, time.UTC)
			record, err := store.Job(t.Context(), storage.JobRef{OrganizationID: org, JobID: up.ID})
			require.NoError(t, err)
			require.NoError(t, store.Commit(t.Context(), storage.Change{
				JobRef: record.JobRef, OperationID: "tick", At: at,
				Job:      &record,
				PutTicks: []storage.TickRecord{{JobRef: record.JobRef, NominalAt: at}},
				Wake:     &storage.Wake{At: at, Scope: "d:up"},
			}))
			for _, job := range []jobs.Job{up, down} {
				require.Equal(s, job.Edition, s.read(job.ID).Edition)
				_, err := s.UpdateJob(s.Context(), s.actor, job.ID, jobs.JobPatch{Description: new("edited")}, jobs.IfEdition(job.Edition))
				require.NoError(s, err)
			}
		},
	},
}
