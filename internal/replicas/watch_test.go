package replicas_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/redistest"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
)

// watch is a store that counts calls, the records that each touched, and how long
// the longest took.
type watch struct {
	storage.Store
	mu    sync.Mutex
	calls map[string]calls
}

// calls are those of one method.
type calls struct {
	count, most int
	longest     time.Duration
}

func (w *watch) note(method string, records int, began time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.calls[method]
	c.count++
	c.most = max(c.most, records)
	c.longest = max(c.longest, time.Since(began))
	w.calls[method] = c
}

// seen returns the calls since it was last asked.
func (w *watch) seen() map[string]calls {
	w.mu.Lock()
	defer w.mu.Unlock()
	seen := w.calls
	w.calls = map[string]calls{}
	return seen
}

// reads returns how many calls read, and the most records that one returned.
func reads(seen map[string]calls) (count, most int) {
	for method, c := range seen {
		if method != "Commit" && method != "Sweep" {
			count += c.count
			most = max(most, c.most)
		}
	}
	return count, most
}

func (w *watch) Commit(ctx context.Context, c storage.Change) error {
	began := time.Now()
	err := w.Store.Commit(ctx, c)
	records := len(c.AddVersions) + len(c.PutRuns) + len(c.RemoveRuns) + len(c.PutTicks) + len(c.Events)
	w.note("Commit", records+1, began)
	return err
}

func (w *watch) Sweep(ctx context.Context, o storage.SweepOptions) (int, error) {
	began := time.Now()
	erased, err := w.Store.Sweep(ctx, o)
	w.note("Sweep", erased, began)
	return erased, err
}

func (w *watch) Job(ctx context.Context, ref storage.JobRef) (storage.JobRecord, error) {
	began := time.Now()
	record, err := w.Store.Job(ctx, ref)
	w.note("Job", 1, began)
	return record, err
}

func (w *watch) FindJobs(ctx context.Context, q storage.FindQuery) (storage.JobList, error) {
	began := time.Now()
	list, err := w.Store.FindJobs(ctx, q)
	records := 0
	for _, job := range list.Jobs {
		records += 1 + len(job.OpenRuns) + len(job.RecentRuns)
	}
	w.note("FindJobs", records, began)
	return list, err
}

func (w *watch) ListJobs(ctx context.Context, q storage.JobQuery) (storage.JobPage, error) {
	began := time.Now()
	page, err := w.Store.ListJobs(ctx, q)
	w.note("ListJobs", len(page.Jobs), began)
	return page, err
}

func (w *watch) Run(ctx context.Context, ref storage.JobRef, id string) (storage.RunRecord, error) {
	began := time.Now()
	record, err := w.Store.Run(ctx, ref, id)
	w.note("Run", 1, began)
	return record, err
}

func (w *watch) ListRuns(ctx context.Context, q storage.RunQuery) (storage.RunPage, error) {
	began := time.Now()
	page, err := w.Store.ListRuns(ctx, q)
	w.note("ListRuns", len(page.Runs), began)
	return page, err
}

func (w *watch) Due(ctx context.Context, q storage.DueQuery) (storage.DuePage, error) {
	began := time.Now()
	page, err := w.Store.Due(ctx, q)
	w.note("Due", len(page.Items), began)
	return page, err
}

// onEachStore runs a test on a store of each kind, which it watches. Redis is
// left out where there is no server to start.
func onEachStore(t *testing.T, test func(t *testing.T, w *watch)) {
	t.Helper()
	run := func(t *testing.T, store storage.Store) {
		test(t, &watch{Store: store, calls: map[string]calls{}})
	}
	t.Run("memory", func(t *testing.T) { run(t, memory.New()) })
	for _, kind := range []string{onSQLite, onRedis} {
		t.Run(kind, func(t *testing.T) {
			store, closeStore, err := newPlace(t, kind).open(t.Context())
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, closeStore()) })
			run(t, store)
		})
	}
}

// newPlace is a new file, or a new server.
func newPlace(t *testing.T, kind string) place {
	t.Helper()
	if kind == onRedis {
		return place{kind, redistest.Start(t).Addr}
	}
	return place{kind, filepath.Join(t.TempDir(), "jobs.db")}
}
