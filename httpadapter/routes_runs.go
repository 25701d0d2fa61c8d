package httpadapter

import "github.com/jobledger/jobledger/teams"

// runRoutes are the routes of runs. Some are documented on another page of the
// platform's documentation, and some are added here. The route of reports is
// decided, not ours: without it no engine can work.
var runRoutes = []route{
	{method: "GET", pattern: "/me/jobs/runs", name: "listMyRuns", needs: teams.View, serve: listMyRuns, origin: sibling,
		summary: "List the runs of my jobs", query: join(markedPages, runFilters), status: 200, answer: "RunList"},
	{method: "GET", pattern: "/workloads/jobs/{job}/runs", name: "listRuns", needs: teams.View, serve: listRuns, origin: sibling,
		summary: "List a job's runs", query: join(markedPages, runFilters), status: 200, answer: "RunList"},
	{method: "POST", pattern: "/workloads/jobs/{job}/runs", name: "createRun", needs: teams.Operate, serve: createRun, origin: sibling,
		summary: "Run a job", body: "NewRun", optional: true, status: 201, answer: "JobRun", headers: conditional | located | keyed},
	{method: "GET", pattern: "/workloads/jobs/{job}/runs/{jobRun}", name: "describeRun", needs: teams.View, serve: describeRun, origin: sibling,
		summary: "Describe a run", status: 200, answer: "JobRun"},
	{method: "DELETE", pattern: "/workloads/jobs/{job}/runs/{jobRun}", name: "deleteRun", needs: teams.Delete, serve: deleteRun, origin: sibling,
		summary: "Delete a run that has ended", status: 204, headers: conditional},
	{method: "POST", pattern: "/workloads/jobs/{job}/runs/{jobRun}/ready", name: "releaseRun", needs: teams.Operate, serve: releaseRun, origin: sibling,
		summary: "Make a pending run ready", body: "Nothing", optional: true, status: 200, answer: "JobRun", headers: conditional},
	{method: "POST", pattern: "/workloads/jobs/{job}/runs/{jobRun}/cancel", name: "cancelRun", needs: teams.Operate, serve: cancelRun, origin: ours,
		summary: "Ask a run to stop", body: "Nothing", optional: true, status: 200, answer: "JobRun", headers: conditional},
	{method: "POST", pattern: "/workloads/jobs/{job}/runs/{jobRun}/retry", name: "retryRun", needs: teams.Operate, serve: retryRun, origin: ours,
		summary: "Run an ended run's version again", body: "Nothing", optional: true, status: 201, answer: "JobRun", headers: conditional | located},
	{method: "POST", pattern: "/workloads/jobs/{job}/runs/{jobRun}/report", name: "reportRun", needs: byDispatch, serve: reportRun, origin: decided,
		summary: "Report on a run, or heartbeat", body: "RunReport", optional: true, status: 200, answer: "ReportedRun"},
}

// markedPages are the parameters of documented lists that have a marker.
var markedPages = from(documented, markedLimit, marker)

// runFilters are the parameters that filter every list of runs.
var runFilters = from(ours, statusIn, triggeredBy, createdFrom, createdUntil)
