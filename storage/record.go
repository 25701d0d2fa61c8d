package storage

import "time"

// JobRef names one job of one organization.
type JobRef struct {
	OrganizationID string
	JobID          string
}

// JobRecord is a job as a [Store] sees it: fields that the store indexes, and
// two documents that it keeps.
type JobRecord struct {
	JobRef

	// Revision counts the writes of the record: 1 after the first. In a
	// [Change] it is the revision that the writer has read, or 0 for a new job.
	Revision int64
	// Key is the job's key, unique in its organization.
	Key string
	// CreatedAt orders jobs. It never changes.
	CreatedAt time.Time
	// TeamIDs are the teams that may see the job: sorted, each once.
	TeamIDs []string
	// Scopes are the lists in which the job stands: sorted, each once. Only the
	// domain knows what they mean: "c:main" may be a cluster, "d:orders" a
	// dependency, "s:paused" a status. Each is listed in the order of creation.
	Scopes []string
	// KeyScopes are those Scopes that are also listed in the order of keys:
	// sorted, each once. They cost more to keep.
	KeyScopes []string
	// WakeAt is when the job is due, see [DueJobs]. Zero means never.
	WakeAt time.Time
	// LatestRunID is the ID of the newest run; empty when there is none.
	LatestRunID string
	// Doc is the document that people edit. In a [Change], an empty Doc leaves
	// the stored one unchanged. A new job must have one.
	Doc []byte
	// State is the document that the scheduler keeps. In a [Change], an empty
	// State leaves the stored one unchanged. It is small. A change that gives
	// only State must not rewrite Doc.
	State []byte

	// LatestRun is the run that LatestRunID names, read together with the job.
	// Reads set it, writes ignore it. Nil when there is no such run.
	LatestRun *RunRecord
}

// VersionRecord is a published version, or a draft.
type VersionRecord struct {
	JobRef

	// Number is the version's number, from 1.
	Number int
	// Doc never changes once the version is published.
	Doc []byte
	// State is a second document of a published version. It is small, and
	// Change.PutVersionStates writes it without Doc.
	State []byte
}

// Outcome is how a run ended, in the domain's words; [Open] while it has not
// ended. Stores find runs by it, and give it no other meaning.
type Outcome string

// Open is the outcome of a run that has not ended.
const Open Outcome = ""

// RunRecord is one run of a job.
type RunRecord struct {
	JobRef

	// ID identifies the run within its job.
	ID string
	// Number counts the job's runs from 1, and orders them. It is unique in the
	// job, and never changes.
	Number int64
	// Revision counts the writes of the record, as in [JobRecord].
	Revision int64
	// CreatedAt orders the runs of an organization. It never changes.
	CreatedAt time.Time
	Outcome   Outcome
	// ReadyAt is when the run may be dispatched, see [DueReady]. Zero means
	// never.
	ReadyAt time.Time
	// DeadlineAt is when a scheduler must look at the run even if its engine is
	// silent, see [DueDeadlines]. Zero means never.
	DeadlineAt time.Time
	// OwedAt is when the run's next debt is due: a cancel or a cleanup that its
	// engine has not acknowledged, see [DueDebts]. Zero means never.
	OwedAt time.Time
	Doc    []byte
}

// TickRecord is the fate of one tick, or of several ticks in a row that share
// it.
type TickRecord struct {
	JobRef

	// NominalAt is the nominal time of the tick, or of the first of several. It
	// is unique in the job.
	NominalAt time.Time
	Doc       []byte
}

// EventRecord is one entry of an organization's journal.
type EventRecord struct {
	// OrganizationID and JobID are those of the change that wrote the event.
	JobRef
	// Seq is the event's place in the journal of its organization, from 1, in
	// the order of commits. There are no gaps, except where old events were
	// erased. The store gives it; writes ignore it. A reader that has read up
	// to a Seq never finds a new event below it.
	Seq int64
	// At is the At of the change.
	At  time.Time
	Doc []byte
}

// OrganizationRecord is what is kept for an organization. One that was never
// written has revision 0 and no document.
type OrganizationRecord struct {
	OrganizationID string
	// Revision counts the writes of Doc, as in [JobRecord].
	Revision int64
	// Graph is the counter of [GraphGuard]. Writes ignore it, except in a
	// change that is Copied.
	Graph int64
	Doc   []byte
}

// TombstoneRecord stands for a removed job until everything that the job left
// is erased. Until then, no job with the same ID can be made.
type TombstoneRecord struct {
	JobRef

	// Revision counts the writes of the record, as in [JobRecord].
	Revision int64
	// WakeAt is when the tombstone is due, see [DueTombstones]. Zero means
	// never.
	WakeAt time.Time
	Doc    []byte
}
