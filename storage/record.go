package storage

import "time"

// JobRef names one job of one organization.
type JobRef struct {
	OrganizationID string
	JobID          string
}

// JobRecord is a job as a [Store] sees it: the fields that it indexes, and two
// documents that it keeps.
type JobRecord struct {
	JobRef

	// Revision counts the record's writes: 1 after the first. In a [Change]
	// it is the revision that the writer read, and 0 for a new job.
	Revision int64
	// Key is the job's name, unique in its organization.
	Key string
	// CreatedAt orders jobs; it never changes after the first write.
	CreatedAt time.Time
	// TeamIDs are the teams that may see the job: sorted, each once.
	TeamIDs []string
	// Scopes are the lists that the job stands in: sorted, each once. What
	// they mean is the domain's: "c:main" may be a cluster, "d:orders" a
	// dependency, "s:paused" a status. Each is listed in the order of creation.
	Scopes []string
	// KeyScopes are those of Scopes that are listed in the order of keys
	// too: sorted, each once. They cost more to keep.
	KeyScopes []string
	// WakeAt is when the job is due, see [DueJobs]; zero for never.
	WakeAt time.Time
	// LatestRunID names the newest run; empty without one.
	LatestRunID string
	// Doc is what people edit. In a [Change], empty leaves the stored
	// document as it is; a new job must give one.
	Doc []byte
	// State is what the scheduler keeps. In a [Change], empty leaves the stored
	// document as it is. It is small, and a change that gives only State does
	// not rewrite Doc.
	State []byte

	// LatestRun is the run that LatestRunID names, as of the same state. Reads
	// fill it in; writes ignore it. Nil when there is no such run.
	LatestRun *RunRecord
}

// VersionRecord is a published version, or a draft.
type VersionRecord struct {
	JobRef

	// Number is the version's number, from 1.
	Number int
	// Doc never changes once the version is published.
	Doc []byte
	// State is what is kept of a published version beside it. It is small, and is
	// written by Change.PutVersionStates without its Doc.
	State []byte
}

// Outcome is how a run ended, in the domain's words; [Open] while it has not.
// Stores find runs by it, and know nothing else of it.
type Outcome string

// Open is the outcome of a run that has not ended.
const Open Outcome = ""

// RunRecord is one run of a job.
type RunRecord struct {
	JobRef

	// ID names the run within its job.
	ID string
	// Number counts the job's runs from 1; it orders them, is unique in the
	// job, and never changes.
	Number int64
	// Revision counts the record's writes, as in [JobRecord].
	Revision int64
	// CreatedAt orders an organization's runs; it never changes.
	CreatedAt time.Time
	Outcome   Outcome
	// ReadyAt is when the run may be handed to an engine, see [DueReady];
	// zero for never.
	ReadyAt time.Time
	// DeadlineAt is when the run must be looked at whatever its engine does,
	// see [DueDeadlines]; zero for never.
	DeadlineAt time.Time
	// OwedAt is when the run's engine is to be asked for something, see
	// [DueDebts]; zero for never.
	OwedAt time.Time
	Doc    []byte
}

// TickRecord is what became of one scheduled tick, or of several in a row that
// shared a fate.
type TickRecord struct {
	JobRef

	// NominalAt is the time the schedule gave; unique in the job.
	NominalAt time.Time
	Doc       []byte
}

// EventRecord is one entry of an organization's journal.
type EventRecord struct {
	// OrganizationID and JobID are those of the change that wrote the event.
	JobRef
	// Seq is the event's place in the journal of its organization, from 1,
	// without gaps until events are erased. The store gives it, in the order
	// of commits; writes ignore it. Whoever has read up to a Seq never finds a
	// new event below it.
	Seq int64
	// At is the At of the change.
	At  time.Time
	Doc []byte
}

// OrganizationRecord is what is kept for an organization. One that was never
// written has the revision 0 and no document.
type OrganizationRecord struct {
	OrganizationID string
	// Revision counts the writes of Doc, as in [JobRecord].
	Revision int64
	// Graph is the counter of [GraphGuard]. Writes ignore it.
	Graph int64
	Doc   []byte
}

// TombstoneRecord stands for a removed job until all that it left is erased.
// No job of the same ID can be made for so long.
type TombstoneRecord struct {
	JobRef

	// Revision counts the record's writes, as in [JobRecord].
	Revision int64
	// WakeAt is when the tombstone is due, see [DueTombstones]; zero for never.
	WakeAt time.Time
	Doc    []byte
}
