package bench_test

import (
	"context"
	"sync"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// watch is a store that counts what is asked of it, and keeps the longest call
// of each method.
type watch struct {
	storage.Store
	// committed hears of each change that was made.
	committed func(storage.Change)

	mu      sync.Mutex
	reads   int
	commits int
	stale   int
	ticks   int
	due     int
	dry     int // sweeps that found less than they were to erase
	longest map[string]time.Duration
	// committing is the time of all commits.
	committing time.Duration
}

func newWatch(store storage.Store, committed func(storage.Change)) *watch {
	return &watch{Store: store, committed: committed, longest: map[string]time.Duration{}}
}

// counts is what a watch has counted.
type counts struct {
	reads, commits, stale, ticks, due, dry int

	committing time.Duration
}

func (w *watch) counts() counts {
	w.mu.Lock()
	defer w.mu.Unlock()
	return counts{w.reads, w.commits, w.stale, w.ticks, w.due, w.dry, w.committing}
}

// longestCall is the longest call of any of the methods since the last clear.
func (w *watch) longestCall(methods ...string) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	var longest time.Duration
	for _, method := range methods {
		longest = max(longest, w.longest[method])
	}
	return longest
}

func (w *watch) clear() {
	w.mu.Lock()
	defer w.mu.Unlock()
	clear(w.longest)
	w.reads, w.commits, w.stale, w.ticks, w.due, w.dry, w.committing = 0, 0, 0, 0, 0, 0, 0
}

// note counts a call that began at a time. It is deferred.
func (w *watch) note(method string, began time.Time) {
	took := time.Since(began)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.longest[method] = max(w.longest[method], took)
	if method != "Commit" && method != "Sweep" {
		w.reads++
	}
	if method == "Due" {
		w.due++
	}
}

func (w *watch) Commit(ctx context.Context, c storage.Change) error {
	began := time.Now()
	defer w.note("Commit", began)
	err := w.Store.Commit(ctx, c)
	took := time.Since(began)
	if err == nil {
		w.committed(c)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.commits++
	w.committing += took
	if err != nil {
		w.stale++
	} else {
		w.ticks += len(c.PutTicks)
	}
	return err
}

func (w *watch) Job(ctx context.Context, ref storage.JobRef) (storage.JobRecord, error) {
	defer w.note("Job", time.Now())
	return w.Store.Job(ctx, ref)
}

func (w *watch) FindJobs(ctx context.Context, q storage.FindQuery) (storage.JobList, error) {
	defer w.note("FindJobs", time.Now())
	return w.Store.FindJobs(ctx, q)
}

func (w *watch) ListJobs(ctx context.Context, q storage.JobQuery) (storage.JobPage, error) {
	defer w.note("ListJobs", time.Now())
	return w.Store.ListJobs(ctx, q)
}

func (w *watch) Version(ctx context.Context, ref storage.JobRef, number int) (storage.VersionRecord, error) {
	defer w.note("Version", time.Now())
	return w.Store.Version(ctx, ref, number)
}

func (w *watch) Run(ctx context.Context, ref storage.JobRef, runID string) (storage.RunRecord, error) {
	defer w.note("Run", time.Now())
	return w.Store.Run(ctx, ref, runID)
}

func (w *watch) ListRuns(ctx context.Context, q storage.RunQuery) (storage.RunPage, error) {
	defer w.note("ListRuns", time.Now())
	return w.Store.ListRuns(ctx, q)
}

func (w *watch) ListTicks(ctx context.Context, q storage.TickQuery) (storage.TickPage, error) {
	defer w.note("ListTicks", time.Now())
	return w.Store.ListTicks(ctx, q)
}

func (w *watch) Due(ctx context.Context, q storage.DueQuery) (storage.DuePage, error) {
	defer w.note("Due", time.Now())
	return w.Store.Due(ctx, q)
}

func (w *watch) Sweep(ctx context.Context, o storage.SweepOptions) (int, error) {
	defer w.note("Sweep", time.Now())
	erased, err := w.Store.Sweep(ctx, o)
	if err == nil && erased < o.Limit {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.dry++
	}
	return erased, err
}
