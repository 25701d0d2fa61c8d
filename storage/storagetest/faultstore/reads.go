package faultstore

import (
	"context"

	"github.com/jobledger/jobledger/jobs"
)

// read makes a call with one argument.
func read[Q, T any](
	ctx context.Context, s *Store, m Method, do func(context.Context, Q) (T, error), query Q,
) (T, error) {
	return call(ctx, s, m, func(ctx context.Context) (T, error) { return do(ctx, query) })
}

// Job implements [jobs.Store].
func (s *Store) Job(ctx context.Context, ref jobs.JobRef) (jobs.JobRecord, error) {
	return read(ctx, s, Job, s.store.Job, ref)
}

// FindJobs implements [jobs.Store].
func (s *Store) FindJobs(ctx context.Context, lookup jobs.JobLookup) (jobs.FoundJobs, error) {
	return read(ctx, s, FindJobs, s.store.FindJobs, lookup)
}

// ListJobs implements [jobs.Store].
func (s *Store) ListJobs(ctx context.Context, query jobs.JobQuery) (jobs.JobPage, error) {
	return read(ctx, s, ListJobs, s.store.ListJobs, query)
}

// Draft implements [jobs.Store].
func (s *Store) Draft(ctx context.Context, ref jobs.JobRef) (jobs.VersionRecord, error) {
	return read(ctx, s, Draft, s.store.Draft, ref)
}

// Version implements [jobs.Store].
func (s *Store) Version(ctx context.Context, ref jobs.JobRef, number int) (jobs.VersionRecord, error) {
	return call(ctx, s, Version, func(ctx context.Context) (jobs.VersionRecord, error) {
		return s.store.Version(ctx, ref, number)
	})
}

// ListVersions implements [jobs.Store].
func (s *Store) ListVersions(ctx context.Context, query jobs.VersionQuery) (jobs.VersionPage, error) {
	return read(ctx, s, ListVersions, s.store.ListVersions, query)
}

// Run implements [jobs.Store].
func (s *Store) Run(ctx context.Context, ref jobs.JobRef, runID string) (jobs.RunRecord, error) {
	return call(ctx, s, Run, func(ctx context.Context) (jobs.RunRecord, error) {
		return s.store.Run(ctx, ref, runID)
	})
}

// ListRuns implements [jobs.Store].
func (s *Store) ListRuns(ctx context.Context, query jobs.RunQuery) ([]jobs.RunRecord, error) {
	return read(ctx, s, ListRuns, s.store.ListRuns, query)
}

// ListTicks implements [jobs.Store].
func (s *Store) ListTicks(ctx context.Context, query jobs.TickQuery) ([]jobs.TickRecord, error) {
	return read(ctx, s, ListTicks, s.store.ListTicks, query)
}

// Due implements [jobs.Store].
func (s *Store) Due(ctx context.Context, query jobs.DueQuery) (jobs.DuePage, error) {
	return read(ctx, s, Due, s.store.Due, query)
}

// Tombstone implements [jobs.Store].
func (s *Store) Tombstone(ctx context.Context, ref jobs.JobRef) (jobs.TombstoneRecord, error) {
	return read(ctx, s, Tombstone, s.store.Tombstone, ref)
}
