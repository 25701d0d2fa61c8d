package httpadapter

import (
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
)

// graphRoutes are the routes of the dependencies between jobs.
var graphRoutes = []route{
	{method: "GET", pattern: "/workloads/graph", name: "showGraph", needs: teams.View, serve: showGraph, origin: ours,
		summary: "Show which jobs depend on which", query: from(ours, root, depth), status: 200, answer: "Graph",
		about: "Returns jobs as nodes and their dependencies as edges, as far as the caller may see them.",
		codes: []string{"not_found"}},
}

var (
	root  = words("root", "The ID of a job. Only the jobs that it depends on, and those that depend on it, are shown.", ledgerID(), notEmpty)
	depth = number("depth", 0, 100, 0, "The most steps between the root and a job that is shown. 0 means no limit.")
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
	shownText("from", ours, about("The job that the other depends on.", ledgerID()), func(d *jobs.Dependency) string { return d.From }),
	shownText("to", ours, about("The job that depends on it.", ledgerID()), func(d *jobs.Dependency) string { return d.To }),
	shownFlag("waiting", ours, about("Whether a run of the dependent job waits for this job now.", flag()), func(d *jobs.Dependency) bool { return d.Waiting }),
)

func graphSchemas(opts *Options) member {
	return member{
		"GraphNode": schemaOf(ours, graphNodeMembers, opts),
		"GraphEdge": schemaOf(ours, graphEdgeMembers, opts),
		"Graph": object(ours,
			has("nodes", array(ref("GraphNode"))),
			has("edges", array(ref("GraphEdge"))),
			has("truncated", about("Whether there are more jobs or dependencies than are shown.", flag())),
		),
	}
}
