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
// share.
//
// # Costs
//
// A page and its total cost the page and its offset, and one step for each
// distinct set of teams (on each cluster) that the query sees, whatever the
// number of jobs. For tests that need no file there is package storage/memory.
package sqlite
