package broken

import (
	"context"

	"github.com/jobledger/jobledger/storage"
)

// twisted is a store in which some methods are replaced: those whose field is set.
// The replacement gets the correct store.
type twisted struct {
	storage.Store

	commit    func(ctx context.Context, s storage.Store, c storage.Change) error
	job       func(ctx context.Context, s storage.Store, ref storage.JobRef) (storage.JobRecord, error)
	find      func(ctx context.Context, s storage.Store, q storage.FindQuery) (storage.JobList, error)
	jobs      func(ctx context.Context, s storage.Store, q storage.JobQuery) (storage.JobPage, error)
	draft     func(ctx context.Context, s storage.Store, ref storage.JobRef) (storage.VersionRecord, error)
	version   func(ctx context.Context, s storage.Store, ref storage.JobRef, number int) (storage.VersionRecord, error)
	runs      func(ctx context.Context, s storage.Store, q storage.RunQuery) (storage.RunPage, error)
	events    func(ctx context.Context, s storage.Store, q storage.EventQuery) (storage.EventPage, error)
	due       func(ctx context.Context, s storage.Store, q storage.DueQuery) (storage.DuePage, error)
	tombstone func(ctx context.Context, s storage.Store, ref storage.JobRef) (storage.TombstoneRecord, error)
	sweep     func(ctx context.Context, s storage.Store, o storage.SweepOptions) (int, error)
}

// twist breaks a store in the same way each time.
func twist(t twisted) func(storage.Store) storage.Store {
	return func(whole storage.Store) storage.Store {
		t.Store = whole
		return t
	}
}

func (t twisted) Commit(ctx context.Context, c storage.Change) error {
	if t.commit == nil {
		return t.Store.Commit(ctx, c)
	}
	return t.commit(ctx, t.Store, c)
}

// either calls the replacement of a read, if there is one.
func either[Q, A any](
	ctx context.Context, t twisted, q Q,
	other func(context.Context, storage.Store, Q) (A, error), usual func(context.Context, Q) (A, error),
) (A, error) {
	if other == nil {
		return usual(ctx, q)
	}
	return other(ctx, t.Store, q)
}

func (t twisted) Job(ctx context.Context, ref storage.JobRef) (storage.JobRecord, error) {
	return either(ctx, t, ref, t.job, t.Store.Job)
}

func (t twisted) FindJobs(ctx context.Context, q storage.FindQuery) (storage.JobList, error) {
	return either(ctx, t, q, t.find, t.Store.FindJobs)
}

func (t twisted) ListJobs(ctx context.Context, q storage.JobQuery) (storage.JobPage, error) {
	return either(ctx, t, q, t.jobs, t.Store.ListJobs)
}

func (t twisted) Draft(ctx context.Context, ref storage.JobRef) (storage.VersionRecord, error) {
	return either(ctx, t, ref, t.draft, t.Store.Draft)
}

func (t twisted) Version(ctx context.Context, ref storage.JobRef, number int) (storage.VersionRecord, error) {
	if t.version == nil {
		return t.Store.Version(ctx, ref, number)
	}
	return t.version(ctx, t.Store, ref, number)
}

func (t twisted) ListRuns(ctx context.Context, q storage.RunQuery) (storage.RunPage, error) {
	return either(ctx, t, q, t.runs, t.Store.ListRuns)
}

func (t twisted) ListEvents(ctx context.Context, q storage.EventQuery) (storage.EventPage, error) {
	return either(ctx, t, q, t.events, t.Store.ListEvents)
}

func (t twisted) Due(ctx context.Context, q storage.DueQuery) (storage.DuePage, error) {
	return either(ctx, t, q, t.due, t.Store.Due)
}

func (t twisted) Tombstone(ctx context.Context, ref storage.JobRef) (storage.TombstoneRecord, error) {
	return either(ctx, t, ref, t.tombstone, t.Store.Tombstone)
}

func (t twisted) Sweep(ctx context.Context, o storage.SweepOptions) (int, error) {
	return either(ctx, t, o, t.sweep, t.Store.Sweep)
}
