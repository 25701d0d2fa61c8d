package httpadapter

import "github.com/jobledger/jobledger/teams"

// journalRoutes are the routes of events, and of the organization's hold.
var journalRoutes = []route{
	{method: "GET", pattern: "/me/events", name: "listMyEvents", needs: teams.View, serve: listMyEvents, origin: ours,
		summary: "List or stream the events of my jobs", query: eventPages, status: 200, answer: "EventList", streamed: true},
	{method: "GET", pattern: "/workloads/jobs/{job}/events", name: "listEvents", needs: teams.View, serve: listEvents, origin: ours,
		summary: "List or stream the events of a job", query: eventPages, status: 200, answer: "EventList", streamed: true},
	{method: "GET", pattern: "/workloads/hold", name: "describeHold", needs: teams.View, serve: describeHold, origin: ours,
		summary: "Describe the organization's hold", status: 200, answer: "Hold"},
	{method: "PUT", pattern: "/workloads/hold", name: "setHold", needs: teams.Hold, serve: setHold, origin: ours,
		summary: "Hold the organization: no schedule and no dependency starts a run", body: "NewHold", status: 200, answer: "Hold"},
	{method: "DELETE", pattern: "/workloads/hold", name: "liftHold", needs: teams.Hold, serve: liftHold, origin: ours,
		summary: "Lift the organization's hold", status: 204},
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
