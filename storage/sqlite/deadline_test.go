package sqlite_test

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/sqlite"
)

// TestRandomDeadlines ends contexts at any moment of any call: each call ends
// well or says so, what it wrote is whole or not there, and no connection is
// left in use. How late calls return is the machine's doing too, so one caller
// more waits for its contexts and does nothing else; that the calls are at most
// 100 ms later than that is asserted with the full figures only.
func TestRandomDeadlines(t *testing.T) {
	const callers = 8
	path := filepath.Join(t.TempDir(), "jobs.db")
	store := openAt(t, path)
	fill(t, store, 300)
	each := torture.Figure(100, 2500)
	latest := make([]time.Duration, callers+1)
	ended := make([]int, callers)
	together(callers+1, func(caller int) {
		random := rand.New(rand.NewPCG(6, uint64(caller)))
		for n := range each {
			deadline := time.Now().Add(time.Duration(random.IntN(4000)) * time.Microsecond)
			ctx, cancel := context.WithDeadline(context.Background(), deadline)
			if caller == callers {
				<-ctx.Done()
				latest[caller] = max(latest[caller], time.Since(deadline))
				cancel()
				continue
			}
			err := call(ctx, store, n, 1000+n*callers+caller)
			latest[caller] = max(latest[caller], time.Since(deadline))
			cancel()
			if err != nil {
				ended[caller]++
				if !assert.ErrorIs(t, err, context.DeadlineExceeded) {
					return
				}
			}
		}
	})
	require.Eventually(t, func() bool { return store.Reading() == 0 }, time.Minute, time.Millisecond, "connections kept")
	requireWholeJobs(t, store)
	requireIntegrity(t, path)
	late, cut := time.Duration(0), 0
	for caller := range callers {
		late, cut = max(late, latest[caller]), cut+ended[caller]
	}
	t.Logf("%d calls, %d ended by their deadline, the latest %v after it, and a bare wait %v", callers*each, cut, late, latest[callers])
	if torture.Figure(0, 1) == 1 {
		require.LessOrEqual(t, late, latest[callers]+100*time.Millisecond)
	}
}

// requireWholeJobs checks every job that was written by a link.
func requireWholeJobs(t *testing.T, store *sqlite.Store) {
	t.Helper()
	query := storage.JobQuery{OrganizationID: "org", TeamIDs: []string{"team"}, Limit: 100_000}
	page, err := store.ListJobs(t.Context(), query)
	require.NoError(t, err)
	require.NotEmpty(t, page.Jobs)
	for _, job := range page.Jobs {
		requireLinks(t, store, job)
	}
}

// call makes one of the calls that there are.
func call(ctx context.Context, store *sqlite.Store, kind, n int) (err error) {
	switch kind % 6 {
	case 0, 1:
		err = store.Commit(ctx, link(benchJob(n).JobRef, 0))
	case 2:
		_, err = store.ListJobs(ctx, storage.JobQuery{OrganizationID: "org", TeamIDs: []string{"team-1", "team-2"}, Limit: 100})
	case 3:
		_, err = store.Due(ctx, storage.DueQuery{Until: epoch.Add(time.Hour), Limit: 100})
	case 4:
		_, err = store.Job(ctx, benchJob(1).JobRef)
	case 5:
		_, err = store.Sweep(ctx, storage.SweepOptions{Limit: 10})
	}
	return err
}
