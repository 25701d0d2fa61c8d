package linearize

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/storagetest/faultstore"
)

// Run tests whether the stores that open returns are linearizable. Opts may be
// nil.
//
// open is called once for each run, with the run's t. It returns an empty store
// that shares nothing with earlier ones, and closes it with t.Cleanup.
func Run(t *testing.T, open func(t *testing.T) storage.Store, opts *Options) {
	t.Helper()
	o := opts.withDefaults()
	var total figures
	for n := range o.Runs {
		kind, seed := faults[n%len(faults)], o.Seed+uint64(n)
		t.Run(fmt.Sprintf("%s/seed %d", kind.name, seed), func(t *testing.T) {
			result, err := check(t.Context(), open(t), kind, seed, o)
			require.NoError(t, err)
			total.add(result.figures)
			t.Log(result.figures)
			if result.verdict != legal {
				t.Fatalf("%s: %s (fault %q, seed %d); the history is in %s",
					result.organization, result.verdict, kind.name, seed, result.draw(t, artifacts(t)))
			}
		})
	}
	t.Logf("%d runs: %s", o.Runs, total)
}

// check makes one history on a store, and looks for an order in it. The error
// is of a store that answers in a way that the contract does not know.
func check(ctx context.Context, store storage.Store, kind fault, seed uint64, o Options) (result, error) {
	faulty := faultstore.New(store, faultstore.Plan{Seed: seed, Rates: kind.rates(o.Rate)})
	history, err := record(ctx, faulty, seed, o)
	if err != nil {
		return result{}, fmt.Errorf("fault %q, seed %d: %w", kind.name, seed, err)
	}
	return judge(history, o.Timeout), nil
}
