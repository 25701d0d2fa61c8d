package jobs

import (
	"time"

	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// Status is whether a job's schedule fires.
type Status string

// The statuses. Source: the documented Jobs API.
const (
	// Active jobs fire on schedule. It is the default.
	Active Status = "active"
	// Paused jobs do not; they can still be run by hand.
	Paused Status = "paused"
)

// Job is a job as one of its versions defines it: the active one, unless
// [Service.JobVersion] was asked for another.
type Job struct {
	// ID is 10 characters of A-Z and 0-9.
	ID             string
	OrganizationID string
	// Key is the job's name: 1 to 255 characters, unique in its organization.
	Key string
	// MemberID is who created the job.
	MemberID string
	Status   Status
	// PausedUntil is when the pause ends; zero when it does not end by itself,
	// and for a job that is not paused. A scheduler ends it, and may be late:
	// until then the job shows a time that has passed. See [JobPatch].
	PausedUntil time.Time
	// Labels are at most 16 names with values. Lists can be filtered by one.
	Labels map[string]string
	// Description is the job's; a version keeps the one it was published with.
	Description string

	// Version is the version that this value shows.
	Version versions.Version
	// CurrentVersion is the number of the active version.
	CurrentVersion int
	// DraftVersion is the number of the draft; 0 without one.
	DraftVersion int
	// Edition rises with every edit that shows in the job, and with nothing
	// else: not with ticks, not with runs. See [IfEdition].
	Edition int64

	// Grants are the teams that the job is granted to, in the order of their IDs.
	Grants []teams.Grant

	CreatedAt time.Time
	CreatedBy string
	// UpdatedAt and UpdatedBy change with Edition.
	// UpdatedBy is empty when a pause ended by itself.
	UpdatedAt time.Time
	UpdatedBy string

	// LastScheduledAt is the nominal time of the last tick that fired; zero
	// before the first.
	LastScheduledAt time.Time
	// NextRunAt is the next tick of the schedule that is not settled; in the
	// past while no scheduler runs. Zero when the job is paused, has no
	// schedule, or shows a version that is not active.
	NextRunAt time.Time
	// LastOutcome is the status of the newest run, by number, of those that have
	// ended, and of a run that was retried that of its last attempt; empty before
	// the first. It outlives the run.
	LastOutcome RunStatus
	// LatestRun is the newest run; nil without one. Reads fill it in.
	LatestRun *Run
	// RecentRuns are the newest 20 runs, newest first, without their messages
	// and results. Those reads fill it in that are asked for it.
	RecentRuns []Run
	// Permissions are what the actor may do with the job: view, operate, edit,
	// grant, delete. Nil when a policy could not be asked after a change.
	Permissions []teams.Action
}

// TeamIDs returns the teams that the job is granted to, sorted.
func (j Job) TeamIDs() []string {
	ids := make([]string, len(j.Grants))
	for i, g := range j.Grants {
		ids[i] = g.TeamID
	}
	return ids
}
