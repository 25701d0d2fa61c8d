package local_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/local"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
)

// However many runs of one organization never end, and wait, those of another
// begin at once.
func TestOneOrganizationLeavesRoomForTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openShop(t, memory.New(), takes(30*time.Minute), &local.Options{Concurrency: 4, PerOrganization: 2})
		neighbour := teams.System("ORG2")
		job, err := s.CreateJob(t.Context(), neighbour, jobs.NewJob{
			Key: "job", TeamIDs: []string{"T1"}, Definition: s.job.Version.Definition,
		})
		require.NoError(t, err)
		for range 50 {
			s.start()
		}
		<-time.After(5 * time.Minute)
		for range 2 {
			run, err := s.CreateRun(t.Context(), neighbour, job.ID, jobs.NewRun{})
			require.NoError(t, err)
			<-time.After(3 * time.Second)
			run, err = s.JobRun(t.Context(), neighbour, job.ID, run.ID)
			require.NoError(t, err)
			require.Equal(t, jobs.RunRunning, run.Status)
			require.Less(t, run.RunnerStartedAt.Sub(run.CreatedAt), 2*time.Second)
		}
		running := 0
		mine, err := s.ListRuns(t.Context(), s.actor, s.job.ID, jobs.RunQuery{})
		require.NoError(t, err)
		for _, run := range mine.Runs {
			if run.Status == jobs.RunRunning {
				running++
			}
		}
		require.Equal(t, 2, running)
		s.stop()
	})
}
