package httpadapter

import (
	"cmp"
	"maps"
	"strings"
)

// meanings say what members are whose rows do not. One name has one meaning in all
// objects; where it has not, the name of the object stands before it.
var meanings = map[string]string{
	"id":        "The ID, unique in the organization.",
	"jobId":     "The ID of the job.",
	"runId":     "The run that the tick made, or that the event is about; null without one.",
	"memberId":  "The member that made it.",
	"createdAt": "When it was made.",
	"createdBy": "The member that made it.",
	"updatedAt": "When it was last changed.",
	"updatedBy": "The member that changed it last.",
	"items":     "What the page holds.",
	"total":     "How many there are on all pages.",
	"detail":    "What is wrong, for people.",
	"field":     "The member, parameter or header at fault.",

	"draftVersion":     "The number of the draft; null without one.",
	"basedOnVersion":   "The version that it was made from; 0 for the first.",
	"lastScheduledAt":  "The nominal time of the newest tick that made a run; null before the first.",
	"nextRunAt":        "The nominal time of the next tick; null without a schedule, and while the job is paused.",
	"labels":           "Up to 16 names and values, to find the job by.",
	"lastOutcome":      "How the newest run ended; null before one has.",
	"latestJobRunId":   "The newest run, which stands in included; null without one.",
	"teamIds":          "The teams that the job is granted to.",
	"item":             "What the job refers to.",
	"included":         "Each job, run and team that is referred to, once.",
	"Included.jobs":    "The jobs.",
	"Included.jobRuns": "The latest run of each job.",
	"Included.teams":   "The teams that the jobs are granted to.",

	"Job.status":         "Whether the schedule makes runs.",
	"NewJob.status":      "A job that is made paused has a schedule that makes no runs yet.",
	"JobPatch.status":    "paused stops the schedule, active starts it from now.",
	"JobDocument.status": "Whether the schedule makes runs; active by default.",
	"ExportedJob.status": "Whether the schedule makes runs.",
	"GraphNode.status":   "Whether the job's schedule makes runs.",
	"Version.status":     "Whether it can still be edited. A published version never changes.",
	"VersionItem.status": "Whether it can still be edited. A published version never changes.",
	"Version.jobId":      "The ID of the job.",
	"version":            "The number of the version.",
	"Activation.version": "The number of a published version.",
	"jobKey":             "The key of the job.",

	"description":                 "For people.",
	"dependsOn":                   "The jobs that a run waits for, by their keys.",
	"concurrencyPolicy":           "What becomes of a tick while an earlier run goes on: skip it, allow more runs, or replace the run.",
	"maxConcurrentRuns":           "Under allow: how many runs may go on at once.",
	"missedSchedulePolicy":        "What becomes of ticks that nobody looked at in time: run the latest, skip them, or run all.",
	"NewDraft.description":        "Of the version, for people.",
	"VersionDiff.from":            "The number of the first version.",
	"VersionDiff.to":              "The number of the second version.",
	"VersionDiff.changes":         "The members that differ.",
	"Applied.action":              "What was done. With dryRun: what would be done.",
	"Applied.changes":             "What differed between the job and its document.",
	"ApplyBody.jobs":              "The documents, each with a key of its own.",
	"Export.jobs":                 "The documents.",
	"ExportedJob.pausedUntil":     "When the pause ends by itself; null when it does not, or without one.",
	"RunCounts.succeeded":         "Those that succeeded.",
	"RunCounts.failed":            "Those that failed.",
	"RunCounts.timeout":           "Those that took longer than timeoutSeconds.",
	"RunCounts.cancelled":         "Those that were cancelled.",
	"JobRun.status":               "Where the run is in its life.",
	"ReportedRun.status":          "Where the run is in its life.",
	"RecentRun.status":            "Where the run is in its life.",
	"RunReport.status":            "Where the run is now; it never goes back. Absent for a heartbeat.",
	"jobVersion":                  "The number of the version that it executes.",
	"statusMessage":               "What the engine, or the scheduler, says about it; null when there is none.",
	"resourceCleanupMode":         "After which outcomes the engine is asked to free what the run used.",
	"dispatchedAt":                "When it was first handed to the engine; null before.",
	"finishedAt":                  "When it ended; null before.",
	"runnerStartedAt":             "When the engine began to execute it; null when it has not said.",
	"runnerCompletedAt":           "When the engine had executed it; null when it has not said.",
	"runnerExecutionTimeUs":       "How long the engine executed it, in microseconds; null when that is not known.",
	"cleanedAt":                   "When the engine had freed what the run used; null before.",
	"JobRun.createdBy":            "The member that asked for it; of a run that a schedule or a dependency started, the one that published the version.",
	"trigger":                     "Why there is a run.",
	"results":                     "What the engine gave, up to 64 KiB; null when there is none.",
	"nominalAt":                   "The time that the schedule names; null where no tick made it.",
	"runAt":                       "The time that was asked for; null without one.",
	"cancelRequestedAt":           "When somebody asked the run to stop; null when nobody did.",
	"waitingFor":                  "What keeps it from an engine: its release, its time, its dependencies, the runs that it replaces, or an engine; null once it was handed out.",
	"attempt":                     "Counts the attempts of a chain of retries from 1.",
	"RunReport.statusMessage":     "For people.",
	"RunReport.runnerStartedAt":   "When the engine began to execute it; without it, the first report of running counts.",
	"RunReport.runnerCompletedAt": "When the engine had executed it; without it, the terminal report counts, which may come late.",

	"Tick.verdict":     "What became of it.",
	"Tick.reason":      "Why, in a word such as overlap or policy; null when the verdict says all.",
	"Tick.nominalAt":   "The time that the schedule names.",
	"Fire.nominalAt":   "The time that the schedule names.",
	"Preview.items":    "The next fires.",
	"PreviewRequest.n": "How many fires to show.",
	"FireBucket.from":  "Where the part begins, inclusive.",
	"FireBucket.until": "Where it ends, exclusive.",
	"JobFires.count":   "How many of the ticks are the job's.",
	"Graph.nodes":      "The jobs.",
	"Graph.edges":      "Which depends on which.",
	"GraphNode.jobId":  "The ID of the job.",

	"Event.at":          "When it happened.",
	"Event.jobId":       "The job that it is about; null for what is about the organization.",
	"Event.jobKey":      "The key that the job had then.",
	"Event.runId":       "The run that it is about; null for none.",
	"Event.memberId":    "Who did it: a member, or system for what a scheduler or an engine did.",
	"Event.fromVersion": "The active version before; null when there was none, and for what is of no job.",
	"Event.toVersion":   "The active version since; the same, unless this event changed it.",
	"Event.status":      "Of a run: where it is since; null for others.",
	"Event.reason":      "Why, for people; null when there is none.",
	"Event.nominalAt":   "Of a tick or its run: the time that the schedule names; null for others.",
	"Event.attempt":     "Of a run: its attempt; null for others.",
	"Hold.reason":       "Why, for people.",
	"Hold.since":        "When it was set.",
	"NewHold.reason":    "Why, for people. It is shown to whoever looks.",

	"Team.id":        "The ID of the team.",
	"organizationId": "The ID of the organization.",
	"name":           "The name, for people.",
	"defaultRoleId":  "The role that new members get.",
	"team":           "The team.",
	"memberCount":    "How many members it has, as far as the directory knows.",
	"teamId":         "The ID of the team.",
	"Me.memberId":    "The caller.",
	"Me.teams":       "The teams in which the caller has a role of its own.",

	"type":           "Always about:blank: code tells problems apart.",
	"title":          "The status in words.",
	"Problem.status": "The status of the answer.",
}

// formats are what tells of the form of a value, and not what it means.
var formats = []string{"", moment()["description"].(string), embedderID()["description"].(string), jobKey()["description"].(string)}

// explain gives the members of objects their meanings.
func explain(all member) {
	for object, schema := range all {
		list, _ := schema.(member)["properties"].(properties)
		for i, p := range list {
			said, _ := p.schema["description"].(string)
			meaning := cmp.Or(meanings[object+"."+p.name], meanings[p.name])
			for _, form := range formats {
				if said == form && meaning != "" {
					list[i].schema = about(strings.TrimSpace(meaning+" "+form), maps.Clone(p.schema))
				}
			}
		}
	}
}
