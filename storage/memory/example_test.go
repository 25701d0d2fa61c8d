package memory_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
)

// A change is made once, by whoever read the newest state.
func Example() {
	ctx := context.Background()
	store := memory.New()
	ref := storage.JobRef{OrganizationID: "acme", JobID: "job-1"}
	at := time.Date(2030, time.January, 1, 12, 0, 0, 0, time.UTC)
	create := storage.Change{
		JobRef:      ref,
		OperationID: "create job-1",
		At:          at,
		Job:         &storage.JobRecord{JobRef: ref, Key: "nightly-report", CreatedAt: at, Doc: []byte(`{"name":"Report"}`)},
	}
	fmt.Println(store.Commit(ctx, create))
	fmt.Println(store.Commit(ctx, create)) // The same operation again: already done.

	create.OperationID = "create job-1 anew"
	fmt.Println(errors.Is(store.Commit(ctx, create), storage.ErrStale))

	job, err := store.Job(ctx, ref)
	fmt.Println(job.Key, job.Revision, string(job.Doc), err)
	// Output:
	// <nil>
	// <nil>
	// true
	// nightly-report 1 {"name":"Report"} <nil>
}
