package jobs

import "context"

// Store keeps what the [Service] decides, and finds it again. It knows
// revisions, uniqueness, references and order; it knows no rule, no clock, no
// identifier and no permission. A backend is proven by one line of test, see
// package storagetest.
//
// # Promises of every method
//
// Values go in and come out as copies: neither side ever sees the other's
// later writes to a slice. Times are UTC with microsecond precision; the zero
// time means "none". Documents (the Doc fields) are opaque and come back byte
// for byte. Strings are ordered bytewise.
//
// A read sees every commit that was acknowledged before the read began, and
// one read sees one state: never half of a commit.
//
// A method returns soon after its context ends, with an error for which
// errors.Is finds the context's own. A store that cannot answer returns an
// error that is none of the sentinels named here.
//
// All methods may be called from many goroutines, and where the backend is
// shared, from many processes.
type Store interface {
	// Commit writes everything that the change says, or nothing. It returns
	// nil once the effect is as durable as the backend makes it.
	//
	// Every guard in the change is checked in the same atomic step as the
	// writes: see the fields of [Change]. When one does not hold, the error
	// is [ErrStale], nothing is written, and the caller reads and decides
	// anew. When it cannot be known whether the change took effect (the
	// context ended while it was under way, a connection was cut), the error
	// is [ErrOutcomeUnknown]; committing the same change again, with the same
	// operation ID and within [OperationRetention], then takes effect once.
	Commit(ctx context.Context, change Change) error

	// Job returns a job, with its latest run. [ErrNotFound] when there is
	// none, or when it was removed.
	Job(ctx context.Context, ref JobRef) (JobRecord, error)

	// FindJobs returns those of the asked-for jobs that exist, in no
	// particular order, together with the organization's graph counter, all
	// as of one state. A counter that was never raised is 0.
	FindJobs(ctx context.Context, lookup JobLookup) (FoundJobs, error)

	// ListJobs returns one page of the jobs that the query selects, each with
	// its latest run, and how many the query selects in all.
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

	// ListRuns returns up to query.Limit runs in the query's order, from the
	// query's position on. Fewer than the limit means that there are no more.
	ListRuns(ctx context.Context, query RunQuery) ([]RunRecord, error)

	// ListTicks returns up to query.Limit ticks of a job, newest first.
	ListTicks(ctx context.Context, query TickQuery) ([]TickRecord, error)

	// Due returns what is to be woken, over all organizations, in rising
	// order of wake time. Its cost follows the number returned, not the
	// number stored.
	Due(ctx context.Context, query DueQuery) (DuePage, error)

	// Tombstone returns what a removed job left behind. [ErrNotFound] when
	// the job was not removed, or everything owed for it is done and swept.
	Tombstone(ctx context.Context, ref JobRef) (TombstoneRecord, error)

	// Sweep erases up to limit records that removed jobs left behind
	// (versions, runs, ticks, and tombstones that owe nothing) and returns
	// how many it erased. Zero means that nothing is left to erase. No read
	// can tell whether Sweep ran, except Tombstone.
	Sweep(ctx context.Context, limit int) (erased int, err error)
}
