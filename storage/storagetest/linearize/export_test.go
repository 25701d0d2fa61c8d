package linearize

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

// Verdict makes a history without faults on a store, and returns what the
// checker says of it; empty when it is linearizable.
func Verdict(t *testing.T, store storage.Store, seed uint64, opts *Options) (verdict, organization string) {
	t.Helper()
	r, err := check(context.WithoutCancel(t.Context()), store, faults[0], seed, opts.withDefaults())
	require.NoError(t, err)
	if r.verdict == legal {
		return "", ""
	}
	require.FileExists(t, r.draw(t, t.TempDir()))
	return string(r.verdict), r.organization
}
