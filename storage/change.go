package storage

import "time"

// OperationRetention is for how long, at the least, a [Store] remembers the
// operation ID of a commit. Time is counted by the At of later commits.
const OperationRetention = 10 * time.Minute

// Change is one atomic write, to one job or to one organization. Everything in
// it happens together, or not at all. All that it names belongs to the job of
// its JobRef, but for the guards and wakes that say otherwise. Without a JobID
// it writes the organization's record, its graph counter and events, and nothing
// else.
type Change struct {
	JobRef

	// OperationID names this decision. A store that has already applied a
	// change under this ID, within [OperationRetention], does nothing and
	// returns nil, whatever else the change says. IDs are unique within the
	// organization, and rise roughly with time ([NewOperationID] makes such
	// ones), so that an index of them grows at its end. Required.
	OperationID string
	// At is when the change was decided. Required.
	At time.Time

	// Job is written as the job's record when the stored revision equals
	// Job.Revision (0: no job of this ID, nor a tombstone, exists); it is
	// stored with the revision one higher. Its key must belong to no other
	// job. Nil leaves the record as it is.
	Job *JobRecord
	// Tombstone, at revision 0, removes the job given in Job (whose revision
	// is the guard, and whose other fields are ignored): its key, teams,
	// scopes, versions, runs and ticks are gone for every read at once. Nothing
	// else is then written to the job, but for events. At a higher revision it
	// replaces the tombstone of that revision; Job is then nil.
	Tombstone *TombstoneRecord

	// AddVersions are published; each number must be new. Requires Job.
	AddVersions []VersionRecord
	// PutVersionStates replace the State of published versions, which must exist
	// before the change; their Doc is ignored, and stays. Requires Job.
	PutVersionStates []VersionRecord
	// PutDraft becomes the job's draft, in place of one that is there. It has no
	// State. Requires Job.
	PutDraft *VersionRecord
	// RemoveDraft removes the draft, if there is one. Requires Job.
	RemoveDraft bool

	// PutRuns are inserted at revision 0 (the ID and number must be new;
	// requires Job), or else replace the run of that revision.
	PutRuns []RunRecord
	// RemoveRuns removes runs, each guarded by its revision. With a Tombstone
	// that is replaced, they are runs that the removed job left.
	RemoveRuns []RunGuard

	// PutTicks are recorded; one with the nominal time of an earlier record
	// replaces it. Requires Job.
	PutTicks []TickRecord
	// TrimTicks removes the oldest ticks of the job whose nominal time is
	// before it, after PutTicks; at most [TrimAtOnce] of them in one change.
	// Zero removes none. Requires Job.
	TrimTicks time.Time

	// Events are appended to the organization's journal, in this order, each
	// with the next Seq. Their JobRef, Seq and At are ignored: they are the
	// change's, and the store's to give.
	Events []EventRecord

	// Organization is written as the organization's record when the stored
	// revision equals Organization.Revision; it is stored with the revision one
	// higher. Nil leaves it as it is.
	Organization *OrganizationRecord
	// RequireOrganization: the organization's record has this revision when
	// the change is made. Nil asks for nothing.
	RequireOrganization *int64

	// RequireKeys must each belong to the job named, before the change is made.
	RequireKeys []KeyGuard
	// ForbidScope: no other job stands in this scope, when the change is made.
	// Empty asks for nothing.
	ForbidScope string
	// Graph guards and raises the organization's graph counter.
	Graph *GraphGuard
	// Wake makes jobs due.
	Wake *Wake

	// Copied: the change writes records as they were read from another store.
	// Each is stored with the Revision that it has here, and not one higher:
	//
	//   - Job, and each of PutRuns, is new: nothing is there in its place.
	//     Without Job, versions, the draft, ticks and new runs are written to a
	//     job that exists.
	//   - Tombstone removes the job given in Job, whose revision is the guard.
	//   - Organization is stored with its Revision and its Graph, whatever they
	//     were; RequireOrganization may guard it.
	//   - Events keep their JobRef, Seq and At. They follow each other without
	//     gaps, and the newest event of the journal; in an empty journal the
	//     first has any Seq. A change with events names no job.
	//
	// It removes no run and no draft, trims nothing, raises no graph counter and
	// wakes nobody.
	Copied bool
}

// TrimAtOnce bounds how many ticks one change trims.
const TrimAtOnce = 100

// RunGuard names a run at a revision.
type RunGuard struct {
	ID       string
	Revision int64
}

// KeyGuard says that a key belongs to a job.
type KeyGuard struct {
	Key   string
	JobID string
}

// GraphGuard says that the organization's graph counter is still Expect. The
// counter starts at 0; a change that adds dependencies raises it by one, so
// that of two that were decided on the same graph only one is made.
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

// Creates reports whether a job or a run that the change gives at a revision is
// new.
func (c *Change) Creates(revision int64) bool { return c.Copied || revision == 0 }

// Stored returns the revision that is stored for a record of the change.
func (c *Change) Stored(revision int64) int64 {
	if c.Copied {
		return revision
	}
	return revision + 1
}
