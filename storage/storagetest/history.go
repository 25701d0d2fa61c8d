package storagetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

// History makes random changes to an empty store, to a few jobs of the
// organizations "org-1" and "org-2". It returns the jobs that the changes
// named. The same seed makes the same changes.
func History(t *testing.T, store storage.Store, seed uint64, changes int) []storage.JobRef {
	t.Helper()
	p := newProbe(t, store)
	g := newGenerator(p, seed)
	for range changes {
		c := g.change()
		want := g.model.Commit(p.ctx, c)
		require.Equal(p, want == nil, p.store.Commit(p.ctx, c) == nil, "%+v", c)
	}
	return p.refs
}

// RequireSame fails the test when some read of jobs, or of their organizations,
// has another answer in one store than in the other. Nobody may write to them
// meanwhile.
func RequireSame(t *testing.T, want, got storage.Store, refs []storage.JobRef) {
	t.Helper()
	p := newProbe(t, want)
	expected, err := take(p.ctx, want, refs)
	require.NoError(t, err)
	found, err := take(p.ctx, got, refs)
	require.NoError(t, err)
	p.same(expected, found, "the two stores")
}
