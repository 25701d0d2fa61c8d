package jobs_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

func TestASchedulerErasesInTheBackground(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := memory.New()
		service, actor := jobs.NewService(store, &jobs.Options{Runs: jobs.RunOptions{KeepEvents: 10 * time.Minute}}), teams.System(org)
		job, err := service.CreateJob(t.Context(), actor, jobs.NewJob{
			Key: "job", TeamIDs: []string{"T1"}, Definition: versions.Definition{ClusterID: "C1", Config: sql("x")},
		})
		require.NoError(t, err)
		for i := range 1200 {
			_, err := service.PublishVersion(t.Context(), actor, job.ID, versions.Patch{Description: new(fmt.Sprint(i))})
			require.NoError(t, err)
		}
		require.NoError(t, service.DeleteJob(t.Context(), actor, job.ID))
		ref := storage.JobRef{OrganizationID: org, JobID: job.ID}
		_, err = store.Tombstone(t.Context(), ref)
		require.NoError(t, err, "a request erases nothing")

		ctx, stop := context.WithCancel(t.Context())
		var group sync.WaitGroup
		group.Go(func() { _ = jobs.NewScheduler(service, nil, nil).Run(ctx) })
		<-time.After(2 * time.Minute)
		_, err = store.Tombstone(t.Context(), ref)
		require.ErrorIs(t, err, jobs.ErrNotFound)
		events := func() int {
			page, err := store.ListEvents(t.Context(), storage.EventQuery{OrganizationID: org, Limit: 1000})
			require.NoError(t, err)
			return len(page.Events)
		}
		require.Equal(t, 1000, events())
		<-time.After(10 * time.Minute)
		require.Equal(t, 1, events(), "of the events that are too old the newest stays")
		stop()
		group.Wait()
	})
}

func TestTicksAreKeptForATime(t *testing.T) {
	w := newWorld(t, &jobs.Options{Runs: jobs.RunOptions{KeepTicks: 3 * time.Hour}})
	job := w.create("job", scheduled("@hourly", "", ""))
	for hour := range 6 {
		w.at(time.Duration(hour+1) * time.Hour)
		w.finish(job.ID, jobs.RunSucceeded)
	}
	require.Equal(t, []string{"15:00 fired", "16:00 fired", "17:00 fired", "18:00 fired"}, w.fates(job.ID))
}
