package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/sqlite"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// together is how many jobs are made at once: the store syncs them together.
const together = 64

// many makes so many jobs as a service makes them.
func many(ctx context.Context, file string, n int) (err error) {
	directory, actor, err := directory()
	if err != nil {
		return err
	}
	store, err := sqlite.Open(ctx, file, nil)
	if err != nil {
		return fmt.Errorf("open the file: %w", err)
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	service := jobs.NewService(store, &jobs.Options{Directory: directory})
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	var group sync.WaitGroup
	for first := range together {
		group.Go(func() {
			for i := first; i < n && ctx.Err() == nil; i += together {
				if err := makeJob(ctx, service, actor, i); err != nil {
					fail(fmt.Errorf("make job %d: %w", i, err))
				}
			}
		})
	}
	group.Wait()
	return context.Cause(ctx)
}

// makeJob makes a job; most fire once a month, so that few are due while a test
// looks. Every hundredth has a run that waits for a release.
func makeJob(ctx context.Context, service *jobs.Service, actor teams.Actor, i int) error {
	cron := fmt.Sprintf("%d %d %d * *", i%60, i/60%24, i/1440%28+1)
	job, err := service.CreateJob(ctx, actor, jobs.NewJob{
		Key: fmt.Sprintf("job-%06d", i), TeamIDs: []string{team}, Labels: map[string]string{"tier": strconv.Itoa(i % 3)},
		Definition: versions.Definition{
			ClusterID: cluster, Description: "One of many", CronExpression: cron,
			Config: json.RawMessage(`{"sql":{"source":"select count(*) from sales"}}`),
		},
	})
	if err != nil || i%100 != 0 {
		return err
	}
	_, err = service.CreateRun(ctx, actor, job.ID, jobs.NewRun{Hold: true})
	return err
}
