package httpadapter

import "maps"

// schemas are those of the OpenAPI document, by name. Those of objects come
// from the tables that encode and decode them.
func schemas(opts *Options) member {
	all := member{}
	for _, part := range []member{
		versionSchemas(opts),
		jobSchemas(opts),
		graphSchemas(opts),
		teamSchemas(opts),
		runSchemas(opts),
		scheduleSchemas(opts),
		applySchemas(opts),
		journalSchemas(opts),
		fireSchemas(opts),
		problemSchemas(),
	} {
		maps.Copy(all, part)
	}
	return all
}

func problemSchemas() member {
	return member{
		"Problem": about("RFC 9457.", object(ours,
			has("type", text()),
			has("title", text()),
			has("status", member{"type": "integer"}),
			has("detail", text()),
			has("code", about("For programs.", text())),
			may("errors", about("Where fields are at fault.", array(ref("FieldProblem")))),
			has("message", about("Repeats detail.", text())),
		)),
		"FieldProblem": object(ours, has("field", text()), has("detail", text())),
		"Nothing":      object(ours),
	}
}

func versionSchemas(opts *Options) member {
	return member{
		"Dependency":  object(documented, has("jobKey", jobKey())),
		"Definition":  about("What is absent keeps the value of the active version.", bodySchema(documented, definitionMembers, opts)),
		"NewDraft":    about("What is absent keeps the value of the version that the draft starts from.", bodySchema(documented, newDraftMembers, opts)),
		"DraftPatch":  about("What is absent keeps its value.", bodySchema(documented, draftPatchMembers, opts)),
		"Version":     schemaOf(documented, versionMembers, opts),
		"VersionItem": schemaOf(documented, versionItemMembers, opts),
		"VersionList": listOf("VersionItem", documented),
		"RunCounts":   about("How many runs of a version there were. Each attempt of a run that is retried counts, also when it is kept no longer.", schemaOf(ours, runCountMembers, opts)),
		"Activation":  bodySchema(documented, activationMembers, opts),
		"VersionDiff": schemaOf(ours, diffMembers, opts),
	}
}

func jobSchemas(opts *Options) member {
	total := counting()
	if ours.shownTo(opts) {
		total = about("Null when it is not known: with several filters or a keyPrefix, jobs are counted to 1,000.", nullable(total))
	}
	all := member{
		"Job":     schemaOf(documented, jobMembers, opts),
		"JobItem": schemaOf(documented, itemMembers, opts),
		"Included": about("Each entity that the items refer to, once.", object(documented,
			has("jobs", array(ref("Job"))),
			has("jobRuns", array(ref("JobRun"))),
			has("teams", array(ref("Team"))),
		)),
		"JobList":        object(documented, has("total", total), has("items", array(ref("JobItem"))), has("included", ref("Included"))),
		"JobDescription": object(documented, has("item", ref("JobItem")), has("included", ref("Included"))),
		"NewJob":         bodySchema(documented, newJobMembers, opts),
		"JobPatch":       about("What a version defines is changed by a new version.", bodySchema(documented, jobPatchMembers, opts)),
	}
	if ours.shownTo(opts) {
		all["RecentRun"] = schemaOf(ours, recentRunMembers, opts)
		all["Me"] = about("Who asks, and what role it has in which teams.", schemaOf(ours, meMembers, opts))
	}
	return all
}

func teamSchemas(opts *Options) member {
	return member{
		"Team":      about("What the directory does not know is null.", schemaOf(documented, teamMembers, opts)),
		"TeamItem":  schemaOf(documented, membershipMembers, opts),
		"TeamList":  listOf("TeamItem", documented),
		"Grant":     schemaOf(documented, grantMembers, opts),
		"GrantList": object(documented, has("items", array(ref("Grant")))),
		"Granting":  bodySchema(documented, grantingMembers, opts),
	}
}

func runSchemas(opts *Options) member {
	return member{
		"JobRun":      about("One execution of one version of a job.", schemaOf(documented, runMembers, opts)),
		"RunList":     markedList("JobRun", documented),
		"NewRun":      bodySchema(decided, newRunMembers, opts),
		"ReportedRun": about("The run as its engine sees it.", schemaOf(decided, reportedMembers, opts)),
		"RunReport":   about("What is absent or null does not change. An empty report is a heartbeat.", bodySchema(decided, runReportMembers, opts)),
	}
}

func scheduleSchemas(opts *Options) member {
	return member{
		"Tick":           schemaOf(ours, tickMembers, opts),
		"TickList":       markedList("Tick", ours),
		"Fire":           schemaOf(ours, fireMembers, opts),
		"Preview":        about("The next first.", schemaOf(ours, previewMembers, opts)),
		"PreviewRequest": about("What is absent is that of the active version.", bodySchema(ours, previewRequestMembers, opts)),
		"BackfilledTick": schemaOf(ours, backfilledTickMembers, opts),
		"Backfill":       bodySchema(ours, backfillMembers, opts),
		"Backfilled":     about("The oldest first.", schemaOf(ours, backfilledMembers, opts)),
	}
}

// listOf is a page with a total.
func listOf(items string, o origin) member {
	return object(o, has("total", counting()), has("items", array(ref(items))))
}

// markedList is a page that goes on by a marker.
func markedList(items string, o origin) member {
	return about("The newest first.", object(o,
		has("items", array(ref(items))),
		has("marker", about("Goes on behind this page; null at the end. A page may be short, and even empty, before the end.", nullable(text()))),
	))
}
