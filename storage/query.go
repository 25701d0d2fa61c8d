package storage

import "time"

// PageBytes limits the documents of a page, in bytes: a list adds no record
// once they have reached it. More is then true. A page with a limit above 0 has
// at least one record, if there is one.
const PageBytes = 1 << 20

// FindQuery asks for jobs of one organization, by ID, by key, or both; for at
// most 1,000 jobs.
type FindQuery struct {
	OrganizationID string
	IDs            []string
	Keys           []string
	// Brief leaves out the documents and the latest run of the jobs.
	Brief bool
	// NoDoc leaves out JobRecord.Doc, which may be long.
	NoDoc bool
	// OpenRuns is how many open runs of each job to return, oldest first. A
	// number above [MaxLimit] means MaxLimit.
	OpenRuns int
	// RecentRuns is how many of the newest runs of each job to return, newest
	// first. A number above [MaxLimit] means MaxLimit.
	RecentRuns int
}

// FoundJob is one job that was found.
type FoundJob struct {
	JobRecord
	// OpenRuns and RecentRuns are what the query asked for.
	OpenRuns   []RunRecord
	RecentRuns []RunRecord
}

// JobList answers a [FindQuery].
type JobList struct {
	// Organization is the organization's record.
	Organization OrganizationRecord
	Jobs         []FoundJob
}

// JobOrder is the order of a list of jobs. Jobs with equal values are ordered
// by ID, in the same direction.
type JobOrder int

// The orders.
const (
	// ByCreation orders by creation time.
	ByCreation JobOrder = iota
	// ByKey orders by job key.
	ByKey
)

// JobQuery selects jobs of one organization. A job must meet all conditions. A
// condition that is zero selects all jobs.
type JobQuery struct {
	OrganizationID string
	// AllTeams selects jobs of all teams. Without it, a job must have one of
	// TeamIDs among its own, and an empty TeamIDs selects nothing. TeamIDs may
	// be in any order.
	AllTeams bool
	TeamIDs  []string
	// Scope selects the jobs that stand in this scope.
	Scope string

	// Order may be ByKey for all jobs, or for a scope. In a scope, ByKey
	// returns only the jobs that have it among their KeyScopes.
	Order      JobOrder
	Descending bool
	// Offset is how many jobs to leave out, and Limit how many to return after
	// that. Both are 0 or more. A Limit of 0 asks only for the total. A Limit
	// above [MaxLimit] means MaxLimit.
	Offset int
	Limit  int
	// After replaces Offset when it is not nil. Only jobs strictly after it in
	// the query's order are returned, and nothing is counted.
	After *JobPosition
	// Brief leaves out the documents and the latest run of the jobs.
	Brief bool
}

// MaxLimit is the most records on a page of any list.
const MaxLimit = 1000

// JobPosition is a position in an order of jobs. In the order of creation it
// has CreatedAt and JobID, in the order of keys Key and JobID. A job with these
// values need not exist.
type JobPosition struct {
	CreatedAt time.Time
	Key       string
	JobID     string
}

// JobPage answers a [JobQuery].
type JobPage struct {
	// Total is how many jobs the query selects on all pages. It is 0 when After
	// was given.
	Total int
	Jobs  []JobRecord
	// More is true when the query selects jobs after the last one of the page.
	More bool
}

// VersionQuery asks for published versions of a job. Offset and Limit are as in
// [JobQuery].
type VersionQuery struct {
	JobRef

	Offset int
	Limit  int
}

// VersionPage answers a [VersionQuery].
type VersionPage struct {
	Total    int
	Versions []VersionRecord
	// More is true when there are versions after the last one of the page.
	More bool
}

// RunQuery asks for the runs of one job, ordered by number, or of a whole
// organization (JobID is empty), ordered by creation time, then job ID, then
// number. The order is descending unless Ascending is true.
type RunQuery struct {
	JobRef

	// Outcomes selects runs with one of these outcomes, at most [MaxOutcomes].
	// Empty selects all runs.
	Outcomes  []Outcome
	Ascending bool
	// After returns only runs strictly after this position in the query's
	// order. The zero position is the beginning.
	After RunPosition
	// Limit is at least 1.
	Limit int
	// Removed selects the runs that a removed job left: those that are open, or
	// that are owed (OwedAt is set). It requires a JobID.
	Removed bool
}

// RunPosition is a position in the order of runs. Among the runs of one job,
// only Number is used.
type RunPosition struct {
	CreatedAt time.Time
	JobID     string
	Number    int64
}

// RunPage answers a [RunQuery].
type RunPage struct {
	Runs []RunRecord
	// More is true when there may be more runs. A page can then be short or
	// even empty, because one call passes over only a limited number of runs of
	// removed jobs. Continue from Next.
	More bool
	// Next is where to continue when More is true.
	Next RunPosition
}

// TickQuery asks for ticks of a job, newest first.
type TickQuery struct {
	JobRef

	// Before selects ticks with an earlier nominal time. Zero selects all.
	Before time.Time
	// Limit is at least 1.
	Limit int
}

// TickPage answers a [TickQuery].
type TickPage struct {
	Ticks []TickRecord
	// More is true when there are ticks after the last one of the page.
	More bool
}

// EventQuery asks for events of an organization, newest first. With a JobID, it
// asks for the events of one job, also of a removed one.
type EventQuery struct {
	OrganizationID string
	// JobID selects the events of one job. Empty selects all.
	JobID string
	// Ascending returns the oldest events first.
	Ascending bool
	// After selects events with a higher Seq, and Before events with a lower
	// one. 0 selects all.
	After  int64
	Before int64
	// Limit is at least 1.
	Limit int
}

// EventPage answers an [EventQuery].
type EventPage struct {
	Events []EventRecord
	// More is true when there are events after the last one of the page.
	More bool
	// Oldest and Newest are the Seq of the oldest event that the organization
	// still has, and of its newest. They are 0 before the first event.
	Oldest int64
	Newest int64
}
