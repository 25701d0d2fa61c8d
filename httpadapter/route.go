package httpadapter

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/jobledger/jobledger/teams"
)

// route is one operation. Routing, the Allow header, the reading of queries, the
// OpenAPI document and the tests' access matrix are made from it.
type route struct {
	method, pattern string
	// name is the operation's name in the OpenAPI document.
	name string
	// needs is what the actor must be permitted on the job of the path; what
	// lists need is that each job listed may be viewed. The service decides:
	// this says what to expect of it. [byDispatch] is for what no member asks.
	needs  teams.Action
	serve  func(*exchange) error
	origin origin
	// summary is the operation in a few words.
	summary string
	// query are the parameters of the query that the route knows. Any other is
	// refused.
	query parameters
	// body names the schema of the request; empty without one.
	body string
	// optional is true when the body may be absent.
	optional bool
	// status is that of success.
	status int
	// answer names the schema of the answer; empty without one.
	answer string
	// streamed is true when the answer may also be asked for as a stream of
	// events.
	streamed bool
	headers  headers
}

// headers are those that a route honours, or answers with.
type headers uint8

const (
	// tagged answers carry an ETag. A read that does honours If-Match and
	// If-None-Match.
	tagged headers = 1 << iota
	// conditional changes honour If-Match.
	conditional
	// located answers carry a Location.
	located
	// keyed changes honour an Idempotency-Key.
	keyed
)

// byDispatch, as what a route needs, says that no member asks: the token of a
// dispatch, which an engine holds, is what permits it.
const byDispatch teams.Action = ""

// routes is the whole API, by topic.
var routes = slices.Concat(
	meRoutes,
	jobRoutes,
	graphRoutes,
	versionRoutes,
	teamRoutes,
	runRoutes,
	scheduleRoutes,
	applyRoutes,
	journalRoutes,
)

// routesFor returns the routes that a handler with these options answers.
func routesFor(opts *Options) []route {
	return slices.DeleteFunc(slices.Clone(routes), func(r route) bool { return !r.origin.shownTo(opts) })
}

// resource is what one pattern names: the routes that share it.
type resource struct {
	segments []string
	routes   []*route
	// allow is the value of the Allow header.
	allow string
}

// compile groups routes by their pattern. HEAD is allowed wherever GET is, and
// OPTIONS everywhere. A pattern that names a segment stands before one that has
// a variable there.
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

// variables counts the segments that are variables.
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
