package httpadapter

import "maps"

// schemas are the schemas of the OpenAPI document, by name. The schemas of
// objects come from the tables that encode and decode the objects.
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
	explain(all)
	return all
}

func problemSchemas() member {
	return member{
		"Problem": about("An error, as RFC 9457 defines it.", object(ours,
			has("type", text()),
			has("title", text()),
			has("status", member{"type": "integer"}),
			has("detail", text()),
			has("code", about("Names the kind of error, for programs. The operation lists those that it answers; a newer server may have others.", text())),
			may("errors", about("The fields at fault, if there are any.", array(ref("FieldProblem")))),
			has("message", about("The same text as detail.", text())),
		)),
		"FieldProblem": object(ours, has("field", text()), has("detail", text())),
		"Nothing":      object(ours),
	}
}

func versionSchemas(opts *Options) member {
	return member{
		"Dependency":  object(documented, has("jobKey", jobKey())),
		"Definition":  about("A member that is absent keeps the value of the active version.", bodySchema(documented, definitionMembers, opts)),
		"NewDraft":    about("A member that is absent keeps the value of the version that the draft starts from.", bodySchema(documented, newDraftMembers, opts)),
		"DraftPatch":  about("A member that is absent keeps its value.", bodySchema(documented, draftPatchMembers, opts)),
		"Version":     schemaOf(documented, versionMembers, opts),
		"VersionItem": schemaOf(documented, versionItemMembers, opts),
		"VersionList": listOf("VersionItem", documented),
		"RunCounts":   about("How many runs of a version there were. Each attempt of a run that is retried counts. Runs that are no longer kept count, too.", schemaOf(ours, runCountMembers, opts)),
		"Activation":  bodySchema(documented, activationMembers, opts),
		"VersionDiff": schemaOf(ours, diffMembers, opts),
	}
}

func jobSchemas(opts *Options) member {
	total := counting()
	if ours.shownTo(opts) {
		total = about("How many items there are on all pages. Null when this is not known: with several filters or a keyPrefix, at most 1,000 jobs are counted.", nullable(total))
	}
	all := member{
		"Job":     schemaOf(documented, jobMembers, opts),
		"JobItem": schemaOf(documented, itemMembers, opts),
		"Included": about("The entities that the items refer to, each once.", object(documented,
			has("jobs", array(ref("Job"))),
			has("jobRuns", array(ref("JobRun"))),
			has("teams", array(ref("Team"))),
		)),
		"JobList":        object(documented, has("total", total), has("items", array(ref("JobItem"))), has("included", ref("Included"))),
		"JobDescription": object(documented, has("item", ref("JobItem")), has("included", ref("Included"))),
		"NewJob":         bodySchema(documented, newJobMembers, opts),
		"JobPatch":       about("A member that is absent keeps its value. The fields of a definition can be changed only by a new version.", bodySchema(documented, jobPatchMembers, opts)),
	}
	if ours.shownTo(opts) {
		all["RecentRun"] = schemaOf(ours, recentRunMembers, opts)
		all["Me"] = about("The caller, and its roles in teams.", schemaOf(ours, meMembers, opts))
	}
	return all
}

func teamSchemas(opts *Options) member {
	return member{
		"Team":      about("A member that the embedder's directory does not have is null.", schemaOf(documented, teamMembers, opts)),
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
		"RunReport":   about("A member that is absent or null changes nothing. An empty report is a heartbeat.", bodySchema(decided, runReportMembers, opts)),
	}
}

func scheduleSchemas(opts *Options) member {
	return member{
		"Tick":           schemaOf(ours, tickMembers, opts),
		"TickList":       markedList("Tick", ours),
		"Fire":           schemaOf(ours, fireMembers, opts),
		"Preview":        about("The next fires, earliest first.", schemaOf(ours, previewMembers, opts)),
		"PreviewRequest": about("A member that is absent has the value of the active version.", bodySchema(ours, previewRequestMembers, opts)),
		"BackfilledTick": schemaOf(ours, backfilledTickMembers, opts),
		"Backfill":       bodySchema(ours, backfillMembers, opts),
		"Backfilled":     about("The ticks of a backfill and their runs, oldest first.", schemaOf(ours, backfilledMembers, opts)),
	}
}

// listOf is the schema of a page that has a total.
func listOf(items string, o origin) member {
	return object(o, has("total", counting()), has("items", array(ref(items))))
}

// markedList is the schema of a page that has a marker.
func markedList(items string, o origin) member {
	return about("Newest first.", object(o,
		has("items", array(ref(items))),
		has("marker", about("Pass it as marker to read the next page. Null at the end. A page before the end may be short, or even empty.", nullable(text()))),
	))
}
