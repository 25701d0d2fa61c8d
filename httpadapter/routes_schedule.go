package httpadapter

import "github.com/jobledger/jobledger/teams"

// scheduleRoutes are the routes of a job's ticks, past and to come.
var scheduleRoutes = []route{
	{method: "GET", pattern: "/workloads/jobs/{job}/ticks", name: "listTicks", needs: teams.View, serve: listTicks, origin: ours,
		summary: "List a job's ticks and their verdicts", query: from(ours, markedLimit, marker), status: 200, answer: "TickList",
		about: "Returns the verdict on each tick of the schedule, and the reason, newest first. Look here when a job did not run."},
	{method: "GET", pattern: "/workloads/jobs/{job}/preview", name: "previewSchedule", needs: teams.View, serve: previewSchedule, origin: ours,
		summary: "Preview when a job would fire", query: from(ours, previewCount, previewDraft), status: 200, answer: "Preview",
		about: "Returns the next fires of the active version or of the draft."},
	{method: "POST", pattern: "/workloads/jobs/{job}/preview", name: "previewExpression", needs: teams.View, serve: previewExpression, origin: ours,
		summary: "Preview when a job would fire with another schedule", body: "PreviewRequest", status: 200, answer: "Preview",
		about:   "Returns the next fires of an expression and a time zone that are not saved. Changes nothing.",
		example: `{"cronExpression":"30 2 * * *","cronTimezone":"America/New_York","n":3}`},
	{method: "POST", pattern: "/workloads/jobs/{job}/backfill", name: "backfillJob", needs: teams.Operate, serve: backfillJob, origin: ours,
		summary: "Make runs for past ticks", body: "Backfill", status: 200, answer: "Backfilled", headers: conditional,
		about:   "Makes a run for each past tick between from and until that has no run yet. The runs start one after the other, the oldest first. With dryRun it only says what it would do.",
		example: `{"from":"2026-02-27T00:00:00Z","until":"2026-03-01T00:00:00Z"}`,
		codes:   []string{"run_state"}},
	{method: "POST", pattern: "/workloads/jobs/{job}/schedule/reset", name: "resetSchedule", needs: teams.Edit, serve: resetSchedule, origin: ours,
		summary: "Drop a job's due ticks, and continue its schedule from now", body: "Nothing", optional: true, status: 200, answer: "Job", headers: tagged | conditional,
		about: "Moves the schedule to now: ticks that are due are dropped, and no row is written for them. Use it after a wrong clock settled ticks of the future."},
	{method: "GET", pattern: "/workloads/fires", name: "listFires", needs: teams.View, serve: listFires, origin: ours,
		summary: "Count ticks, past and to come, by their fate", query: from(ours, firesFrom, firesUntil, firesBucket), status: 200, answer: "FireList",
		about: "Divides a time into buckets, and returns for each bucket how many ticks had which fate, and how many are to come."},
}
