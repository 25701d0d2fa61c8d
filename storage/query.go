package storage

import "time"

// PageBytes ends a page early: a list adds no further record once the documents
// on the page have reached so many bytes. A page whose limit is above 0 holds at
// least one record, if there is one. The page says that there is more.
const PageBytes = 1 << 20

// FindQuery asks for jobs of one organization by ID, by key, or both. It asks
// for at most 1,000 jobs.
type FindQuery struct {
	OrganizationID string
	IDs            []string
	Keys           []string
	// Brief leaves out the documents and the latest run of the jobs.
	Brief bool
	// NoDoc leaves out what people edit: JobRecord.Doc, which may be long.
	NoDoc bool
	// OpenRuns asks for up to so many open runs of each job, oldest first; a
	// number above [MaxLimit] means MaxLimit, here and in RecentRuns.
	OpenRuns int
	// RecentRuns asks for up to so many of the newest runs of each job, newest
	// first.
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

// JobOrder is the field that a list of jobs is ordered by. Ties are broken by
// job ID, in the same direction.
type JobOrder int

// The orders.
const (
	// ByCreation orders by creation time.
	ByCreation JobOrder = iota
	// ByKey orders by job key.
	ByKey
)

// JobQuery selects jobs of one organization. Conditions are joined by and;
// those that are zero ask for nothing.
type JobQuery struct {
	OrganizationID string
	// AllTeams selects whatever the teams; otherwise one of TeamIDs must be
	// among the job's, and with none of them nothing is selected. TeamIDs are
	// in any order.
	AllTeams bool
	TeamIDs  []string
	// Scope selects the jobs that stand in a scope; empty selects all.
	Scope string

	// Order may be ByKey for all jobs, and for a scope that all its jobs have
	// among their KeyScopes. Of jobs that do not, none is returned.
	Order      JobOrder
	Descending bool
	// Offset jobs are left out, then up to Limit returned. Neither is
	// negative; a limit of 0 asks only for the total, and one above
	// [MaxLimit] means MaxLimit.
	Offset int
	Limit  int
	// After, unless nil, takes the place of Offset: only jobs that stand
	// strictly behind it in the query's order are returned, and nothing is
	// counted.
	After *JobPosition
	// Brief leaves out the documents and the latest run of the jobs.
	Brief bool
}

// MaxLimit bounds the length of a page of any list.
const MaxLimit = 1000

// JobPosition is a place in an order of jobs: CreatedAt and JobID in that of
// creation, Key and JobID in that of keys. There need be no such job.
type JobPosition struct {
	CreatedAt time.Time
	Key       string
	JobID     string
}

// JobPage answers a [JobQuery].
type JobPage struct {
	// Total counts what the query selects, on every page. It is 0 with After.
	Total int
	Jobs  []JobRecord
	// More is whether the query selects jobs behind the last one of the page.
	More bool
}

// VersionQuery asks for published versions of a job; Offset and Limit as in
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
	// More is whether there are versions behind the last one of the page.
	More bool
}

// RunQuery asks for runs: of one job, ordered by number, or of a whole
// organization (JobID empty), ordered by creation time, then job ID, then
// number. The order is descending unless Ascending is set.
type RunQuery struct {
	JobRef

	// Outcomes selects the runs with one of these outcomes, at most
	// [MaxOutcomes]; empty for all.
	Outcomes  []Outcome
	Ascending bool
	// After is where to go on: only runs that stand strictly behind it in the
	// query's order are returned. The zero position is the beginning.
	After RunPosition
	// Limit is at least 1.
	Limit int
	// Removed selects, of a job that was removed, the runs that it left and
	// that are open or owed (OwedAt is set). Only with a JobID.
	Removed bool
}

// RunPosition is a place in the order of runs. For the runs of one job only
// Number counts.
type RunPosition struct {
	CreatedAt time.Time
	JobID     string
	Number    int64
}

// RunPage answers a [RunQuery].
type RunPage struct {
	Runs []RunRecord
	// More is whether there may be runs behind this page. A page may be
	// short, and even empty, before the end: what removed jobs left is passed
	// over, and no call passes over much.
	More bool
	// Next is where to go on when More is set.
	Next RunPosition
}

// TickQuery asks for ticks of a job, newest first.
type TickQuery struct {
	JobRef

	// Before selects the ticks with an earlier nominal time; zero for all.
	Before time.Time
	// Limit is at least 1.
	Limit int
}

// TickPage answers a [TickQuery].
type TickPage struct {
	Ticks []TickRecord
	// More is whether there are ticks behind the last one of the page.
	More bool
}

// EventQuery asks for events of an organization, newest first, or of one of its
// jobs, which may be removed.
type EventQuery struct {
	OrganizationID string
	// JobID selects the events of one job; empty selects all.
	JobID string
	// Ascending turns the order: oldest first.
	Ascending bool
	// After selects the events with a higher Seq, and Before those with a lower
	// one; 0 selects all.
	After  int64
	Before int64
	// Limit is at least 1.
	Limit int
}

// EventPage answers an [EventQuery].
type EventPage struct {
	Events []EventRecord
	// More is whether there are events behind the last one of the page.
	More bool
	// Oldest and Newest are the Seq of the oldest event that the organization
	// still has and of the newest; 0 before the first.
	Oldest int64
	Newest int64
}
