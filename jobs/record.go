package jobs

import "time"

// JobRef names one job of one organization.
type JobRef struct {
	OrganizationID string
	JobID          string
}

// JobRecord is a job as a [Store] sees it: the fields that it indexes, and a
// document that it keeps.
type JobRecord struct {
	JobRef

	// Revision counts the record's writes: 1 after the first. In a [Change]
	// it is the revision that the writer read, and 0 for a new job.
	Revision int64
	// Key is the job's name, unique in its organization.
	Key string
	// CreatedAt orders jobs; it never changes after the first write.
	CreatedAt time.Time
	// TeamIDs are the teams that the job is granted to: sorted, each once.
	TeamIDs []string
	// ClusterID is the cluster of the active version.
	ClusterID string
	// DependsOn are the keys that the active version depends on: sorted, each once.
	DependsOn []string
	// WakeAt is when the scheduler must look at the job; zero for never.
	WakeAt time.Time
	// LatestRunID names the newest run; empty without one.
	LatestRunID string
	// Doc is the rest of the job, active version included.
	Doc []byte

	// LatestRun is the run that LatestRunID names, as of the same state. Reads
	// fill it in; writes ignore it. Nil when there is no such run.
	LatestRun *RunRecord
}

// VersionRecord is a published version, or a draft.
type VersionRecord struct {
	JobRef

	// Number is the version's number, from 1.
	Number int
	Doc    []byte
}

// Outcome is how a run ended, as coarsely as a store needs to find it.
type Outcome string

// The outcomes.
const (
	// OutcomeNone is a run that has not ended.
	OutcomeNone Outcome = ""
	// OutcomeSucceeded is a run that ended well.
	OutcomeSucceeded Outcome = "succeeded"
	// OutcomeFailed is a run that ended in any other way.
	OutcomeFailed Outcome = "failed"
)

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
	// WakeAt is when the scheduler must look at the run; zero for never.
	WakeAt time.Time
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

// TombstoneRecord is what stays of a removed job until nothing is owed for it:
// the cancels that engines have not yet acknowledged.
type TombstoneRecord struct {
	JobRef

	// Revision counts the record's writes, as in [JobRecord].
	Revision int64
	// Owed keeps the tombstone from being swept.
	Owed bool
	// WakeAt is when the scheduler must look at it; zero for never.
	WakeAt time.Time
	Doc    []byte
}
