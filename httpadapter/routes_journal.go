package httpadapter

import "github.com/jobledger/jobledger/teams"

// journalRoutes are the routes of what happened, and of the organization's hold.
var journalRoutes = []route{
	{method: "GET", pattern: "/me/events", name: "listMyEvents", needs: teams.View, serve: listMyEvents, origin: ours,
		summary: "List or follow what happened to my jobs", query: eventPages, status: 200, answer: "EventList", streamed: true},
	{method: "GET", pattern: "/workloads/jobs/{job}/events", name: "listEvents", needs: teams.View, serve: listEvents, origin: ours,
		summary: "List or follow what happened to a job", query: eventPages, status: 200, answer: "EventList", streamed: true},
	{method: "GET", pattern: "/workloads/hold", name: "describeHold", needs: teams.View, serve: describeHold, origin: ours,
		summary: "Describe the organization's hold", status: 200, answer: "Hold"},
	{method: "PUT", pattern: "/workloads/hold", name: "setHold", needs: teams.Hold, serve: setHold, origin: ours,
		summary: "Keep schedules and dependencies from starting runs", body: "NewHold", status: 200, answer: "Hold"},
	{method: "DELETE", pattern: "/workloads/hold", name: "liftHold", needs: teams.Hold, serve: liftHold, origin: ours,
		summary: "Let schedules and dependencies start runs again", status: 204},
}

// eventPages are the parameters of lists of events.
var eventPages = from(ours, eventsAfter, eventsBefore, eventKinds, markedLimit)

func journalSchemas(opts *Options) member {
	return member{
		"Event":     schemaOf(ours, eventMembers, opts),
		"EventList": schemaOf(ours, eventListMembers, opts),
		"Hold":      about("All members are null while there is none.", schemaOf(ours, holdMembers, opts)),
		"NewHold":   bodySchema(ours, newHoldMembers, opts),
	}
}
