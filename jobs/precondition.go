package jobs

import (
	"fmt"
	"slices"
)

// Precondition lets an operation change a job only if the caller has seen its
// latest edit. Otherwise the operation changes nothing and returns
// [ErrPrecondition]. The check is part of the atomic change. ReleaseRun and
// CancelRun are the exception: they do not write the job, and check when they read
// it.
type Precondition struct{ editions []int64 }

// IfEdition holds when the current edition is one of editions. For CreateDraft,
// UpdateDraft, DiscardDraft and PublishDraft, that is the edition of the draft;
// without a draft, IfEdition never holds. For all other operations, it is the
// edition of the job. Without editions, it never holds.
func IfEdition(editions ...int64) Precondition { return Precondition{editions: editions} }

// check returns [ErrPrecondition] unless an edition meets all preconditions.
func check(when []Precondition, edition int64) error {
	for _, p := range when {
		if !slices.Contains(p.editions, edition) || edition == 0 {
			return fmt.Errorf("%w: edition is %d", ErrPrecondition, edition)
		}
	}
	return nil
}
