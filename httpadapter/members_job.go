package httpadapter

import (
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// jobMembers are the members of the documented job object, and those that this
// library adds.
var jobMembers = show(slices.Concat(
	[]shown[jobs.Job]{
		shownText("id", documented, ledgerID(), func(j *jobs.Job) string { return j.ID }),
		shownText("memberId", documented, embedderID(), func(j *jobs.Job) string { return j.MemberID }),
		shownText("jobKey", documented, jobKey(), func(j *jobs.Job) string { return j.Key }),
		shownNumber("version", documented, about("The version that this object shows.", numbered()), func(j *jobs.Job) int { return j.Version.Number }),
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
		shownOptional("updatedBy", documented, about("Who changed the job last. Null when a pause has ended by itself.", embedderID()), func(j *jobs.Job) string { return j.UpdatedBy }),
		shownOptional("scheduleText", ours, scheduleText(), func(j *jobs.Job) string { return j.Version.ScheduleText() }),
		{name: "labels", origin: ours, schema: labelsSchema(), write: func(b []byte, name string, j *jobs.Job) []byte { return appendPairs(b, name, j.Labels) }},
		shownTime("pausedUntil", ours, about("When the pause ends by itself. This may be a time in the past, until a scheduler has ended the pause.", nullable(moment())), func(j *jobs.Job) time.Time { return j.PausedUntil }),
		shownOptional("lastOutcome", ours, lastOutcome(), func(j *jobs.Job) string { return string(j.LastOutcome) }),
		{name: "permissions", origin: ours, schema: about("What the caller may do with this job. Null when the embedder's policy did not answer.", nullable(array(permission()))), write: appendPermissions},
	},
)...)

func jobDefinition(j *jobs.Job) *versions.Definition { return &j.Version.Definition }

// itemMembers are the members of one job in a list: IDs that refer to entities.
var itemMembers = show(
	shownText("jobId", documented, ledgerID(), func(j *jobs.Job) string { return j.ID }),
	shownOptional("latestJobRunId", documented, ledgerID(), latestRunID),
	shown[jobs.Job]{name: "teamIds", origin: documented, schema: array(embedderID()), write: appendTeamIDs},
	shown[jobs.Job]{
		name: "recentRuns", origin: ours, optional: true,
		schema: about("The 20 newest runs, newest first. Only with include=recentRuns.", array(ref("RecentRun"))),
		write: func(b []byte, name string, j *jobs.Job) []byte {
			if j.RecentRuns == nil {
				return b
			}
			return appendAll(b, name, j.RecentRuns, recentRunMembers)
		},
	},
)

// recentRunMembers are the members of a run among a job's recent runs.
var recentRunMembers = show(slices.Concat(
	runMembers.only("id", "status", "jobVersion", "trigger"),
	[]shown[jobs.Run]{shownNumber("attempt", ours, numbered(), func(r *jobs.Run) int { return r.Attempt })},
	runMembers.only("runnerExecutionTimeUs", "createdAt", "finishedAt"),
)...)

func appendPermissions(b []byte, name string, job *jobs.Job) []byte {
	if job.Permissions == nil {
		return append(append(b, name...), "null"...)
	}
	actions := make([]string, len(job.Permissions))
	for i, action := range job.Permissions {
		actions[i] = string(action)
	}
	return appendTexts(b, name, actions)
}

func lastOutcome() member {
	return named("LastOutcome", enum(string(jobs.RunSucceeded), string(jobs.RunFailed), string(jobs.RunCancelled), string(jobs.RunTimeout)))
}

func permission() member {
	return named("Permission", enum(string(teams.View), string(teams.Operate), string(teams.Edit), string(teams.ChangeGrants), string(teams.Delete)))
}

// latestRunID returns the ID of the job's latest run, or "".
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
	labels  map[string]string
}

var newJobMembers = append(
	takeDefinition(func(n *newJob) *versions.Patch { return &n.given }, true),
	must(take("jobKey", documented, jobKey(), func(n *newJob) *string { return &n.key })),
	take("status", documented, nullable(jobStatus()), func(n *newJob) *jobs.Status { return &n.status }),
	must(take("teamIds", documented, someTeams(), func(n *newJob) *[]string { return &n.teamIDs })),
	taken[newJob]{name: "labels", origin: ours, schema: nullable(labelsSchema()), read: func(d *jsontext.Decoder, n *newJob) error { return readPairs(d, &n.labels) }},
)

func (n *newJob) job() jobs.NewJob {
	return jobs.NewJob{
		Definition: n.given.Definition(),
		Key:        n.key,
		Status:     n.status,
		TeamIDs:    n.teamIDs,
		Labels:     n.labels,
	}
}

// granting is the body of POST teams.
type granting struct{ teamIDs []string }

var grantingMembers = taking[granting]{
	must(take("teamIds", documented, someTeams(), func(g *granting) *[]string { return &g.teamIDs })),
}

// nothing is the body of an operation that takes no members.
type nothing struct{}

func jobStatus() member { return named("JobStatus", enum(string(jobs.Active), string(jobs.Paused))) }

func someTeams() member { return with(array(embedderID()), "minItems", 1) }
