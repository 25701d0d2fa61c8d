// Package sqlite is a [storage.Store] in one SQLite file. It is durable, needs
// no server, and can be shared by any number of processes on one machine.
//
// A commit is acknowledged once it is synced to disk. Commits that wait at the
// same time are written and synced together: with 16 writers, one sync serves
// about 12 commits. The longer a disk takes to sync, the more that gains. When
// the context of a commit ends while the commit is being written, Commit returns
// at once with [storage.ErrOutcomeUnknown]; the writing goes on.
//
// Readers do not wait for the writer, and the writer does not wait for readers.
// The file must be on a local file system: SQLite's write-ahead log does not
// work on a network share. The file and the "-wal" and "-shm" files that SQLite
// puts beside it belong together: move them together, and only while no process
// has them open. To copy a store that is in use, call [Store.Backup].
//
// # Costs
//
// The cost of a page depends on its length and its offset. A caller who sees
// only a part of a list pays more: the store reads past the jobs that the
// caller does not see, or sorts those that it does see, whichever is cheaper.
// The cost of a total depends on how many different sets of teams the jobs of
// the list are granted to.
//
// Making a job writes a few pages of the file: about one for its documents, one
// for each scope, and two for each scope that is also listed by key. A
// scheduler's commit rewrites a small row with the job's state, and no
// documents.
//
// The "-wal" file is copied into the main file while commits go on, and starts
// again when it has grown to 16 to 32 MB. A read that takes long lets it grow
// further.
//
// Removing a job costs as much as removing it from its lists. [Store.Sweep]
// erases what it left, in transactions of a few milliseconds.
//
// Tests that need no file can use package storage/memory.
package sqlite
