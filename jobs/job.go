package jobs

import (
	"time"

	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// Status says whether a job starts runs by itself.
type Status string

// The statuses. Source: the documented Jobs API.
const (
	// Active: the schedule or the dependencies of the job start runs. The default.
	Active Status = "active"
	// Paused: the schedule and the dependencies start no runs. Members still can.
	Paused Status = "paused"
)

// Job is a job as one of its versions defines it. That is the active version,
// except in the result of [Service.JobVersion].
type Job struct {
	// ID is what Options.NewID made; by default 10 characters of A-Z and 0-9.
	ID             string
	OrganizationID string
	// Key is the job's name: 1 to 255 characters, unique in its organization.
	Key string
	// MemberID is who created the job.
	MemberID string
	Status   Status
	// PausedUntil is when the pause ends by itself. It is zero when somebody has to
	// end the pause, and when the job is not paused. A scheduler may end the pause a
	// little late; until it does, PausedUntil is in the past. See [JobPatch].
	PausedUntil time.Time
	// Labels are at most 16 names with values. JobQuery.Label selects jobs by one
	// of them.
	Labels map[string]string
	// Description is the job's own. Version.Description is the one that the version
	// was published with.
	Description string

	// Version is the version whose definition this Job shows.
	Version versions.Version
	// CurrentVersion is the number of the active version.
	CurrentVersion int
	// DraftVersion is the number of the draft; 0 when there is none.
	DraftVersion int
	// Edition rises with every edit of the job. Ticks and runs do not change it.
	// See [IfEdition].
	Edition int64

	// Grants are the teams that the job is granted to, sorted by ID.
	Grants []teams.Grant

	CreatedAt time.Time
	CreatedBy string
	// UpdatedAt and UpdatedBy are about the latest edit. UpdatedBy is empty when
	// that was a pause that ended by itself.
	UpdatedAt time.Time
	UpdatedBy string

	// LastScheduledAt is the nominal time of the last tick that fired; zero when
	// none has.
	LastScheduledAt time.Time
	// NextRunAt is the nominal time of the first tick that is not settled. It is in
	// the past while no scheduler runs. It is zero when the job is paused or has no
	// schedule, and when this Job shows a version that is not active.
	NextRunAt time.Time
	// LastOutcome is the final status of the ended run with the highest Number. Of
	// a chain of retries, only the last attempt counts. It is empty while no run
	// has ended, and stays when that run is removed.
	LastOutcome RunStatus
	// LatestRun is the newest run, without those that queue: they wait for their
	// RunAt, or for their turn in a backfill. Nil when there is none.
	LatestRun *Run
	// RecentRuns are the newest 20 runs, newest first, without messages, parameters
	// and results. Only [Service.JobWithRuns] and lists with JobQuery.RecentRuns
	// set it.
	RecentRuns []Run
	// Permissions are the actions that the actor may take on the job: view,
	// operate, edit, grant, delete. Nil when the job was changed and the policy
	// could not answer after that.
	Permissions []teams.Action
}

// TeamIDs returns the IDs of the teams that the job is granted to, sorted.
func (j Job) TeamIDs() []string {
	ids := make([]string, len(j.Grants))
	for i, g := range j.Grants {
		ids[i] = g.TeamID
	}
	return ids
}
