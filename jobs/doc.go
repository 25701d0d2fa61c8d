// Package jobs is the lifecycle of jobs: create, draft, publish, activate an
// older version, grant to teams, delete; and of their runs: by schedule, by
// dependency or by hand.
//
// A [Service] decides. It takes who asks (a [teams.Actor]) and plain values,
// and commits one atomic change to a [storage.Store]. Package storage/memory has
// a store for tests, storage/sqlite a durable one; package httpadapter mounts
// the service's operations on any net/http mux.
//
// # The ledger
//
// A job always has exactly one active published version. Published versions
// are immutable, and at most one draft is being edited. Numbers only rise;
// that of a discarded draft is not used again.
//
// # Ticks and runs
//
// A [Scheduler] settles each tick of a schedule that is due: it moves the job's
// cursor, records what became of the tick, and inserts the run, in one commit.
// Any number of schedulers may share a store. That commit also claims the run
// when the engine has room for it; a run that waits is claimed later, in a commit
// of its own. It is then handed to a [Dispatcher], and reported on by the engine
// with the token of that dispatch; see [Service.ReportRun]. Package jobs/local
// is an engine in this process.
//
// # The journal
//
// Each change writes what it was into its organization's journal, in the same
// commit: what people did, how runs ended, and the ticks that made no run; see
// [Event].
//
// # What cannot be read
//
// A document that this version of the library cannot read, because a newer one
// wrote it or it is damaged, is left out of lists, and logged once. It hides
// nothing else. Asking for it by its ID is an error, for those who may see it.
//
// # Races
//
// Every change is decided on what was read, and committed only if that is
// still so; when it is not, the service reads and decides anew, within bounds
// ([ErrBusy]). A caller that must not overwrite what it has not seen passes
// [IfEdition] with the Edition that it saw: any edit in between is then refused.
// JobPatch.Version is the documented, weaker form: it only asks that the active
// version is still the same.
//
// # Errors
//
// Match with errors.Is and errors.As: the sentinels of this package,
// [*ConflictError], [versions.FieldErrors] for invalid input,
// [teams.ErrUnauthenticated], and the context's errors. A failed write wrote
// nothing, except that after [ErrOutcomeUnknown] it may have been made whole.
package jobs
