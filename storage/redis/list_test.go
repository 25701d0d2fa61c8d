package redis_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/redistest"
	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
)

// Pages far into a list that is merged from grant sets of very different sizes
// are those of the memory store, which walks to them.
func TestDeepPages(t *testing.T) {
	store, model := open(t, redistest.Start(t).Client(t), nil), memory.New()
	teams := []string{"a", "b", "c"}
	for n := range 700 {
		change := creation(ref(fmt.Sprintf("job-%03d", n)))
		change.Job.CreatedAt = start.Add(time.Duration(n*271%700/3) * time.Microsecond)
		change.Job.Key = strings.Repeat("k", n%3) + fmt.Sprint(n*37%700)
		for i, team := range teams {
			if (n*n/7+n)%(4*i+2) == 0 {
				change.Job.TeamIDs = append(change.Job.TeamIDs, team)
			}
		}
		require.NoError(t, store.Commit(t.Context(), change))
		require.NoError(t, model.Commit(t.Context(), change))
	}
	for i := range 160 {
		query := storage.JobQuery{
			OrganizationID: "acme", TeamIDs: teams[i%2 : 2+i%2], Descending: i%4 < 2,
			Offset: i * 29 % 500, Limit: 1 + i%30,
		}
		if i%3 == 0 {
			query.Order = storage.ByKey
		}
		want, err := model.ListJobs(t.Context(), query)
		require.NoError(t, err)
		got, err := store.ListJobs(t.Context(), query)
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(want, got, cmpopts.EquateEmpty()), "%+v", query)
	}
}

// A large page is read in two steps. What is written between them must not
// show: every job and its run are of one change.
func TestPageBesideWriters(t *testing.T) {
	store := open(t, redistest.Start(t).Client(t), nil)
	const many = 12
	for n := range many {
		require.NoError(t, store.Commit(t.Context(), creation(ref(fmt.Sprintf("job-%d", n)))))
	}
	ctx, cancel := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	for w := range 3 {
		writers.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				_, _ = writeNext(ctx, store, fmt.Sprintf("job-%d", (w+3*n)%many))
			}
		})
	}
	for range torture.Figure(300, 3000) {
		page, err := store.ListJobs(t.Context(), storage.JobQuery{OrganizationID: "acme", AllTeams: true, Limit: many})
		require.NoError(t, err)
		require.Len(t, page.Jobs, many)
		for _, job := range page.Jobs {
			requireWhole(t, job)
		}
	}
	cancel()
	writers.Wait()
}
