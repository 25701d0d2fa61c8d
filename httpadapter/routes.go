package httpadapter

import (
	"net/http"
	"slices"
	"strings"

	"github.com/jobledger/jobledger/teams"
)

// route is one operation.
type route struct {
	method  string
	pattern string
	// name is the operation's name in the OpenAPI document.
	name string
	// needs is what the actor must be permitted on the job of the path; what
	// lists need is that each job listed may be viewed. The service decides:
	// this says what to expect of it. [byDispatch] is for what no member asks.
	needs teams.Action
	serve func(*exchange) error
}

// routes is the whole API. Routing, Allow, the OpenAPI document and the tests'
// access matrix are made from it.
var routes = slices.Concat(jobRoutes, runRoutes)

// jobRoutes is the documented Jobs API, in the documented order.
var jobRoutes = []route{
	{"GET", "/me/jobs", "listMyJobs", teams.View, listJobs},
	{"GET", "/workloads/jobs", "listJobs", teams.View, listJobs},
	{"POST", "/workloads/jobs", "createJob", teams.Create, createJob},
	{"GET", "/workloads/jobs/{job}", "describeJob", teams.View, describeJob},
	{"DELETE", "/workloads/jobs/{job}", "deleteJob", teams.Delete, deleteJob},
	{"PATCH", "/workloads/jobs/{job}", "updateJob", teams.Edit, updateJob},
	{"POST", "/workloads/jobs/{job}/activate-version", "activateVersion", teams.Edit, activateVersion},
	{"GET", "/workloads/jobs/{job}/draft", "describeDraft", teams.View, describeDraft},
	{"POST", "/workloads/jobs/{job}/draft", "createDraft", teams.Edit, createDraft},
	{"DELETE", "/workloads/jobs/{job}/draft", "discardDraft", teams.Edit, discardDraft},
	{"PATCH", "/workloads/jobs/{job}/draft", "updateDraft", teams.Edit, updateDraft},
	{"POST", "/workloads/jobs/{job}/draft/publish", "publishDraft", teams.Edit, publishDraft},
	{"GET", "/workloads/jobs/{job}/teams", "listJobTeams", teams.View, listTeams},
	{"POST", "/workloads/jobs/{job}/teams", "grantTeams", teams.ChangeGrants, grantTeams},
	{"DELETE", "/workloads/jobs/{job}/teams/{team}", "revokeTeam", teams.ChangeGrants, revokeTeam},
	{"GET", "/workloads/jobs/{job}/versions", "listVersions", teams.View, listVersions},
	{"POST", "/workloads/jobs/{job}/versions", "publishVersion", teams.Edit, publishVersion},
	{"GET", "/workloads/jobs/{job}/versions/{jobVersionNumber}", "describeVersion", teams.View, describeVersion},
	{"GET", "/workloads/teams/{team}/jobs", "listTeamJobs", teams.View, listTeamJobs},
	{"GET", "/workloads/clusters/{cluster}/jobs", "listClusterJobs", teams.View, listClusterJobs},
}

// resource is what one pattern names: the routes that share it.
type resource struct {
	segments []string
	routes   []*route
	// allow is the value of the Allow header.
	allow string
}

// compile groups routes by their pattern. HEAD is allowed wherever GET is, and
// OPTIONS everywhere.
func compile(routes []route) []resource {
	var resources []resource
	at := make(map[string]int)
	for i := range routes {
		r := &routes[i]
		n, known := at[r.pattern]
		if !known {
			n = len(resources)
			at[r.pattern] = n
			resources = append(resources, resource{segments: strings.Split(r.pattern[1:], "/")})
		}
		resources[n].routes = append(resources[n].routes, r)
	}
	for n := range resources {
		resources[n].allow = resources[n].methods()
	}
	return resources
}

func (r *resource) methods() string {
	var methods []string
	for _, route := range r.routes {
		methods = append(methods, route.method)
		if route.method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
	}
	return strings.Join(append(methods, http.MethodOptions), ", ")
}

// route returns the route of a method, nil when there is none.
func (r *resource) route(method string) *route {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	for _, route := range r.routes {
		if route.method == method {
			return route
		}
	}
	return nil
}
