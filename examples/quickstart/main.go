// Command quickstart shows the main calls of the library: it creates a job, edits
// and publishes a draft, activates an older version, and lists jobs. The store is in
// memory; for a durable store, only the line that opens it changes.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

func main() {
	if err := tell(context.Background(), os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func tell(ctx context.Context, w io.Writer) error {
	service := jobs.NewService(memory.New(), nil)
	me := teams.System("acme") // may do everything in the organization acme

	job, err := service.CreateJob(ctx, me, jobs.NewJob{
		Key:     "daily-sales",
		TeamIDs: []string{"data-eng"},
		Definition: versions.Definition{
			ClusterID:      "main",
			Config:         json.RawMessage(`{"sql":{"source":"select count(*) from sales"}}`),
			CronExpression: "0 2 * * *",
			CronTimezone:   "Europe/Berlin",
		},
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "created %s: version %d is active and runs at %q\n", job.Key, job.CurrentVersion, job.Version.CronExpression)

	// A draft begins as a copy of the active version. Runs do not use it yet.
	draft, err := service.CreateDraft(ctx, me, job.ID, jobs.NewDraft{Patch: versions.Patch{CronExpression: new("0 3 * * *")}})
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "drafted version %d from version %d, to run at %q\n", draft.Number, draft.BasedOn, draft.CronExpression)

	if job, err = service.PublishDraft(ctx, me, job.ID); err != nil {
		return err
	}
	fmt.Fprintf(w, "published it: version %d is active and runs at %q\n", job.CurrentVersion, job.Version.CronExpression)

	if job, err = service.ActivateVersion(ctx, me, job.ID, 1); err != nil {
		return err
	}
	fmt.Fprintf(w, "went back: version %d is active and runs at %q\n", job.CurrentVersion, job.Version.CronExpression)

	history, err := service.ListVersions(ctx, me, job.ID, jobs.PageOptions{})
	if err != nil {
		return err
	}
	for _, v := range history.Versions {
		fmt.Fprintf(w, "  the ledger keeps version %d, based on %d, %s\n", v.Number, v.BasedOn, v.Status)
	}

	list, err := service.ListJobs(ctx, me, jobs.JobQuery{TeamID: "data-eng"})
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "the team data-eng has %d job: %s\n", list.Total, list.Jobs[0].Key)
	return nil
}
