package memory

import (
	"cmp"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/tidwall/btree"
)

// forgottenPerCommit is the most old operations that one commit forgets. It is
// more than one, so that their number goes down.
const forgottenPerCommit = 4

// operations remembers which changes were made.
type operations struct {
	applied map[operation]struct{}
	// byTime orders operations by the At of their change. In the order of
	// arrival, one writer with a fast clock would prevent the operations of
	// others from being forgotten.
	byTime *btree.BTreeG[appliedAt]
}

type operation struct {
	organizationID string
	id             string
}

type appliedAt struct {
	at int64
	operation
}

func newOperations() operations {
	return operations{
		applied: make(map[operation]struct{}),
		byTime: newTree(func(a, b appliedAt) bool {
			if a.at != b.at {
				return a.at < b.at
			}
			return cmp.Or(
				cmp.Compare(a.organizationID, b.organizationID),
				cmp.Compare(a.id, b.id),
			) < 0
		}),
	}
}

func (o *operations) done(op operation) bool {
	_, ok := o.applied[op]
	return ok
}

// remember records an operation that was decided at a time. It forgets some
// that are older by [storage.OperationRetention].
func (o *operations) remember(op operation, at time.Time) {
	o.applied[op] = struct{}{}
	o.byTime.Set(appliedAt{at.UnixMicro(), op})

	oldest := at.Add(-storage.OperationRetention).UnixMicro()
	for range forgottenPerCommit {
		first, ok := o.byTime.Min()
		if !ok || first.at >= oldest {
			return
		}
		o.byTime.PopMin()
		delete(o.applied, first.operation)
	}
}
