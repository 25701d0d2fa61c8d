package httpadapter

import "github.com/jobledger/jobledger/teams"

// runRoutes are the routes of runs. Some are documented on another page of the
// platform's documentation, and some are added here. The route of reports is
// decided, not ours: without it no engine can work.
var runRoutes = []route{
	{method: "GET", pattern: "/me/jobs/runs", name: "listMyRuns", needs: teams.View, serve: listMyRuns, origin: sibling,
		summary: "List the runs of my jobs", query: join(markedPages, runFilters), status: 200, answer: "RunList",
		about: "Returns the runs of all jobs that the caller may see, the newest first."},
	{method: "GET", pattern: "/workloads/jobs/{job}/runs", name: "listRuns", needs: teams.View, serve: listRuns, origin: sibling,
		summary: "List a job's runs", query: join(markedPages, runFilters), status: 200, answer: "RunList",
		about: "Returns the runs of the job, the newest first."},
	{method: "POST", pattern: "/workloads/jobs/{job}/runs", name: "createRun", needs: teams.Operate, serve: createRun, origin: sibling,
		summary: "Run a job", body: "NewRun", optional: true, status: 201, answer: "JobRun", headers: conditional | located | keyed,
		about:   "Makes a run of the active version and hands it to an engine. With hold it waits until it is released; with runAt it waits for that time. With an Idempotency-Key, a repeated request makes no second run and has the same answer.",
		example: `{"hold":true,"resourceCleanupMode":"on_success"}`,
		codes:   []string{"run_deleted"}},
	{method: "GET", pattern: "/workloads/jobs/{job}/runs/{jobRun}", name: "describeRun", needs: teams.View, serve: describeRun, origin: sibling,
		summary: "Describe a run", status: 200, answer: "JobRun",
		about: "Returns one run."},
	{method: "DELETE", pattern: "/workloads/jobs/{job}/runs/{jobRun}", name: "deleteRun", needs: teams.Delete, serve: deleteRun, origin: sibling,
		summary: "Delete a run that has ended", status: 204, headers: conditional,
		about: "Removes a run that has ended.",
		codes: []string{"run_state"}},
	{method: "POST", pattern: "/workloads/jobs/{job}/runs/{jobRun}/ready", name: "releaseRun", needs: teams.Operate, serve: releaseRun, origin: sibling,
		summary: "Make a pending run ready", body: "Nothing", optional: true, status: 200, answer: "JobRun", headers: conditional,
		about: "Lets a held run start.",
		codes: []string{"run_state"}},
	{method: "POST", pattern: "/workloads/jobs/{job}/runs/{jobRun}/cancel", name: "cancelRun", needs: teams.Operate, serve: cancelRun, origin: ours,
		summary: "Ask a run to stop", body: "Nothing", optional: true, status: 200, answer: "JobRun", headers: conditional,
		about: "Ends a run that has not started. Asks the engine to stop one that has started: the run ends when the engine says so, or when the grace is over.",
		codes: []string{"run_state"}},
	{method: "POST", pattern: "/workloads/jobs/{job}/runs/{jobRun}/retry", name: "retryRun", needs: teams.Operate, serve: retryRun, origin: ours,
		summary: "Run an ended run's version again", body: "Nothing", optional: true, status: 201, answer: "JobRun", headers: conditional | located,
		about: "Makes a new run of the same version as a run that has ended, with its parameters.",
		codes: []string{"run_state"}},
	{method: "POST", pattern: "/workloads/jobs/{job}/runs/{jobRun}/report", name: "reportRun", needs: byDispatch, serve: reportRun, origin: decided,
		summary: "Report on a run, or heartbeat", body: "RunReport", optional: true, status: 200, answer: "ReportedRun",
		about: "The engine says where the run is. A report without a body is a heartbeat: it extends the lease. The engine stops the run when the answer has cancelRequestedAt. " +
			"After 404 the run is gone, or it was dispatched again and a newer token is on its way: repeat the report with the newest token for about a lease, then stop the run. " +
			"After 409 the run has ended: stop it. The same terminal status may be reported again, and is answered 200. Statuses may be left out, also running. " +
			"An engine may report cancelled unasked. Where retry allows another attempt, one follows failed and timeout, and none follows cancelled.",
		example: `{"status":"running","statusMessage":"2 of 8 partitions read"}`,
		codes:   []string{"run_state"}},
}

// markedPages are the parameters of documented lists that have a marker.
var markedPages = from(documented, markedLimit, marker)

// runFilters are the parameters that filter every list of runs.
var runFilters = from(ours, statusIn, triggeredBy, createdFrom, createdUntil)
