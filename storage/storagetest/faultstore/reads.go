package faultstore

import (
	"context"

	"github.com/jobledger/jobledger/storage"
)

// read makes a call with one argument.
func read[Q, T any](
	ctx context.Context, s *Store, m Method, do func(context.Context, Q) (T, error), query Q,
) (T, error) {
	return call(ctx, s, m, func(ctx context.Context) (T, error) { return do(ctx, query) })
}

// Job implements [storage.Store].
func (s *Store) Job(ctx context.Context, ref storage.JobRef) (storage.JobRecord, error) {
	return read(ctx, s, Job, s.store.Job, ref)
}

// FindJobs implements [storage.Store].
func (s *Store) FindJobs(ctx context.Context, query storage.FindQuery) (storage.JobList, error) {
	return read(ctx, s, FindJobs, s.store.FindJobs, query)
}

// ListJobs implements [storage.Store].
func (s *Store) ListJobs(ctx context.Context, query storage.JobQuery) (storage.JobPage, error) {
	return read(ctx, s, ListJobs, s.store.ListJobs, query)
}

// Draft implements [storage.Store].
func (s *Store) Draft(ctx context.Context, ref storage.JobRef) (storage.VersionRecord, error) {
	return read(ctx, s, Draft, s.store.Draft, ref)
}

// Version implements [storage.Store].
func (s *Store) Version(ctx context.Context, ref storage.JobRef, number int) (storage.VersionRecord, error) {
	return call(ctx, s, Version, func(ctx context.Context) (storage.VersionRecord, error) {
		return s.store.Version(ctx, ref, number)
	})
}

// ListVersions implements [storage.Store].
func (s *Store) ListVersions(ctx context.Context, query storage.VersionQuery) (storage.VersionPage, error) {
	return read(ctx, s, ListVersions, s.store.ListVersions, query)
}

// Run implements [storage.Store].
func (s *Store) Run(ctx context.Context, ref storage.JobRef, runID string) (storage.RunRecord, error) {
	return call(ctx, s, Run, func(ctx context.Context) (storage.RunRecord, error) {
		return s.store.Run(ctx, ref, runID)
	})
}

// ListRuns implements [storage.Store].
func (s *Store) ListRuns(ctx context.Context, query storage.RunQuery) (storage.RunPage, error) {
	return read(ctx, s, ListRuns, s.store.ListRuns, query)
}

// ListTicks implements [storage.Store].
func (s *Store) ListTicks(ctx context.Context, query storage.TickQuery) (storage.TickPage, error) {
	return read(ctx, s, ListTicks, s.store.ListTicks, query)
}

// ListEvents implements [storage.Store].
func (s *Store) ListEvents(ctx context.Context, query storage.EventQuery) (storage.EventPage, error) {
	return read(ctx, s, ListEvents, s.store.ListEvents, query)
}

// Due implements [storage.Store].
func (s *Store) Due(ctx context.Context, query storage.DueQuery) (storage.DuePage, error) {
	return read(ctx, s, Due, s.store.Due, query)
}

// Tombstone implements [storage.Store].
func (s *Store) Tombstone(ctx context.Context, ref storage.JobRef) (storage.TombstoneRecord, error) {
	return read(ctx, s, Tombstone, s.store.Tombstone, ref)
}
