package httpadapter

import "github.com/jobledger/jobledger/teams"

// scheduleRoutes are the routes of what a job's schedule did and will do.
var scheduleRoutes = []route{
	{method: "GET", pattern: "/workloads/jobs/{job}/ticks", name: "listTicks", needs: teams.View, serve: listTicks, origin: ours,
		summary: "List what became of a job's ticks", query: from(ours, markedLimit, marker), status: 200, answer: "TickList"},
	{method: "GET", pattern: "/workloads/jobs/{job}/preview", name: "previewSchedule", needs: teams.View, serve: previewSchedule, origin: ours,
		summary: "Preview when a job would fire", query: from(ours, previewCount, previewDraft), status: 200, answer: "Preview"},
	{method: "POST", pattern: "/workloads/jobs/{job}/preview", name: "previewExpression", needs: teams.View, serve: previewExpression, origin: ours,
		summary: "Preview when a job would fire with a schedule that is not saved", body: "PreviewRequest", status: 200, answer: "Preview"},
	{method: "POST", pattern: "/workloads/jobs/{job}/backfill", name: "backfillJob", needs: teams.Operate, serve: backfillJob, origin: ours,
		summary: "Make runs for ticks that are past", body: "Backfill", status: 200, answer: "Backfilled", headers: conditional},
	{method: "POST", pattern: "/workloads/jobs/{job}/schedule/reset", name: "resetSchedule", needs: teams.Edit, serve: resetSchedule, origin: ours,
		summary: "Move a job's schedule to now", body: "Nothing", optional: true, status: 200, answer: "Job", headers: tagged | conditional},
	{method: "GET", pattern: "/workloads/fires", name: "listFires", needs: teams.View, serve: listFires, origin: ours,
		summary: "Count what schedules did and will do", query: from(ours, firesFrom, firesUntil, firesBucket), status: 200, answer: "FireList"},
}
