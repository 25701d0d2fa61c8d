package versions

import (
	"bytes"
	"time"
)

// Status says whether a version is published.
type Status string

// The statuses.
const (
	// Published versions are immutable. Source: the documented Jobs API.
	Published Status = "published"
	// Draft versions are edited until they are published or discarded.
	Draft Status = "draft"
)

// JobType is the kind of workload that a config describes. [CheckConfig]
// decides it.
type JobType string

// The job types that [DocumentedConfig] returns.
const (
	SQL    JobType = "sql"
	Python JobType = "python"
)

// Version is a numbered version of a job, or its draft.
type Version struct {
	Definition

	// Number counts the job's versions from 1. A number is never used twice,
	// also when its draft was discarded.
	Number int
	// BasedOn is the number of the version that this one was made from; 0 for
	// the first.
	BasedOn int
	Status  Status
	JobType JobType
	// Edition is the job's edition when this version was last edited. The ETag
	// of a draft is made from it.
	Edition int64
	// FollowsJob is true for a draft that has no description of its own. It
	// shows the job's description, and is published with it.
	FollowsJob bool

	// Runs says how many runs of the version there were. Only lists set it.
	Runs RunCounts

	// MemberID is the member who made the version.
	MemberID  string
	CreatedAt time.Time
	CreatedBy string
	UpdatedAt time.Time
	UpdatedBy string

	// Unknown holds what a newer version of this library wrote outside the
	// definition, in its stored form.
	Unknown []byte
}

// RunCounts says how many runs there were with each outcome, and how many have
// not ended (Active). Each attempt of a run that is retried counts. Runs that
// are no longer kept count, too.
type RunCounts struct {
	Succeeded, Failed, Timeout, Cancelled, Active int
}

// Clone returns a copy that shares nothing with v.
func (v Version) Clone() Version {
	v.Definition, v.Unknown = v.Definition.Clone(), bytes.Clone(v.Unknown)
	return v
}
