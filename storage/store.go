package storage

import (
	"context"
	"time"
)

// Store keeps what the domain decides, and finds it again. Package storagetest
// tests whether a store keeps these promises.
//
// # Promises of every method
//
// Values are copied in both directions: neither side sees what the other writes
// to a slice later. Times are UTC in whole microseconds, in the years 1 to
// 9999; the zero time means "none". Documents (the Doc and State fields) have
// no meaning for a store, and are returned byte for byte. Strings are ordered
// by their bytes.
//
// A read sees every commit that was acknowledged before the read began. One
// read sees one state, never half of a commit.
//
// A method returns soon after its context ends, with an error that wraps the
// context's error.
//
// All methods can be called by many goroutines, and by many processes when they
// share the backend.
//
// No call holds up the others for long. A list returns at most its limit, and
// ends early once its documents have reached [PageBytes]. The cost of removing
// a job does not depend on how many records it has. Only [Store.Sweep] erases,
// in small pieces.
type Store interface {
	// Commit makes the whole change, or nothing of it. It returns nil once the
	// change is as durable as the backend can make it.
	//
	// The guards are checked in the same atomic step as the writes; see the
	// fields of [Change]. The error is [ErrStale] when a guard does not hold,
	// and [ErrInvalid] when [Change.Validate] refuses the change. It is
	// [ErrOutcomeUnknown] when the store cannot know whether the change was
	// made: the context ended meanwhile, or a connection broke. Committing the
	// same change again, with the same operation ID and within
	// [OperationRetention], then makes it once.
	Commit(ctx context.Context, change Change) error

	// Job returns a job with its latest run. The error is [ErrNotFound] when
	// the job does not exist or was removed.
	Job(ctx context.Context, ref JobRef) (JobRecord, error)

	// FindJobs returns those of the named jobs that exist, each once, in any
	// order, and the organization's record. All of it is read from one state.
	// When the query names no job, the result has only the organization's
	// record.
	FindJobs(ctx context.Context, query FindQuery) (JobList, error)

	// ListJobs returns one page of the jobs that the query selects, and how
	// many it selects on all pages.
	ListJobs(ctx context.Context, query JobQuery) (JobPage, error)

	// Draft returns a job's draft. The error is [ErrNotFound] when the job or
	// the draft does not exist.
	Draft(ctx context.Context, ref JobRef) (VersionRecord, error)

	// Version returns one published version. The error is [ErrNotFound] when
	// there is none with this number; a draft is not found.
	Version(ctx context.Context, ref JobRef, number int) (VersionRecord, error)

	// ListVersions returns one page of a job's published versions, ordered by
	// number, and how many there are. A job that does not exist has none.
	ListVersions(ctx context.Context, query VersionQuery) (VersionPage, error)

	// Run returns one run of a job. The error is [ErrNotFound] when it does not
	// exist.
	Run(ctx context.Context, ref JobRef, runID string) (RunRecord, error)

	// ListRuns returns one page of the runs that the query selects.
	ListRuns(ctx context.Context, query RunQuery) (RunPage, error)

	// ListTicks returns one page of a job's ticks, newest first.
	ListTicks(ctx context.Context, query TickQuery) (TickPage, error)

	// ListEvents returns one page of an organization's journal.
	ListEvents(ctx context.Context, query EventQuery) (EventPage, error)

	// Due returns what is due of one kind, in all organizations, ordered by
	// time. Its cost depends on how many items it returns, not on how many are
	// stored.
	Due(ctx context.Context, query DueQuery) (DuePage, error)

	// Tombstone returns the tombstone of a removed job. The error is
	// [ErrNotFound] when the job was not removed, or everything that it left is
	// erased.
	Tombstone(ctx context.Context, ref JobRef) (TombstoneRecord, error)

	// Sweep erases up to options.Limit records that no read returns any more,
	// and returns how many it erased. Fewer than the limit means that nothing
	// is left to erase now. Only Tombstone, ListEvents, Due of tombstones and
	// the Next of Due can show that Sweep ran.
	//
	// It erases the versions, ticks and runs of removed jobs, but not their
	// runs that are open or owed (see [RunQuery].Removed). It erases tombstones
	// whose job has left nothing. It erases events that are older than
	// options.EventsBefore, but never the newest event of an organization.
	Sweep(ctx context.Context, options SweepOptions) (erased int, err error)
}

// SweepOptions say what [Store.Sweep] erases.
type SweepOptions struct {
	// Limit is the most records to erase; at least 1.
	Limit int
	// EventsBefore erases events whose At is before it, in the order of their
	// Seq, up to the first of each organization that is not older. So when an
	// event has a time in the future, that event and all after it stay. Zero
	// erases no events.
	EventsBefore time.Time
}
