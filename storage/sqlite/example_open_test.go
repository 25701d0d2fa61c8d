package sqlite_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/sqlite"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// A service on a file. Another process of the machine may have it open too.
func ExampleOpen() {
	ctx, actor := context.Background(), teams.System("acme")
	folder, err := os.MkdirTemp("", "jobledger")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(folder) }()

	store, err := sqlite.Open(ctx, filepath.Join(folder, "jobs.db"), nil)
	if err != nil {
		panic(err)
	}
	defer func() { _ = store.Close() }()
	service := jobs.NewService(store, nil)
	job, err := service.CreateJob(ctx, actor, jobs.NewJob{
		Key: "daily-sales", TeamIDs: []string{"data"},
		Definition: versions.Definition{ClusterID: "main", Config: json.RawMessage(`{"sql":{"source":"select 1"}}`), CronExpression: "0 2 * * *"},
	})
	fmt.Println(job.Key, "version", job.CurrentVersion, err)
	// Output: daily-sales version 1 <nil>
}

// A copy of a store in use. It is a whole store: open it to see what it holds.
func ExampleStore_Backup() {
	ctx, actor := context.Background(), teams.System("acme")
	folder, err := os.MkdirTemp("", "jobledger")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	store, err := sqlite.Open(ctx, filepath.Join(folder, "jobs.db"), nil)
	if err != nil {
		panic(err)
	}
	defer func() { _ = store.Close() }()
	create := func(key string) {
		_, err := jobs.NewService(store, nil).CreateJob(ctx, actor, jobs.NewJob{
			Key: key, TeamIDs: []string{"data"},
			Definition: versions.Definition{ClusterID: "main", Config: json.RawMessage(`{"sql":{"source":"select 1"}}`)},
		})
		if err != nil {
			panic(err)
		}
	}
	create("before")
	copied := filepath.Join(folder, "jobs-2026-03-01.db")
	fmt.Println("backup:", store.Backup(ctx, copied))
	create("after")
	fmt.Println("again:", store.Backup(ctx, copied) != nil) // a file is not overwritten

	backup, err := sqlite.Open(ctx, copied, nil)
	if err != nil {
		panic(err)
	}
	defer func() { _ = backup.Close() }()
	list, err := jobs.NewService(backup, nil).ListJobs(ctx, actor, jobs.JobQuery{})
	fmt.Println(list.Total, list.Jobs[0].Key, err)
	// Output:
	// backup: <nil>
	// again: true
	// 1 before <nil>
}
