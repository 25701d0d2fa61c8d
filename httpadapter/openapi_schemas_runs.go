package httpadapter

import "github.com/jobledger/jobledger/jobs"

// runStatuses are the statuses of runs, in the order a run passes through them.
var runStatuses = []string{
	string(jobs.RunPending), string(jobs.RunReady), string(jobs.RunStarting), string(jobs.RunCreatingSail),
	string(jobs.RunWaitingForSail), string(jobs.RunCreatingRunner), string(jobs.RunRunning),
	string(jobs.RunSucceeded), string(jobs.RunFailed), string(jobs.RunCancelled), string(jobs.RunTimeout),
}

func cleanupMode() member {
	return enum(string(jobs.CleanupAlways), string(jobs.CleanupOnSuccess), string(jobs.CleanupNever))
}

func teamSchemas() member {
	return member{
		"Team": about("What the directory does not know is null.", object(documented,
			has("id", embedderID()),
			has("organizationId", nullable(embedderID())),
			has("name", nullable(text())),
			has("createdAt", nullable(moment())),
			has("createdBy", nullable(embedderID())),
			has("updatedAt", nullable(moment())),
			has("updatedBy", nullable(embedderID())),
			has("defaultRoleId", nullable(text())),
		)),
		"TeamItem": object(documented, has("team", ref("Team")), has("memberCount", counting())),
		"TeamList": listOf("TeamItem", documented),
		"Grant": object(documented,
			has("jobId", ledgerID()),
			has("teamId", embedderID()),
			has("createdAt", moment()),
			has("createdBy", embedderID()),
			has("updatedAt", moment()),
			has("updatedBy", embedderID()),
		),
		"GrantList": object(documented, has("items", array(ref("Grant")))),
	}
}

func runSchemas() member {
	const execution = "int64"
	return member{
		"RunShown": about("One execution of one version of a job.", open(documented,
			has("id", ledgerID()),
			has("jobId", ledgerID()),
			has("jobVersion", numbered()),
			has("status", enum(runStatuses...)),
			has("statusMessage", nullable(text())),
			has("resourceCleanupMode", cleanupMode()),
			has("dispatchedAt", nullable(moment())),
			has("finishedAt", nullable(moment())),
			has("runnerStartedAt", nullable(moment())),
			has("runnerCompletedAt", nullable(moment())),
			has("runnerExecutionTimeUs", nullable(member{"type": "integer", "format": execution})),
			has("trigger", enum(string(jobs.TriggerManual), string(jobs.TriggerSchedule), string(jobs.TriggerDependency), string(jobs.TriggerRetry))),
			has("createdAt", moment()),
			has("createdBy", embedderID()),
			has("updatedAt", moment()),
			has("results", nullable(anyObject())),
			has("updatedBy", embedderID()),
			has("cleanedAt", nullable(moment())),
		)),
		"JobRun":  extended(documented, []string{"RunShown"}),
		"RunList": markedList("JobRun", documented),
		"NewRun": object(ours,
			may("hold", about("Keeps the run pending until it is made ready.", with(flag(), "default", false))),
			may("resourceCleanupMode", with(cleanupMode(), "default", string(jobs.CleanupAlways))),
		),
		"ReportedRun": about("The run as its engine sees it.", extended(ours, []string{"RunShown"},
			has("cancelRequestedAt", by(ours, about("When somebody asked the run to stop: the engine is to stop it. RFC 3339, UTC, six digits of a second.", nullable(moment())))),
		)),
		"RunReport": about("What is absent or null does not change. An empty report is a heartbeat.", object(ours,
			may("status", nullable(enum(runStatuses[2:]...))),
			may("statusMessage", nullable(textUpTo(4096))),
			may("results", nullable(anyObject())),
			may("runnerStartedAt", nullable(moment())),
			may("runnerCompletedAt", nullable(moment())),
			may("runnerExecutionTimeUs", nullable(member{"type": "integer", "format": execution, "minimum": 0, "maximum": 9223372036854775})),
		)),
	}
}

func tickSchemas() member {
	fire := func() []property {
		return []property{
			has("nominalAt", moment()),
			has("localTime", about("nominalAt in the zone of the schedule, RFC 3339.", with(text(), "format", "date-time"))),
			has("shifted", about("Whether the wall-clock time did not exist, and the tick was moved behind the gap.", flag())),
		}
	}
	return member{
		"Tick": object(ours, append(fire(),
			has("verdict", enum("fired", "skipped", "missed", "coalesced", "superseded", "paused")),
			has("reason", nullable(text())),
			has("runId", nullable(ledgerID())),
			has("count", about("How many ticks in a row shared this fate.", numbered())),
			has("until", about("The last of them. RFC 3339, UTC, six digits of a second.", moment())),
		)...),
		"TickList": markedList("Tick", ours),
		"Fire":     object(ours, fire()...),
		"Preview":  about("The next first.", object(ours, has("items", array(ref("Fire"))))),
	}
}
