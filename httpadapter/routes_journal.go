package httpadapter

import "github.com/jobledger/jobledger/teams"

// journalRoutes are the routes of events, and of the organization's hold.
var journalRoutes = []route{
	{method: "GET", pattern: "/me/events", name: "listMyEvents", needs: teams.View, serve: listMyEvents, origin: ours,
		summary: "List or stream the events of my jobs", query: eventPages, status: 200, answer: "EventList", streamed: true,
		about: "Returns the journal of all jobs that the caller may see. With Accept: text/event-stream the answer stays open, and each new event is sent as it happens.",
		codes: []string{"cursor_lost", "no_stream", "malformed_header"}},
	{method: "GET", pattern: "/workloads/jobs/{job}/events", name: "listEvents", needs: teams.View, serve: listEvents, origin: ours,
		summary: "List or stream the events of a job", query: eventPages, status: 200, answer: "EventList", streamed: true,
		about: "Returns the journal of the job. With Accept: text/event-stream the answer stays open, and each new event is sent as it happens.",
		codes: []string{"cursor_lost", "no_stream", "malformed_header"}},
	{method: "GET", pattern: "/workloads/hold", name: "describeHold", needs: teams.View, serve: describeHold, origin: ours,
		summary: "Describe the organization's hold", status: 200, answer: "Hold",
		about: "Returns the reason of the hold, who set it and when. All members are null when there is no hold."},
	{method: "PUT", pattern: "/workloads/hold", name: "setHold", needs: teams.Hold, serve: setHold, origin: ours,
		summary: "Hold the organization: no schedule and no dependency starts a run", body: "NewHold", status: 200, answer: "Hold",
		about:   "Holds the organization: no schedule and no dependency starts a run until the hold is lifted. Runs that have started go on, and people may run jobs.",
		example: `{"reason":"The warehouse is upgraded"}`},
	{method: "DELETE", pattern: "/workloads/hold", name: "liftHold", needs: teams.Hold, serve: liftHold, origin: ours,
		summary: "Lift the organization's hold", status: 204,
		about: "Ends the hold. When there is none, nothing happens."},
}

// eventPages are the parameters of lists of events.
var eventPages = from(ours, eventsAfter, eventsBefore, eventKinds, markedLimit)

func journalSchemas(opts *Options) member {
	return member{
		"Event":     schemaOf(ours, eventMembers, opts),
		"EventList": schemaOf(ours, eventListMembers, opts),
		"Hold":      about("The organization's hold. All members are null when there is no hold.", schemaOf(ours, holdMembers, opts)),
		"NewHold":   bodySchema(ours, newHoldMembers, opts),
	}
}
