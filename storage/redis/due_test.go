package redis_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/redistest"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/storage/redis"
)

// allDue reads what is due in pages, and has the jobs of each page due at another
// time before it asks for the next.
func allDue(t *testing.T, store storage.Store, limit int) []storage.DueItem {
	t.Helper()
	var all []storage.DueItem
	query := storage.DueQuery{Until: time.Date(9999, 12, 31, 23, 59, 59, 999_999_000, time.UTC), Limit: limit}
	for {
		page, err := store.Due(t.Context(), query)
		require.NoError(t, err)
		all = append(all, page.Items...)
		for i, item := range page.Items {
			if i%3 == 0 {
				continue // it stays where it is
			}
			job, err := store.Job(t.Context(), item.JobRef)
			require.NoError(t, err)
			job.WakeAt = time.Time{}
			require.NoError(t, store.Commit(t.Context(), storage.Change{
				JobRef: item.JobRef, OperationID: "settle " + item.JobID, At: start, Job: &job,
			}))
		}
		if !page.More {
			return all
		}
		query.After = page.After
	}
}

// Times are exact and in order from the year 1 to 9999, many jobs are due at one
// instant, and the last item of a page is often gone when the next is asked for.
// A server that starts again has the same.
func TestDueTimes(t *testing.T) {
	client := redistest.Start(t, "enable-debug-command yes").Client(t)
	times := []time.Time{
		time.Date(1, 1, 1, 0, 0, 0, 1000, time.UTC), time.Date(1969, 12, 31, 23, 59, 59, 999_999_000, time.UTC),
		time.Unix(0, 0).UTC(), start, start.Add(time.Microsecond), start.Add(2 * time.Microsecond),
		time.Date(9999, 12, 31, 23, 59, 59, 999_998_000, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 999_999_000, time.UTC),
	}
	for _, limit := range []int{1, 7, 1000} {
		store, model := open(t, client, &redis.Options{Prefix: fmt.Sprint("limit", limit), Partitions: 2}), memory.New()
		for n := range 240 {
			change := creation(storage.JobRef{OrganizationID: fmt.Sprint("organization-", n%5), JobID: fmt.Sprint("job-", n)})
			change.Job.WakeAt = start
			if n%2 == 0 {
				change.Job.WakeAt = times[n/2%len(times)]
			}
			require.NoError(t, store.Commit(t.Context(), change))
			require.NoError(t, model.Commit(t.Context(), change))
		}
		require.NoError(t, client.Do(t.Context(), "debug", "reload").Err())
		want, got := allDue(t, model, limit), allDue(t, store, limit)
		require.Len(t, want, 240)
		require.Empty(t, cmp.Diff(want, got))
	}
}
