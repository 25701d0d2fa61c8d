// Package jobs manages jobs and their runs. People create a job, edit and publish
// its versions, activate an older version, grant the job to teams, and delete it. A
// schedule, a dependency or a person starts its runs.
//
// A [Service] decides. Each method takes who asks (a [teams.Actor]) and plain
// values, and commits one atomic change to a [storage.Store]. Package
// storage/memory has a store for tests, and package storage/sqlite a store in a
// file. Package httpadapter serves the service's operations over HTTP. The glossary
// in docs/concepts.md explains each word.
//
// # The ledger
//
// A job always has exactly one active version. A published version never changes. A
// job has at most one draft. Version numbers only rise, and the number of a
// discarded draft is not used again.
//
// # Ticks and runs
//
// A tick is one time that a schedule names. A [Scheduler] settles each tick that is
// due: in one commit it moves the job's cursor, records the verdict on the tick,
// and inserts the run. Any number of schedulers may share a store. To claim a run is
// to take it for one scheduler. If the engine has room, the same commit claims the
// run; otherwise a later commit does. The scheduler then hands the claimed run to a
// [Dispatcher]. The engine reports on the run with the token of that dispatch; see
// [Service.ReportRun]. Package jobs/local is an engine in this process.
//
// # The journal
//
// Each organization has a journal. It says what people did, which runs started, how
// runs ended, and which ticks made no run. Each change writes its events there in
// the same commit; see [Event].
//
// # What cannot be read
//
// A process may meet a document that it cannot read: the document is damaged, or a
// newer version of the library wrote it. The process logs it once. Lists of jobs,
// versions, runs and ticks leave it out and show everything else; the journal shows
// [EventUnreadable]. An actor who may see the job and asks for it by its ID gets an
// error.
//
// # Races
//
// The service reads, decides and commits. If another writer has changed what was
// read, the commit fails, and the service reads and decides again. After 24 lost
// races it returns [ErrBusy]. A caller that must not overwrite edits of others
// passes [IfEdition] with the Edition that it read. If somebody has edited the job
// since, the operation fails with [ErrPrecondition]. JobPatch.Version, from the
// documented API, checks less: only that the active version is still the same.
//
// # Errors
//
// Match errors with errors.Is and errors.As: the sentinel errors of this package,
// [*ConflictError], [versions.FieldErrors] for invalid input,
// [teams.ErrUnauthenticated], and the context's errors. An operation that makes one
// change and fails has written nothing. [ErrOutcomeUnknown] is the exception: the
// change was made completely, or not at all.
package jobs
