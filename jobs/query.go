package jobs

import "time"

// JobLookup asks for jobs of one organization by ID, by key, or both.
type JobLookup struct {
	OrganizationID string
	IDs            []string
	Keys           []string
}

// FoundJobs answers a [JobLookup].
type FoundJobs struct {
	// Jobs are those that exist, each once, in no particular order.
	Jobs []JobRecord
	// Graph is the organization's graph counter; see [GraphGuard].
	Graph int64
}

// JobOrder is the field that a list of jobs is ordered by. Ties are broken by
// job ID, in the same direction.
type JobOrder int

// The orders.
const (
	// ByCreation orders by creation time.
	ByCreation JobOrder = iota
	// ByKey orders by job key, bytewise.
	ByKey
)

// JobQuery selects jobs of one organization. Conditions are joined by and;
// those that are zero ask for nothing.
type JobQuery struct {
	OrganizationID string
	// AllTeams selects whatever the teams; otherwise a job must be granted to
	// one of TeamIDs, and with none of them nothing is selected.
	AllTeams bool
	TeamIDs  []string
	// GrantedTo selects the jobs granted to this team.
	GrantedTo string
	// ClusterID selects the jobs whose active version is on this cluster.
	ClusterID string
	// DependsOn selects the jobs whose active version depends on this key.
	DependsOn string

	Order      JobOrder
	Descending bool
	// Offset jobs are left out, then up to Limit returned. Neither is
	// negative; a limit of 0 asks only for the total.
	Offset int
	Limit  int
}

// JobPage answers a [JobQuery].
type JobPage struct {
	// Total counts what the query selects, on every page.
	Total int
	Jobs  []JobRecord
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
}

// RunQuery asks for runs: of one job, ordered by number, or of a whole
// organization (JobID empty), ordered by creation time, then job ID, then
// number. The order is descending unless Ascending is set.
type RunQuery struct {
	JobRef

	// Outcomes selects the runs with one of these outcomes; empty for all.
	// Only for one job.
	Outcomes  []Outcome
	Ascending bool
	// After is where to go on: only runs that stand strictly behind it in the
	// query's order are returned. The zero position is the beginning.
	After RunPosition
	// Limit is at least 1.
	Limit int
}

// RunPosition is a place in the order of runs. For the runs of one job only
// Number counts.
type RunPosition struct {
	CreatedAt time.Time
	JobID     string
	Number    int64
}

// TickQuery asks for ticks of a job, newest first.
type TickQuery struct {
	JobRef

	// Before selects the ticks with an earlier nominal time; zero for all.
	Before time.Time
	// Limit is at least 1.
	Limit int
}

// DueQuery asks for what is to be woken by a time.
type DueQuery struct {
	// Until selects wake times that are not after it.
	Until time.Time
	// After is the last item of the page before; the zero item for the first.
	After DueItem
	// Limit is at least 1.
	Limit int
}

// DueKind says what a [DueItem] names.
type DueKind int

// The kinds.
const (
	// DueJob is a job.
	DueJob DueKind = iota
	// DueRun is a run.
	DueRun
	// DueTombstone is what a removed job left behind.
	DueTombstone
)

// DueItem names something whose wake time has come. Items are ordered by wake
// time, organization, job and run; that order is total.
type DueItem struct {
	WakeAt time.Time
	JobRef
	// RunID is set for a run only.
	RunID string
	Kind  DueKind
}

// DuePage answers a [DueQuery].
type DuePage struct {
	Items []DueItem
	// Next is the earliest wake time after the query's Until; zero for none.
	Next time.Time
	// Time is the store's own: of its server's clock where it has one, else
	// the latest At that was committed, and zero before the first commit.
	Time time.Time
	// Clock is whether Time is a server's clock, and so goes on by itself.
	Clock bool
}
