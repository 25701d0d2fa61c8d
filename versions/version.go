package versions

import (
	"bytes"
	"time"
)

// Status is whether a version is published.
type Status string

// The statuses.
const (
	// Published versions are immutable. Source: the documented Jobs API.
	Published Status = "published"
	// Draft versions are edited until they are published or discarded.
	Draft Status = "draft"
)

// JobType is the kind of workload that a config describes.
type JobType string

// The job types that [DocumentedConfig] returns.
const (
	SQL    JobType = "sql"
	Python JobType = "python"
)

// Version is one numbered entry of a job's ledger.
type Version struct {
	Definition

	// Number counts the job's versions from 1. A number is never used twice,
	// not even that of a discarded draft.
	Number int
	// BasedOn is the version that this one was made from; 0 for the first.
	BasedOn int
	Status  Status
	JobType JobType
	// Edition is the job's edit counter when the version was last edited. It
	// is what a draft's entity tag is made of.
	Edition int64
	// FollowsJob is true while a draft has been given no description of its
	// own: it shows the job's, and is published with it.
	FollowsJob bool

	// Runs are how many runs of the version there were. Lists fill it in.
	Runs RunCounts

	// MemberID is who made the version.
	MemberID  string
	CreatedAt time.Time
	CreatedBy string
	UpdatedAt time.Time
	UpdatedBy string

	// Unknown is what [Definition.Unknown] is, for what is not of the definition.
	Unknown []byte
}

// RunCounts are how many runs there were, by how they ended, and how many have
// not. Each attempt of a run that is retried counts, also when it is kept no longer.
type RunCounts struct {
	Succeeded, Failed, Timeout, Cancelled, Active int
}

// Clone returns a copy that shares nothing with v.
func (v Version) Clone() Version {
	v.Definition, v.Unknown = v.Definition.Clone(), bytes.Clone(v.Unknown)
	return v
}
