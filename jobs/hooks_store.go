package jobs

import (
	"context"

	"github.com/jobledger/jobledger/storage"
)

// heardStore is a store that calls Hooks.Begin for each call. It does not embed the
// store: a method that it lacks is an error of the compiler.
type heardStore struct {
	store storage.Store
	c     *core
}

// heard makes one call of the store.
func heard[Q, A any](ctx context.Context, s heardStore, name string, call func(context.Context, Q) (A, error), query Q) (A, error) {
	ctx, end := s.c.begin(ctx, Operation{Name: "store." + name})
	answer, err := call(ctx, query)
	end(err)
	return answer, err
}

func (s heardStore) Commit(ctx context.Context, change storage.Change) error {
	_, err := heard(ctx, s, "Commit", func(ctx context.Context, change storage.Change) (struct{}, error) {
		return struct{}{}, s.store.Commit(ctx, change)
	}, change)
	return err
}

func (s heardStore) Job(ctx context.Context, ref storage.JobRef) (storage.JobRecord, error) {
	return heard(ctx, s, "Job", s.store.Job, ref)
}

func (s heardStore) FindJobs(ctx context.Context, query storage.FindQuery) (storage.JobList, error) {
	return heard(ctx, s, "FindJobs", s.store.FindJobs, query)
}

func (s heardStore) ListJobs(ctx context.Context, query storage.JobQuery) (storage.JobPage, error) {
	return heard(ctx, s, "ListJobs", s.store.ListJobs, query)
}

func (s heardStore) Draft(ctx context.Context, ref storage.JobRef) (storage.VersionRecord, error) {
	return heard(ctx, s, "Draft", s.store.Draft, ref)
}

func (s heardStore) Version(ctx context.Context, ref storage.JobRef, number int) (storage.VersionRecord, error) {
	return heard(ctx, s, "Version", func(ctx context.Context, number int) (storage.VersionRecord, error) {
		return s.store.Version(ctx, ref, number)
	}, number)
}

func (s heardStore) ListVersions(ctx context.Context, query storage.VersionQuery) (storage.VersionPage, error) {
	return heard(ctx, s, "ListVersions", s.store.ListVersions, query)
}

func (s heardStore) Run(ctx context.Context, ref storage.JobRef, runID string) (storage.RunRecord, error) {
	return heard(ctx, s, "Run", func(ctx context.Context, runID string) (storage.RunRecord, error) {
		return s.store.Run(ctx, ref, runID)
	}, runID)
}

func (s heardStore) ListRuns(ctx context.Context, query storage.RunQuery) (storage.RunPage, error) {
	return heard(ctx, s, "ListRuns", s.store.ListRuns, query)
}

func (s heardStore) ListTicks(ctx context.Context, query storage.TickQuery) (storage.TickPage, error) {
	return heard(ctx, s, "ListTicks", s.store.ListTicks, query)
}

func (s heardStore) ListEvents(ctx context.Context, query storage.EventQuery) (storage.EventPage, error) {
	return heard(ctx, s, "ListEvents", s.store.ListEvents, query)
}

func (s heardStore) Due(ctx context.Context, query storage.DueQuery) (storage.DuePage, error) {
	return heard(ctx, s, "Due", s.store.Due, query)
}

func (s heardStore) Tombstone(ctx context.Context, ref storage.JobRef) (storage.TombstoneRecord, error) {
	return heard(ctx, s, "Tombstone", s.store.Tombstone, ref)
}

func (s heardStore) Sweep(ctx context.Context, options storage.SweepOptions) (int, error) {
	return heard(ctx, s, "Sweep", s.store.Sweep, options)
}
