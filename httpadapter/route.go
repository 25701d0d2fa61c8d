package httpadapter

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/jobledger/jobledger/teams"
)

// route is one operation. The routing, the Allow header, the reading of
// queries, the OpenAPI document and the access tests are made from it.
type route struct {
	method, pattern string
	// name is the operation's name in the OpenAPI document.
	name string
	// needs is the permission that the actor needs on the job of the path. For
	// a list, it needs teams.View on each job that is shown. The service checks
	// this; the field only describes it. [byDispatch] means that no member
	// calls the route.
	needs  teams.Action
	serve  func(*exchange) error
	origin origin
	// topic is the part of the API that the operation belongs to.
	topic string
	// summary is the operation in a few words, about in a few sentences.
	summary, about string
	// query are the parameters that the route takes. Others are refused.
	query parameters
	// body names the schema of the request's body; "" without one.
	body string
	// optional is true when the body may be absent.
	optional bool
	// example is a body that the route accepts.
	example string
	// status is the status of success.
	status int
	// answer names the schema of the answer; "" without one.
	answer string
	// streamed is true when the answer can also be a stream of events.
	streamed bool
	headers  headers
	// codes are those of its problems that follow from nothing else here; see
	// [route.problems].
	codes []string
}

// headers are the headers that a route takes or returns.
type headers uint8

const (
	// tagged answers have an ETag. A GET that is tagged takes If-Match and
	// If-None-Match.
	tagged headers = 1 << iota
	// conditional changes take If-Match.
	conditional
	// located answers have a Location.
	located
	// keyed changes take an Idempotency-Key.
	keyed
)

// byDispatch, as what a route needs, means that no member calls the route. An
// engine calls it with the token of a dispatch.
const byDispatch teams.Action = ""

// routes are all routes, by topic.
var routes = slices.Concat(
	under(topicJobs, jobRoutes),
	under(topicVersions, versionRoutes),
	under(topicRuns, runRoutes),
	under(topicSchedules, scheduleRoutes),
	under(topicTeams, teamRoutes),
	under(topicJobs, graphRoutes, applyRoutes),
	under(topicJournal, journalRoutes),
	under(topicTeams, meRoutes),
)

// The topics, which are the tags of the OpenAPI document.
const (
	topicJobs      = "Jobs"
	topicVersions  = "Versions"
	topicRuns      = "Runs"
	topicSchedules = "Schedules"
	topicTeams     = "Teams"
	topicJournal   = "Journal and hold"
)

// topics are they in the order of the document.
var topics = []string{topicJobs, topicVersions, topicRuns, topicSchedules, topicTeams, topicJournal}

// under puts routes under a topic.
func under(topic string, lists ...[]route) []route {
	list := slices.Concat(lists...)
	for i := range list {
		list[i].topic = topic
	}
	return list
}

// routesFor returns the routes that a handler with these options answers.
func routesFor(opts *Options) []route {
	return slices.DeleteFunc(slices.Clone(routes), func(r route) bool { return !r.origin.shownTo(opts) })
}

// resource is the routes that share one pattern.
type resource struct {
	segments []string
	routes   []*route
	// allow is the value of the Allow header.
	allow string
}

// compile groups routes by their pattern. HEAD is allowed wherever GET is, and
// OPTIONS everywhere. A pattern with a fixed segment comes before a pattern
// that has a variable in its position.
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
	slices.SortStableFunc(resources, func(a, b resource) int { return cmp.Compare(a.variables(), b.variables()) })
	return resources
}

func (r *resource) variables() (n int) {
	for _, segment := range r.segments {
		if segment[0] == '{' {
			n++
		}
	}
	return n
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

// route returns the route of a method, or nil.
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
