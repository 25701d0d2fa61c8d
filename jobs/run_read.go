package jobs

import (
	"context"
	"fmt"
	"iter"

	"github.com/jobledger/jobledger/storage"
)

// readRun reads a run of a job. It returns [ErrNotFound] for a deleted run.
func (c *core) readRun(ctx context.Context, ref storage.JobRef, runID string) (runLedger, error) {
	r, err := c.readAnyRun(ctx, ref, runID)
	if err == nil && r.deleted {
		return runLedger{}, ErrNotFound
	}
	return r, err
}

// readAnyRun reads a run of a job, also a deleted one that is still stored.
func (c *core) readAnyRun(ctx context.Context, ref storage.JobRef, runID string) (runLedger, error) {
	if !validJobID.MatchString(runID) {
		return runLedger{}, ErrNotFound
	}
	record, err := c.store.Run(ctx, ref, runID)
	if err != nil {
		return runLedger{}, storeError(fmt.Sprintf("read run %s of job %s", runID, ref.JobID), err)
	}
	return decodeRun(record)
}

// newestRunBut returns the ID of a job's newest run, other than this one, that does
// not queue; empty for none.
func (c *core) newestRunBut(ctx context.Context, ref storage.JobRef, runID string) (string, error) {
	for record, err := range c.eachRun(ctx, storage.RunQuery{JobRef: ref, Limit: MaxPage}) {
		if err != nil {
			return "", err
		}
		r, err := decodeRun(record)
		if err != nil || !r.deleted && !r.isQueued() && record.ID != runID {
			return record.ID, err
		}
	}
	return "", nil
}

// eachRun yields all runs that a query selects. It reads them page by page.
func (c *core) eachRun(ctx context.Context, query storage.RunQuery) iter.Seq2[storage.RunRecord, error] {
	return func(yield func(storage.RunRecord, error) bool) {
		for {
			page, err := c.store.ListRuns(ctx, query)
			if err != nil {
				yield(storage.RunRecord{}, storeError("list the runs of job "+query.JobID, err))
				return
			}
			for _, record := range page.Runs {
				if !yield(record, nil) {
					return
				}
			}
			if !page.More {
				return
			}
			query.After = page.Next
		}
	}
}
