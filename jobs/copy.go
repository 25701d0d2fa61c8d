package jobs

import (
	"context"
	"errors"
	"fmt"

	"github.com/jobledger/jobledger/internal/transfer"
	"github.com/jobledger/jobledger/storage"
)

// CopyProgress says how far a [Copy] has come. Copy passes it on at the begin of
// each step, after each job, and after each commit to the target.
type CopyProgress struct {
	// Step is "look" while Copy compares what the target holds with the source,
	// "copy" while it writes what the target lacks, and "compare" while it compares
	// both stores at the end.
	Step string
	// Jobs is how many of TotalJobs this step has gone through.
	Jobs      int
	TotalJobs int
	// Written is how many records this call has written to the target.
	Written int
}

// Copy copies an organization from one store to another, which may be of another
// kind. It copies the jobs with their versions, drafts, runs and ticks, the journal,
// and the organization's own record. Of removed jobs it copies the cancels and
// cleanups that engines have not acknowledged yet. Afterwards every read gives the
// same answer from both stores, with the same revisions and event numbers. progress
// may be nil; [CopyProgress] says when it is called.
//
// Before you call Copy, stop every [Service] and [Scheduler] that serves the
// organization from either store. When Copy has returned nil, start them on the
// target. Copy only reads the source. At the end it compares the two stores, and
// returns [ErrCopyDiffers] when somebody wrote to one of them meanwhile.
//
// After a crash or an error, call Copy again: it goes on, and writes nothing twice.
// If the target holds other data of the organization, Copy returns ErrCopyDiffers
// before it writes anything. It does not touch other organizations. When a store
// does not answer, it returns [ErrUnavailable].
//
// Copy leaves out what no read of a store lists: the IDs of the operations of the
// last minutes, and removed jobs whose engines owe nothing more.
func Copy(ctx context.Context, from, to storage.Store, organizationID string, progress func(CopyProgress)) error {
	report := func(p transfer.Progress) {
		if progress != nil {
			progress(CopyProgress(p))
		}
	}
	err := transfer.Copy(ctx, from, to, organizationID, report)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, transfer.ErrDiffers):
		return fmt.Errorf("%w: %w", ErrCopyDiffers, err)
	}
	return storeError("copy organization "+organizationID, err)
}
