package memory

import (
	"cmp"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/tidwall/btree"
)

// forgottenPerCommit bounds what one commit spends on operations that are too
// old. Above one, so that a backlog shrinks.
const forgottenPerCommit = 4

// operations remembers which changes were applied.
type operations struct {
	applied map[operation]struct{}
	// byTime orders them by the At of their change, not by arrival: a writer
	// whose clock is far ahead must not keep the others' from being forgotten.
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

// remember records an operation decided at a time, and forgets some of those
// that are [storage.OperationRetention] older.
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
