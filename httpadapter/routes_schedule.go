package httpadapter

import "github.com/jobledger/jobledger/teams"

// scheduleRoutes are the routes of a job's ticks, past and to come.
var scheduleRoutes = []route{
	{method: "GET", pattern: "/workloads/jobs/{job}/ticks", name: "listTicks", needs: teams.View, serve: listTicks, origin: ours,
		summary: "List a job's ticks and their verdicts", query: from(ours, markedLimit, marker), status: 200, answer: "TickList"},
	{method: "GET", pattern: "/workloads/jobs/{job}/preview", name: "previewSchedule", needs: teams.View, serve: previewSchedule, origin: ours,
		summary: "Preview when a job would fire", query: from(ours, previewCount, previewDraft), status: 200, answer: "Preview"},
	{method: "POST", pattern: "/workloads/jobs/{job}/preview", name: "previewExpression", needs: teams.View, serve: previewExpression, origin: ours,
		summary: "Preview when a job would fire with another schedule", body: "PreviewRequest", status: 200, answer: "Preview"},
	{method: "POST", pattern: "/workloads/jobs/{job}/backfill", name: "backfillJob", needs: teams.Operate, serve: backfillJob, origin: ours,
		summary: "Make runs for past ticks", body: "Backfill", status: 200, answer: "Backfilled", headers: conditional},
	{method: "POST", pattern: "/workloads/jobs/{job}/schedule/reset", name: "resetSchedule", needs: teams.Edit, serve: resetSchedule, origin: ours,
		summary: "Drop a job's due ticks, and continue its schedule from now", body: "Nothing", optional: true, status: 200, answer: "Job", headers: tagged | conditional},
	{method: "GET", pattern: "/workloads/fires", name: "listFires", needs: teams.View, serve: listFires, origin: ours,
		summary: "Count ticks, past and to come, by their fate", query: from(ours, firesFrom, firesUntil, firesBucket), status: 200, answer: "FireList"},
}
