package httpadapter

import "github.com/jobledger/jobledger/teams"

// applyRoutes are the routes by which jobs are kept as documents.
var applyRoutes = []route{
	{method: "POST", pattern: "/workloads/jobs/apply", name: "applyJobs", needs: teams.View, serve: applyJobs, origin: ours,
		summary: "Make jobs be as documents say", body: "ApplyBody", status: 200, answer: "AppliedList"},
	{method: "GET", pattern: "/workloads/jobs/export", name: "exportJobs", needs: teams.View, serve: exportJobs, origin: ours,
		summary: "Write the documents of all jobs", status: 200, answer: "Export"},
}

func applySchemas(opts *Options) member {
	return member{
		"JobDocument": about("A job, but for its history. What is absent is the default.", bodySchema(ours, givenMembers, opts)),
		"ApplyBody": about("Up to 32 MiB.", object(ours,
			may("jobs", nullable(array(ref("JobDocument")))),
			may("prune", about("Also delete the jobs that are not named, of those that the caller sees and may delete.", nullable(flag()))),
			may("dryRun", about("Write nothing, and say what would be done.", nullable(flag()))),
		)),
		"Applied":       schemaOf(ours, appliedMembers, opts),
		"AppliedList":   about("In the order in which the jobs were applied: dependencies first.", object(ours, has("items", array(ref("Applied"))))),
		"RefusalReason": schemaOf(ours, reasonMembers, opts),
		"Change":        schemaOf(ours, changeMembers, opts),
		"ExportedJob":   schemaOf(ours, documentMembers, opts),
		"Export":        about("What an apply takes. In the order of keys.", object(ours, has("jobs", array(ref("ExportedJob"))))),
	}
}
