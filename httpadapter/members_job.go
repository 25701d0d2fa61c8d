package httpadapter

import (
	"slices"
	"time"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

// jobMembers is the documented job object, and what we add to it.
var jobMembers = show(slices.Concat(
	[]shown[jobs.Job]{
		shownText("id", documented, ledgerID(), func(j *jobs.Job) string { return j.ID }),
		shownText("memberId", documented, embedderID(), func(j *jobs.Job) string { return j.MemberID }),
		shownText("jobKey", documented, jobKey(), func(j *jobs.Job) string { return j.Key }),
		shownNumber("version", documented, about("The version shown.", numbered()), func(j *jobs.Job) int { return j.Version.Number }),
		shownNumber("currentVersion", documented, about("The active version.", numbered()), func(j *jobs.Job) int { return j.CurrentVersion }),
		shownPositive("draftVersion", documented, numbered(), func(j *jobs.Job) int { return j.DraftVersion }),
		shownNumber("basedOnVersion", documented, counting(), func(j *jobs.Job) int { return j.Version.BasedOn }),
		shownText("status", documented, jobStatus(), func(j *jobs.Job) string { return string(j.Status) }),
		definitionRow("clusterId", jobDefinition),
		shownText("description", documented, definitionSchema(fieldNamed("description"), false), func(j *jobs.Job) string { return j.Description }),
	},
	shownDefinition(jobDefinition, "clusterId", "description"),
	[]shown[jobs.Job]{
		shownTime("createdAt", documented, moment(), func(j *jobs.Job) time.Time { return j.CreatedAt }),
		shownText("createdBy", documented, embedderID(), func(j *jobs.Job) string { return j.CreatedBy }),
		shownTime("updatedAt", documented, moment(), func(j *jobs.Job) time.Time { return j.UpdatedAt }),
		shownMaybeTime("nextRunAt", documented, func(j *jobs.Job) time.Time { return j.NextRunAt }),
		shownMaybeTime("lastScheduledAt", documented, func(j *jobs.Job) time.Time { return j.LastScheduledAt }),
		shownText("updatedBy", documented, embedderID(), func(j *jobs.Job) string { return j.UpdatedBy }),
		shownOptional("scheduleText", ours, scheduleText(), func(j *jobs.Job) string { return j.Version.ScheduleText() }),
	},
)...)

func jobDefinition(j *jobs.Job) *versions.Definition { return &j.Version.Definition }

// itemMembers are the references of one job in a list.
var itemMembers = show(
	shownText("jobId", documented, ledgerID(), func(j *jobs.Job) string { return j.ID }),
	shownOptional("latestJobRunId", documented, ledgerID(), latestRunID),
	shown[jobs.Job]{name: "teamIds", origin: documented, schema: array(embedderID()), write: appendTeamIDs},
)

// latestRunID names the job's latest run; empty without one.
func latestRunID(job *jobs.Job) string {
	if job.LatestRun == nil {
		return ""
	}
	return job.LatestRun.ID
}

func appendTeamIDs(b []byte, name string, job *jobs.Job) []byte {
	b = append(append(b, name...), '[')
	for i := range job.Grants {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, job.Grants[i].TeamID)
	}
	return append(b, ']')
}

// newJob is the body of POST jobs.
type newJob struct {
	given   versions.Patch
	key     string
	status  jobs.Status
	teamIDs []string
}

var newJobMembers = append(
	takeDefinition(func(n *newJob) *versions.Patch { return &n.given }, true),
	must(take("jobKey", documented, jobKey(), func(n *newJob) *string { return &n.key })),
	take("status", documented, nullable(jobStatus()), func(n *newJob) *jobs.Status { return &n.status }),
	must(take("teamIds", documented, someTeams(), func(n *newJob) *[]string { return &n.teamIDs })),
)

func (n *newJob) job() jobs.NewJob {
	return jobs.NewJob{
		Definition: n.given.Definition(),
		Key:        n.key,
		Status:     n.status,
		TeamIDs:    n.teamIDs,
	}
}

// granting is the body of POST teams.
type granting struct{ teamIDs []string }

var grantingMembers = taking[granting]{
	must(take("teamIds", documented, someTeams(), func(g *granting) *[]string { return &g.teamIDs })),
}

// nothing is the body of an operation that has none to read.
type nothing struct{}

func jobStatus() member { return named("JobStatus", enum(string(jobs.Active), string(jobs.Paused))) }

func someTeams() member { return with(array(embedderID()), "minItems", 1) }
