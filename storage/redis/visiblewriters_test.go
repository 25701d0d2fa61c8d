package redis_test

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/redistest"
	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/storage"
)

// Somebody creates jobs all the time, and so a list that takes many steps is never
// of one state. It must not fail for that, and shows nothing that is not granted.
func TestManyGrantSetsBesideWriter(t *testing.T) {
	store := open(t, redistest.Start(t).Client(t), nil)
	created := func(n int) storage.Change {
		change := creation(ref(fmt.Sprintf("job-%06d", n)))
		change.Job.CreatedAt = start.Add(time.Duration(n) * time.Microsecond)
		change.Job.TeamIDs = []string{"all", "x" + strconv.Itoa(n)}
		if n%2 == 0 {
			change.Job.TeamIDs = []string{"other", "x" + strconv.Itoa(n)}
		}
		change.Job.Scopes = []string{"scope"}
		return change
	}
	const many = 4500
	var changes []storage.Change
	for n := range many {
		changes = append(changes, created(n))
	}
	commitAll(t, store, changes)

	ctx, cancel := context.WithCancel(t.Context())
	var writer sync.WaitGroup
	writer.Go(func() {
		for n := many; ctx.Err() == nil; n++ {
			_ = store.Commit(ctx, created(n))
		}
	})
	for n := range torture.Figure(6, 60) {
		query := storage.JobQuery{OrganizationID: "acme", TeamIDs: []string{"all"}, Limit: 20, Offset: 1000 * (n % 2)}
		if n%3 == 0 {
			query.Scope = "scope"
		}
		page, err := store.ListJobs(t.Context(), query)
		require.NoError(t, err)
		require.Len(t, page.Jobs, 20)
		require.GreaterOrEqual(t, page.Total, many/2)
		for _, job := range page.Jobs {
			require.Contains(t, job.TeamIDs, "all")
		}
	}
	cancel()
	writer.Wait()
}
