package faults_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/storage/storagetest/faultstore"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// A commit whose reply was lost, and whose repetition fails for certain, is
// still in doubt: the first one may have been made, and here it was.
func TestADoubtOutlivesAFailedRepetition(t *testing.T) {
	for _, c := range []struct {
		name  string
		rates faultstore.Rates
		seed  uint64 // the first commit's reply is lost, the second fails so
	}{
		{"the store cannot answer", faultstore.Rates{Error: 0.5, LostReply: 0.5}, 1},
		{"the context ends", faultstore.Rates{LostReply: 0.5, Cancel: 0.5}, 7},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, admin := t.Context(), teams.System(organization)
			store := faultstore.New(memory.New(), faultstore.Plan{
				Seed: c.seed, Methods: map[faultstore.Method]faultstore.Rates{faultstore.Commit: c.rates},
			})
			service := jobs.NewService(store, nil)
			store.Off()
			job := mustCreate(ctx, t, service, admin)
			store.On()

			_, err := service.UpdateJob(ctx, admin, job.ID, jobs.JobPatch{Description: new("changed")})

			counts := store.Counts()[faultstore.Commit]
			require.Positive(t, counts.LostReplies, "%+v", counts)
			require.Positive(t, counts.Errors+counts.Cancels, "%+v", counts)
			store.Off()
			after, readErr := service.Job(ctx, admin, job.ID)
			require.NoError(t, readErr)
			require.Equal(t, "changed", after.Description)
			require.ErrorIs(t, err, jobs.ErrOutcomeUnknown)
		})
	}
}

func mustCreate(ctx context.Context, t *testing.T, service *jobs.Service, actor teams.Actor) jobs.Job {
	t.Helper()
	job, err := service.CreateJob(ctx, actor, jobs.NewJob{
		Key: "key", TeamIDs: []string{"T1"},
		Definition: versions.Definition{ClusterID: "C1", Config: config("select 1")},
	})
	require.NoError(t, err)
	return job
}
