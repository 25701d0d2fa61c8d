package memory_test

import (
	"testing"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/stretchr/testify/require"
)

// TestOperationsAreForgotten: a store that lives long does not remember every
// change, even when one writer's clock was far ahead.
func TestOperationsAreForgotten(t *testing.T) {
	l := newLedger(t)
	l.commit("ahead", storage.Change{At: start.AddDate(10, 0, 0)})

	job := newJob("a")
	create := storage.Change{OperationID: "create", Job: &job}
	l.commit("a", create)
	l.commit("b", storage.Change{At: start.Add(storage.OperationRetention)})
	require.NoError(t, l.try("a", create), "repeated within the retention")

	l.commit("b", storage.Change{At: start.Add(storage.OperationRetention + time.Microsecond)})
	require.ErrorIs(t, l.try("a", create), storage.ErrStale, "decided anew after it")
}

func TestErrorSaysWhichGuardFailed(t *testing.T) {
	l := newLedger(t)
	job := newJob("a")
	job.Scopes = []string{"d:up"}
	l.commit("a", storage.Change{Job: &job})
	other := newJob("b")
	other.Key = job.Key
	run := storage.RunRecord{JobRef: ref("a"), ID: "r", Number: 1, CreatedAt: start, Revision: 3}

	for want, change := range map[string]storage.Change{
		"the job is at revision 1, not 0":                                    {JobRef: ref("a"), Job: &job},
		`key "key-a" belongs to job a`:                                       {JobRef: ref("b"), Job: &other},
		"there is no run r":                                                  {JobRef: ref("a"), PutRuns: []storage.RunRecord{run}},
		`key "nobody" does not belong to job c`:                              {JobRef: ref("b"), RequireKeys: []storage.KeyGuard{{Key: "nobody", JobID: "c"}}},
		`job a stands in scope "d:up"`:                                       {JobRef: ref("b"), ForbidScope: "d:up"},
		"the dependency graph is at 0, not 7":                                {JobRef: ref("b"), Graph: &storage.GraphGuard{Expect: 7}},
		"the tombstone is at revision 0, not 2":                              {JobRef: ref("a"), Tombstone: &storage.TombstoneRecord{JobRef: ref("a"), Revision: 2}},
		"the job is at revision 0, not 9":                                    {JobRef: ref("z"), Job: &storage.JobRecord{JobRef: ref("z"), Revision: 9, Key: "z", CreatedAt: start, Doc: []byte("{}")}},
		"memory: commit to organization acme, job a: the job is at revision": {JobRef: ref("a"), Job: &job},
	} {
		err := l.try(change.JobID, change)
		require.ErrorIs(t, err, storage.ErrStale, want)
		require.ErrorContains(t, err, want)
	}
}
