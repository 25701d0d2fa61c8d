// Package sqlite keeps jobs in one SQLite file: durable, without a server, and
// shared by as many processes of one machine as open it.
//
// A commit is acknowledged once it is synced to disk. Commits that wait for
// each other are written and synced together, so that many writers are served
// at several times the rate of one; a context that ends while its commit is
// being written ends the waiting, not the writing, and the caller is told that
// the outcome is unknown.
//
// Readers never wait for the writer, nor the writer for them. The file must be
// on a local file system: SQLite's write-ahead log does not work on a network
// share. The file, and the "-wal" and "-shm" that SQLite puts beside it, belong
// together: they are moved together, while no process has them open. To copy a
// store in use there is [Store.Backup].
//
// # Costs
//
// A page costs its length and its offset. For those who see all of its list, or
// nearly all, that is the length of the page itself. Those who see a part walk
// past what they do not see, or sort what they do, whichever is shorter. A
// total costs a step for each different set of teams that the jobs of the list
// are granted to.
//
// A job costs a few pages of the file to make: about one for its documents, and
// one for each scope, two where it is also listed by key. A scheduler's commit
// rewrites a small row of the job's state, in a page that it shares with jobs
// which are due at the same time; documents are left alone.
//
// The "-wal" file is brought into the other while commits go on, and begun anew
// at 16 to 32 MB. A read that goes on for long lets it grow.
//
// Removing a job takes as long as removing it from its lists. What it leaves is
// erased by Sweep, in transactions of a few milliseconds.
//
// For tests that need no file there is package storage/memory.
package sqlite
