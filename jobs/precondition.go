package jobs

import (
	"fmt"
	"slices"
)

// Precondition makes an operation depend on what the caller has seen. It is
// checked in the same atomic step as the change, or, by ReleaseRun and
// CancelRun, which do not write the job, when the job is read; when it does not
// hold, the error is [ErrPrecondition] and nothing was changed.
type Precondition struct{ editions []int64 }

// IfEdition holds when the edition is one of these. On the operations of a
// draft (CreateDraft, UpdateDraft, DiscardDraft, PublishDraft) it is about the
// draft's edition, and never holds when there is no draft; on all others it is
// about the job's. Without an edition it never holds.
func IfEdition(editions ...int64) Precondition { return Precondition{editions: editions} }

// check reports the first precondition that an edition does not meet.
func check(when []Precondition, edition int64) error {
	for _, p := range when {
		if !slices.Contains(p.editions, edition) || edition == 0 {
			return fmt.Errorf("%w: edition is %d", ErrPrecondition, edition)
		}
	}
	return nil
}
