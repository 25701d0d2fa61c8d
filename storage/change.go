package storage

import "time"

// OperationRetention is how long a [Store] must remember the operation ID of a
// commit. The time is measured by the At of later commits.
const OperationRetention = 10 * time.Minute

// Change is one atomic write to one job, or to one organization. All of it is
// made, or nothing. Everything that it names belongs to the job of its JobRef,
// except for the guards and the wake, which may be about other jobs. A change whose
// JobID is empty is about the organization: it may write only the organization's
// record, its graph counter, and events.
type Change struct {
	JobRef

	// OperationID names this decision. Required. When a store has made a change
	// with this ID within [OperationRetention], Commit does nothing and returns
	// nil, whatever the change contains. IDs are unique within the
	// organization. They rise roughly with time, so that an index of them grows
	// at its end; [NewOperationID] makes such IDs.
	OperationID string
	// At is when the change was decided. Required.
	At time.Time

	// Job is written as the job's record when the stored revision equals
	// Job.Revision. 0 means that neither a job nor a tombstone with this ID
	// exists. It is stored with a revision one higher. No other job may have
	// its key. Nil leaves the record unchanged.
	Job *JobRecord
	// Tombstone with revision 0 removes the job in Job. Of Job, only the
	// revision is used, as a guard. The job's key, teams, scopes, versions,
	// runs and ticks are gone for every read at once. The change writes nothing
	// else to the job, except for events.
	//
	// With a higher revision, Tombstone replaces the tombstone of that
	// revision. Job must then be nil.
	Tombstone *TombstoneRecord

	// AddVersions are published. Their numbers must be new. Requires Job.
	AddVersions []VersionRecord
	// PutVersionStates replace the State of published versions, which must
	// exist before the change. Their Doc is ignored, and the stored one stays.
	// Requires Job.
	PutVersionStates []VersionRecord
	// PutDraft becomes the job's draft, and replaces the one that exists. A
	// draft has no State. Requires Job.
	PutDraft *VersionRecord
	// RemoveDraft removes the draft, if there is one. Requires Job.
	RemoveDraft bool

	// PutRuns with revision 0 are inserted: their IDs and numbers must be new.
	// Requires Job. With a higher revision, they replace the run of that
	// revision.
	PutRuns []RunRecord
	// RemoveRuns are runs to remove, each guarded by its revision. Beside a
	// Tombstone that is replaced, they are runs that the removed job left.
	RemoveRuns []RunGuard

	// PutTicks are recorded. A tick replaces the record with the same nominal
	// time. Requires Job.
	PutTicks []TickRecord
	// TrimTicks removes the job's oldest ticks whose nominal time is before it,
	// after PutTicks were recorded. One change removes [TrimAtOnce] ticks at
	// most. Zero removes none. Requires Job.
	TrimTicks time.Time

	// Events are appended to the organization's journal in this order. Each
	// gets the next Seq, the change's JobRef and the change's At; its own
	// JobRef, Seq and At are ignored.
	Events []EventRecord

	// Organization is written as the organization's record when the stored
	// revision equals Organization.Revision. It is stored with a revision one
	// higher. Nil leaves it unchanged.
	Organization *OrganizationRecord
	// RequireOrganization is the revision that the organization's record must
	// have. Nil requires nothing.
	RequireOrganization *int64

	// RequireKeys are keys that must each belong to the named job before the
	// change is made.
	RequireKeys []KeyGuard
	// ForbidScope is a scope in which no other job may stand. Empty forbids
	// nothing.
	ForbidScope string
	// Graph is what the organization's graph counter must be, and whether the
	// change raises it.
	Graph *GraphGuard
	// Wake makes jobs due.
	Wake *Wake

	// Copied means that the change writes records that were read from another
	// store. Each is stored with the Revision that it has here, not with one
	// higher:
	//
	//   - Job and each of PutRuns must be new. Without Job, versions, the
	//     draft, ticks and new runs are written to a job that exists.
	//   - Tombstone removes the job given in Job, whose revision is the guard.
	//   - Organization is stored with its Revision and its Graph, whatever the
	//     stored ones are. RequireOrganization may guard it.
	//   - Events keep their JobRef, Seq and At. Their Seq have no gaps, and
	//     follow that of the newest event in the journal. In an empty journal
	//     the first may have any Seq. A change with events names no job.
	//
	// Such a change removes no run and no draft, trims nothing, does not raise
	// the graph counter, and wakes no job.
	Copied bool
}

// TrimAtOnce is the most ticks that one change trims.
const TrimAtOnce = 100

// RunGuard names a run, and the revision that it must have.
type RunGuard struct {
	ID       string
	Revision int64
}

// KeyGuard says that a key must belong to a job.
type KeyGuard struct {
	Key   string
	JobID string
}

// GraphGuard says that the organization's graph counter must equal Expect. The
// counter starts at 0. With Raise, the change raises it by one. A change that
// adds dependencies does so: of two such changes that were decided on the same
// graph, only one is made.
type GraphGuard struct {
	Expect int64
	Raise  bool
}

// Wake wakes the jobs that stand in a scope. Each gets At as its wake time,
// unless its wake time is earlier already. The revision of each rises by one in
// any case, so that a decision about an older state becomes stale.
//
// The commit reads which jobs stand in the scope after it has made the rest of
// the change. The change's own job may be one of them. A change that removes its
// job wakes none.
type Wake struct {
	At time.Time
	// Scope is required.
	Scope string
}

// Removes reports whether the change removes its job.
func (c *Change) Removes() bool { return c.Tombstone != nil && (c.Copied || c.Tombstone.Revision == 0) }

// Creates reports whether a job or run that the change gives with this revision
// must be new.
func (c *Change) Creates(revision int64) bool { return c.Copied || revision == 0 }

// Stored returns the revision with which a record of the change is stored.
func (c *Change) Stored(revision int64) int64 {
	if c.Copied {
		return revision
	}
	return revision + 1
}
