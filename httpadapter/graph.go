package httpadapter

import (
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
)

// graphRoutes are those about which jobs depend on which.
var graphRoutes = []route{
	{method: "GET", pattern: "/workloads/graph", name: "showGraph", needs: teams.View, serve: showGraph, origin: ours,
		summary: "Show which jobs depend on which", query: from(ours, root, depth), status: 200, answer: "Graph"},
}

var (
	root  = words("root", "The ID of a job: only what it depends on, and what depends on it.", ledgerID(), notEmpty)
	depth = number("depth", 0, 100, 0, "How many steps from the root those are at most; 0 means all.")
)

// showGraph serves GET /workloads/graph.
func showGraph(x *exchange) error {
	g, err := x.service.Graph(x.r.Context(), x.actor, jobs.GraphQuery{Root: root.of(x), Depth: depth.of(x)})
	if err != nil {
		return err
	}
	nodes := list[jobs.Job]{x: x, element: graphNodeMembers.element(&x.opts)}
	x.out.body = append(x.out.body, `{"nodes":[`...)
	if err := nodes.addAll(g.Jobs); err != nil {
		return err
	}
	edges := list[jobs.Dependency]{x: x, element: graphEdgeMembers.element(&x.opts)}
	x.out.body = append(x.out.body, `],"edges":[`...)
	if err := edges.addAll(g.Edges); err != nil {
		return err
	}
	x.out.body = append(appendFlag(x.out.body, `],"truncated":`, g.Truncated), '}')
	return nil
}

var graphNodeMembers = show(
	shownText("jobId", ours, ledgerID(), func(j *jobs.Job) string { return j.ID }),
	shownText("jobKey", ours, jobKey(), func(j *jobs.Job) string { return j.Key }),
	shownText("status", ours, jobStatus(), func(j *jobs.Job) string { return string(j.Status) }),
	shownOptional("lastOutcome", ours, lastOutcome(), func(j *jobs.Job) string { return string(j.LastOutcome) }),
)

var graphEdgeMembers = show(
	shownText("from", ours, about("The job depended on.", ledgerID()), func(d *jobs.Dependency) string { return d.From }),
	shownText("to", ours, about("Its dependent.", ledgerID()), func(d *jobs.Dependency) string { return d.To }),
	shownFlag("waiting", ours, about("Whether the dependent waits for just this job now.", flag()), func(d *jobs.Dependency) bool { return d.Waiting }),
)

func graphSchemas(opts *Options) member {
	return member{
		"GraphNode": schemaOf(ours, graphNodeMembers, opts),
		"GraphEdge": schemaOf(ours, graphEdgeMembers, opts),
		"Graph": object(ours,
			has("nodes", array(ref("GraphNode"))),
			has("edges", array(ref("GraphEdge"))),
			has("truncated", about("Whether there are more.", flag())),
		),
	}
}
