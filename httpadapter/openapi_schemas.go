package httpadapter

import "github.com/jobledger/jobledger/jobs"

const documented = "documented"

// schemas are those of the OpenAPI document, by name. What a version defines
// comes from the one table of its fields.
func schemas() member {
	all := member{}
	for _, part := range []member{versionSchemas(), jobSchemas(), teamSchemas(), runSchemas(), tickSchemas()} {
		for name, schema := range part {
			all[name] = schema
		}
	}
	all["Nothing"] = object(ours)
	all["Problem"] = about("RFC 9457.", object(ours,
		has("type", text()),
		has("title", text()),
		has("status", member{"type": "integer"}),
		has("detail", text()),
		has("code", about("For programs.", text())),
		may("errors", about("Where fields are at fault.", array(ref("FieldProblem")))),
		has("message", about("Repeats detail.", text())),
	))
	all["FieldProblem"] = object(ours, has("field", text()), has("detail", text()))
	return all
}

func versionSchemas() member {
	ignored := make([]property, len(bookkeeping))
	for i, name := range bookkeeping {
		ignored[i] = may(name, ignoredSchema())
	}
	return member{
		"DefinitionShown": about("What a version defines.", open(documented, definitionProperties(false)...)),
		"DefinitionGiven": about("What a request says of it; null clears what may be cleared.", open(documented, definitionProperties(true)...)),
		"Bookkeeping":     about("What nobody edits, so that an answer can be edited and sent back.", open(ours, ignored...)),
		"Dependency":      object(documented, has("jobKey", jobKey())),

		"Definition": about("What is absent keeps the value of the active version.", extended(documented, []string{"DefinitionGiven"})),
		"DraftPatch": about("What is absent keeps its value.", extended(documented, []string{"DefinitionGiven", "Bookkeeping"},
			may("status", ignoredSchema()),
			may("version", ignoredSchema()),
		)),
		"Version": extended(documented, []string{"DefinitionShown"},
			has("jobId", ledgerID()),
			has("version", numbered()),
			has("basedOnVersion", counting()),
			has("status", enum("published", "draft")),
			has("jobType", about("python or sql, unless the embedder has others.", text())),
			has("memberId", embedderID()),
			has("createdAt", moment()),
			has("createdBy", embedderID()),
			has("updatedAt", moment()),
			has("updatedBy", embedderID()),
		),
		"VersionList": listOf("Version", documented),
		"Activation":  object(documented, has("version", numbered())),
	}
}

func ignoredSchema() member { return by(ours, about("Accepted and ignored.", member{})) }

// listOf is a page with a total.
func listOf(items, source string) member {
	return object(source, has("total", counting()), has("items", array(ref(items))))
}

// markedList is a page that goes on by a marker.
func markedList(items, source string) member {
	return about("The newest first.", object(source,
		has("items", array(ref(items))),
		has("marker", about("Goes on behind this page; null at the end. A page may be short, and even empty, before the end.", nullable(text()))),
	))
}

func jobStatus() member { return enum(string(jobs.Active), string(jobs.Paused)) }

func jobSchemas() member {
	teamIDs := func() member { return with(array(embedderID()), "minItems", 1) }
	newJob := extended(documented, []string{"DefinitionGiven"},
		has("jobKey", jobKey()),
		may("status", nullable(jobStatus())),
		has("teamIds", teamIDs()),
	)
	return member{
		"Job": extended(documented, []string{"DefinitionShown"},
			has("id", ledgerID()),
			has("memberId", embedderID()),
			has("jobKey", jobKey()),
			has("version", about("The version shown.", numbered())),
			has("currentVersion", about("The active version.", numbered())),
			has("draftVersion", nullable(numbered())),
			has("basedOnVersion", counting()),
			has("status", jobStatus()),
			has("createdAt", moment()),
			has("createdBy", embedderID()),
			has("updatedAt", moment()),
			has("nextRunAt", nullable(moment())),
			has("lastScheduledAt", nullable(moment())),
			has("updatedBy", embedderID()),
		),
		"JobItem": object(documented,
			has("jobId", ledgerID()),
			has("latestJobRunId", nullable(ledgerID())),
			has("teamIds", array(embedderID())),
		),
		"Included": about("Each entity that the items refer to, once.", object(documented,
			has("jobs", array(ref("Job"))),
			has("jobRuns", array(ref("JobRun"))),
			has("teams", array(ref("Team"))),
		)),
		"JobList":        object(documented, has("total", counting()), has("items", array(ref("JobItem"))), has("included", ref("Included"))),
		"JobDescription": object(documented, has("item", ref("JobItem")), has("included", ref("Included"))),
		"NewJob":         with(newJob, "required", requiredNames()),
		"JobPatch": about("What a version defines is changed by a new version.", extended(documented, []string{"Bookkeeping"},
			may("jobKey", jobKey()),
			may("status", jobStatus()),
			givenField("description"),
			may("version", by(ours, about("Above 0: must be the active version.", nullable(counting())))),
		)),
		"Granting": object(documented, has("teamIds", teamIDs())),
	}
}

// requiredNames are the fields without which there is no definition.
func requiredNames() (names []string) {
	for _, f := range definitionFields {
		if f.Required {
			names = append(names, f.Name)
		}
	}
	return names
}
