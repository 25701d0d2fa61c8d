package memory_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/stretchr/testify/require"
)

// start is when the tests begin. No test reads a clock.
var start = time.Date(2030, time.January, 1, 0, 0, 0, 0, time.UTC)

// ledger commits to a store, each change under an operation ID of its own.
type ledger struct {
	*memory.Store
	t          testing.TB
	operations int
}

func newLedger(t testing.TB) *ledger {
	return &ledger{Store: memory.New(), t: t}
}

// try commits a change to a job.
func (l *ledger) try(jobID string, change storage.Change) error {
	l.operations++
	change.JobRef = ref(jobID)
	if change.OperationID == "" {
		change.OperationID = fmt.Sprintf("operation-%d", l.operations)
	}
	if change.At.IsZero() {
		change.At = start
	}
	return l.Commit(l.t.Context(), change)
}

func (l *ledger) commit(jobID string, change storage.Change) {
	l.t.Helper()
	require.NoError(l.t, l.try(jobID, change))
}

// record writes a job at the revision that is stored now.
func (l *ledger) record(r storage.JobRecord) {
	l.t.Helper()
	if current, err := l.Job(l.t.Context(), r.JobRef); err == nil {
		r.Revision = current.Revision
	}
	l.commit(r.JobID, storage.Change{Job: &r})
}

func ref(jobID string) storage.JobRef {
	return storage.JobRef{OrganizationID: "acme", JobID: jobID}
}

// newJob is a job as it is first written.
func newJob(jobID string) storage.JobRecord {
	return storage.JobRecord{JobRef: ref(jobID), Key: "key-" + jobID, CreatedAt: start, Doc: []byte("{}")}
}
