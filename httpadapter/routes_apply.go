package httpadapter

import "github.com/jobledger/jobledger/teams"

// applyRoutes are the routes for jobs as documents.
var applyRoutes = []route{
	{method: "POST", pattern: "/workloads/jobs/apply", name: "applyJobs", needs: teams.View, serve: applyJobs, origin: ours,
		summary: "Create and update jobs from documents", body: "ApplyBody", status: 200, answer: "AppliedList",
		about:   "Creates and changes jobs so that each matches its document. A job that already matches is not changed. All documents are checked before anything is written. The answer says for each job what was done, or why it was refused.",
		example: `{"jobs":[{"jobKey":"daily-sales","teamIds":["data"],"clusterId":"main","config":{"sql":{"source":"select 2"}}}],"dryRun":true}`},
	{method: "GET", pattern: "/workloads/jobs/export", name: "exportJobs", needs: teams.View, serve: exportJobs, origin: ours,
		summary: "Export all jobs as documents", status: 200, answer: "Export",
		about: "Returns a document of each job that the caller may see. You can send the answer to the apply route as it is."},
}

func applySchemas(opts *Options) member {
	return member{
		"JobDocument": about("A job without its history. A member that is absent has its default.", bodySchema(ours, givenMembers, opts)),
		"ApplyBody": about("The documents of jobs. At most 32 MiB, unless the embedder sets another limit.", object(ours,
			may("jobs", nullable(array(ref("JobDocument")))),
			may("prune", about("Whether to delete every other job that the caller can see and may delete.", nullable(flag()))),
			may("dryRun", about("Whether to write nothing, and only answer what would be done.", nullable(flag()))),
		)),
		"Applied":       schemaOf(ours, appliedMembers, opts),
		"AppliedList":   about("What was done to each job, in the order in which the jobs were applied: dependencies first.", object(ours, has("items", array(ref("Applied"))))),
		"RefusalReason": schemaOf(ours, reasonMembers, opts),
		"Change":        schemaOf(ours, changeMembers, opts),
		"ExportedJob":   schemaOf(ours, documentMembers, opts),
		"Export":        about("The documents of jobs, in the order of keys. An apply takes them.", object(ours, has("jobs", array(ref("ExportedJob"))))),
	}
}
