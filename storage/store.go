package storage

import (
	"context"
	"time"
)

// Store keeps what the domain decides, and finds it again. A backend is proven
// by one line of test: see package storagetest.
//
// # Promises of every method
//
// Values go in and come out as copies: neither side ever sees the other's
// later writes to a slice. Times are UTC in whole microseconds, in the years 1
// to 9999; the zero time means "none". Documents (the Doc and State fields) are
// opaque and come back byte for byte. Strings are ordered bytewise.
//
// A read sees every commit that was acknowledged before the read began, and
// one read sees one state: never half of a commit.
//
// A method returns soon after its context ends, with an error for which
// errors.Is finds the context's own.
//
// All methods may be called from many goroutines, and where the backend is
// shared, from many processes.
//
// No call costs others much: a list returns at most its limit, and ends early
// once its documents have passed [PageBytes]. Removing a job costs the same
// however much belongs to it. Only [Store.Sweep] erases, in bounded chunks.
type Store interface {
	// Commit writes everything that the change says, or nothing. It returns
	// nil once the effect is as durable as the backend makes it.
	//
	// Every guard in the change is checked in the same atomic step as the
	// writes: see the fields of [Change]. When one does not hold, the error
	// is [ErrStale]. A change that [Change.Validate] refuses is [ErrInvalid].
	// When it cannot be known whether the change took effect (the context
	// ended while it was under way, a connection was cut), the error is
	// [ErrOutcomeUnknown]; committing the same change again, with the same
	// operation ID and within [OperationRetention], then takes effect once.
	Commit(ctx context.Context, change Change) error

	// Job returns a job, with its latest run. [ErrNotFound] when there is
	// none, or when it was removed.
	Job(ctx context.Context, ref JobRef) (JobRecord, error)

	// FindJobs returns those of the asked-for jobs that exist, each once, in
	// no particular order, with the organization's record, all as of one
	// state. Asked for no job, it returns the organization's record.
	FindJobs(ctx context.Context, query FindQuery) (JobList, error)

	// ListJobs returns one page of the jobs that the query selects, and how
	// many it selects in all.
	ListJobs(ctx context.Context, query JobQuery) (JobPage, error)

	// Draft returns a job's draft. [ErrNotFound] without a job or a draft.
	Draft(ctx context.Context, ref JobRef) (VersionRecord, error)

	// Version returns one published version. [ErrNotFound] without one; a
	// draft's number is not found here.
	Version(ctx context.Context, ref JobRef, number int) (VersionRecord, error)

	// ListVersions returns one page of a job's published versions, in rising
	// order of their numbers, and how many there are. A job that does not
	// exist has none.
	ListVersions(ctx context.Context, query VersionQuery) (VersionPage, error)

	// Run returns one run of a job. [ErrNotFound] without one.
	Run(ctx context.Context, ref JobRef, runID string) (RunRecord, error)

	// ListRuns returns one page of the runs that the query selects.
	ListRuns(ctx context.Context, query RunQuery) (RunPage, error)

	// ListTicks returns one page of a job's ticks, newest first.
	ListTicks(ctx context.Context, query TickQuery) (TickPage, error)

	// ListEvents returns one page of an organization's journal.
	ListEvents(ctx context.Context, query EventQuery) (EventPage, error)

	// Due returns what of one kind is to be looked at, over all
	// organizations, in rising order of its time. Its cost follows the number
	// returned, not the number stored.
	Due(ctx context.Context, query DueQuery) (DuePage, error)

	// Tombstone returns what stands for a removed job. [ErrNotFound] when the
	// job was not removed, or all that it left is erased.
	Tombstone(ctx context.Context, ref JobRef) (TombstoneRecord, error)

	// Sweep erases up to options.Limit records that no read returns any more,
	// and returns how many it erased. Less than the limit means that nothing
	// is left to erase now. No read can tell whether Sweep ran, except
	// Tombstone, ListEvents, Due of tombstones, and the Next of Due.
	//
	// It erases the versions, the ticks and the runs of removed jobs, but for
	// the runs that are open or owed (see [RunQuery].Removed), the tombstones
	// of which nothing is left, and the events that are older than
	// options.EventsBefore, but for the newest of each organization.
	Sweep(ctx context.Context, options SweepOptions) (erased int, err error)
}

// SweepOptions say what [Store.Sweep] erases.
type SweepOptions struct {
	// Limit is how many records are erased at most; at least 1.
	Limit int
	// EventsBefore: events whose At is before it are erased, in the order of
	// their Seq, up to the first of an organization that is not. So one that was
	// stamped in the future keeps those behind it, and a clock that is behind
	// has nothing erased that is newer. Zero erases none.
	EventsBefore time.Time
}
