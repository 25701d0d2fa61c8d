package sqlite_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/sqlite"
)

// A store keeps what was committed when its process ends, however it ends.
func Example() {
	folder, err := os.MkdirTemp("", "jobledger")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "jobs.db")
	ctx := context.Background()

	store, err := sqlite.Open(ctx, path, nil)
	if err != nil {
		panic(err)
	}
	ref := storage.JobRef{OrganizationID: "acme", JobID: "job-1"}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	err = store.Commit(ctx, storage.Change{
		JobRef:      ref,
		OperationID: "create job-1",
		At:          at,
		Job: &storage.JobRecord{
			JobRef: ref, Key: "nightly-report", CreatedAt: at,
			TeamIDs: []string{"finance"}, Doc: []byte(`{"name":"Nightly report"}`),
		},
	})
	if err != nil {
		panic(err)
	}
	if err := store.Close(); err != nil {
		panic(err)
	}

	store, err = sqlite.Open(ctx, path, nil)
	if err != nil {
		panic(err)
	}
	defer store.Close()
	page, err := store.ListJobs(ctx, storage.JobQuery{OrganizationID: "acme", TeamIDs: []string{"finance"}, Limit: 10})
	if err != nil {
		panic(err)
	}
	for _, job := range page.Jobs {
		fmt.Printf("%s at revision %d: %s\n", job.Key, job.Revision, job.Doc)
	}
	fmt.Println("in all:", page.Total)
	// Output:
	// nightly-report at revision 1: {"name":"Nightly report"}
	// in all: 1
}
