package httpadapter

import "github.com/jobledger/jobledger/teams"

// byDispatch, as what a route needs, says that no member asks: the token of a
// dispatch, which an engine holds, is what permits it.
const byDispatch teams.Action = ""

// runRoutes are the routes of runs: what a sibling page of the platform's
// documentation has, and our extensions of it. Which is which, the table of
// operations says.
var runRoutes = []route{
	{"GET", "/me/jobs/runs", "listMyRuns", teams.View, listMyRuns},
	{"GET", "/workloads/jobs/{job}/runs", "listRuns", teams.View, listRuns},
	{"POST", "/workloads/jobs/{job}/runs", "createRun", teams.Operate, createRun},
	{"GET", "/workloads/jobs/{job}/runs/{jobRun}", "describeRun", teams.View, describeRun},
	{"DELETE", "/workloads/jobs/{job}/runs/{jobRun}", "deleteRun", teams.Delete, deleteRun},
	{"POST", "/workloads/jobs/{job}/runs/{jobRun}/ready", "releaseRun", teams.Operate, releaseRun},
	{"POST", "/workloads/jobs/{job}/runs/{jobRun}/cancel", "cancelRun", teams.Operate, cancelRun},
	{"POST", "/workloads/jobs/{job}/runs/{jobRun}/retry", "retryRun", teams.Operate, retryRun},
	{"POST", "/workloads/jobs/{job}/runs/{jobRun}/report", "reportRun", byDispatch, reportRun},
	{"GET", "/workloads/jobs/{job}/ticks", "listTicks", teams.View, listTicks},
	{"GET", "/workloads/jobs/{job}/preview", "previewSchedule", teams.View, previewSchedule},
}
