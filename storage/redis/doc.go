// Package redis is a [storage.Store] on Redis 7.0 or newer, or on Valkey.
// Several processes can share one server, a master that Sentinel watches, or a
// cluster.
//
// docs/redis.md says what durability to expect, which options to give the
// client, and how much memory a job takes.
//
// # How data is stored
//
// Each organization belongs to one of a fixed number of partitions, by the hash
// of its ID. All keys of a partition have one hash tag, so a cluster keeps them
// in one slot; keys.go lists them. An organization has a hash of all its
// records, a sorted set for each scope, a sorted set of all runs, a list of the
// operations of the last half hour, and a few hashes that say which teams see
// how many jobs. A job has a sorted set of its versions, runs, ticks and
// events. What is due and what was removed is kept for a whole partition.
//
// Every change is one script. It checks everything before it writes anything.
// It is put together from the parts that the change needs, because for a short
// change a server spends most of the time on the script itself. A change that
// moves a job in the index needs two scripts: the first returns where the job
// stands, which says what keys the second needs. All keys that a script uses
// are declared.
//
// A read is one script, or several with a check that nothing has changed
// between them. For a page of jobs, a script says what to read and a
// transaction reads it, because Lua looks at each byte that it returns. Both
// are sent only to masters: a replica may be behind, and a read must see what
// was acknowledged before it began.
//
// Removing a job removes it from the index and adds a tombstone. Lists that
// several jobs share pass over what it left, until that is swept.
//
// # The layout
//
// The layout of all this has a version, which is stored in each partition.
// Every commit checks it. Once a newer release has raised it, an older process
// writes nothing any more: its commits return [storage.ErrOutdated].
package redis
