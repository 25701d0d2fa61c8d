// Package redis keeps jobs on Redis 7.0 or newer, or Valkey: an implementation
// of [storage.Store] for several processes that share one server, a master with
// replicas found by Sentinel, or a cluster.
//
// docs/redis.md says what durability to expect, which options to give the
// client, and how much memory a job takes.
//
// # How it is kept
//
// Organizations are hashed to a fixed number of partitions. All keys of a
// partition have one hash tag, and so one slot of a cluster; keys.go names them.
// Each organization has a hash of all its records, a sorted set for each scope, one
// of all runs, a list of the operations of the last half hour, and a few hashes that
// tell which teams see how many jobs. Each job has a sorted set that orders its
// versions, runs, ticks and events. What is due, and what was removed, spans a
// partition.
//
// Every change is one script, which checks everything before it writes
// anything. It is put together from the parts that the change needs, as a server
// spends most of a short change on the script itself. A change that moves a job
// in the index takes two: the first answers where the job stands, which says
// what keys the second needs. All keys that a script uses are declared.
//
// A read is one script, or several with a check that nothing has changed between
// them. A page of jobs is planned by a script and read by a transaction, as a server
// looks at each byte that passes through Lua. Both go to masters only: a replica
// answers with what was so a moment ago, and a read must see what was acknowledged
// before it began.
//
// Removing a job takes it out of the index, and puts a tombstone in its place.
// What it left in lists that jobs share is passed over until it is swept.
//
// # The layout
//
// A number says how all this is laid out. It stands in each partition, and every
// commit checks it: once a newer release has raised it, an older process writes
// nothing any more, and is told [storage.ErrOutdated].
package redis
