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
// partition have one hash tag, and so one slot of a cluster. For each
// organization there are a hash of records, a sorted set that says where the
// jobs are in every scope and order, one that orders all runs, and one of the
// operations of the last half hour; for each job a hash of versions, draft and
// ticks, and a sorted set that orders those and the job's runs; and for each
// partition a sorted set of what is to be woken, and one of the removed jobs
// that are to be swept.
//
// Every change is one script, which checks everything before it writes
// anything, and every read is one script, or a script and a check that nothing
// has changed since. All keys that a script uses are declared. Scripts go to
// masters only: a replica answers with what was so a moment ago, and a read
// must see what was acknowledged before it began.
//
// # Formats
//
// Two numbers say how the data is written. The first byte of every record is
// the format of that record. The number that is stored beside the number of
// partitions is the format of the layout: the names of keys, the order of
// index entries, and which formats of records may occur.
//
// A release reads every format of a record that an older one wrote, and writes
// the newest that it knows: records are upgraded one by one, as they are
// written, and there is no migration to wait for. A release that writes a new
// format of a record raises the number of the layout, too, when it first opens
// the store. From then on a process of an older release is refused when it
// opens the store; one that had opened it before gets an error for each record
// that it does not know, from reads and from commits, and writes nothing over
// it. So the order of an upgrade does not matter for the data; but older
// processes are of no use any more once the first newer one has started.
//
// A change of the layout that cannot be read in both ways would come with a
// program that copies a store, and never happens at opening.
package redis
