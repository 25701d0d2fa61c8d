package jobs

import (
	"context"
	"errors"
	"fmt"

	"github.com/jobledger/jobledger/internal/transfer"
	"github.com/jobledger/jobledger/storage"
)

// CopyProgress says how far a [Copy] is.
type CopyProgress struct {
	// Step is "look" while what the target holds is compared with the source,
	// "copy" while what it lacks is written, and "compare" while both are
	// compared once more, in the end.
	Step string
	// Jobs of TotalJobs were gone through in this step.
	Jobs      int
	TotalJobs int
	// Written counts the records that this call has written to the target.
	Written int
}

// Copy copies an organization from one store to another of any kind: its jobs
// with their versions, drafts, runs and ticks, what removed jobs still owe to
// engines, its journal and its own record. Every read then answers alike in
// both, revisions and the numbers of events included. progress, unless nil, is
// called now and then.
//
// Stop every [Service] and [Scheduler] that serves the organization from either
// store until Copy has returned; when it has, start them on the target. Copy
// compares the two stores in the end, and returns [ErrCopyDiffers] when one of
// them was written to meanwhile. The source is only read.
//
// After a crash or an error, call it again: it goes on, and writes nothing
// twice. A target that holds other data of the organization is refused with
// ErrCopyDiffers before anything is written. Other organizations are left
// alone.
//
// Not copied is what no read of a store lists: which operations were applied in
// the last minutes, and removed jobs that owe nothing any more.
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
