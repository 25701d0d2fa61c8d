package httpadapter_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/stretchr/testify/require"
)

// parametersOf maps the parameters of an operation, but those of its path, to
// whose they are.
func parametersOf(op object) map[string]string {
	sources := map[string]string{}
	list, _ := op["parameters"].([]any)
	for _, p := range list {
		if p := p.(object); p["in"] != "path" {
			sources[p["name"].(string)] = p["x-source"].(string)
		}
	}
	return sources
}

// The routes of runs have the parameters that they honour, and say who may ask.
func TestOpenAPIRunRoutes(t *testing.T) {
	document := openAPI(t)
	want := map[string]map[string]string{
		"listMyRuns": {"limit": "documented", "marker": "documented", "status": "ours", "trigger": "ours", "createdFrom": "ours", "createdUntil": "ours"},
		"listRuns":   {"limit": "documented", "marker": "documented", "status": "ours", "trigger": "ours", "createdFrom": "ours", "createdUntil": "ours"},
		"createRun":  {"Idempotency-Key": "ours", "If-Match": "ours"}, "deleteRun": {"If-Match": "ours"}, "releaseRun": {"If-Match": "ours"},
		"cancelRun": {"If-Match": "ours"}, "retryRun": {"If-Match": "ours"}, "describeRun": {}, "reportRun": {"Traceparent": "ours", "Tracestate": "ours"},
		"listTicks": {"limit": "ours", "marker": "ours"}, "previewSchedule": {"n": "ours", "draft": "ours"},
		"backfillJob": {"If-Match": "ours"}, "resetSchedule": {"If-Match": "ours"},
	}
	for _, route := range httpadapter.Routes() {
		if want[route.Name] == nil {
			continue
		}
		op := at(t, document, "paths", route.Pattern, strings.ToLower(route.Method)).(object)
		require.Equal(t, want[route.Name], parametersOf(op), route.Name)
		at(t, op, "responses", strconv.Itoa(allowed[route.Name].status))
		if route.Needs == "" {
			require.NotContains(t, op, "x-requires")
			require.Equal(t, []any{object{"dispatch": []any{}}}, op["security"])
			continue
		}
		require.Equal(t, string(route.Needs), op["x-requires"])
		require.NotContains(t, op, "security")
	}
	at(t, document, "components", "securitySchemes", "dispatch")
}

// The bodies and answers of the routes of runs have exactly the members that
// the schemas name.
func TestOpenAPIRunSchemas(t *testing.T) {
	document := openAPI(t)
	w := newWorld(t, stores[0].open(t))
	body := strings.Replace(jobBody("job"), "{", `{"cronExpression":"@hourly",`, 1)
	id := w.do(t, request{to: "POST /workloads/jobs", body: body, status: 201}).object(t)["id"].(string)
	w.at(time.Hour)
	run := w.start("/workloads/jobs/" + id)
	for _, route := range httpadapter.Routes() {
		if route.Origin == "documented" {
			continue
		}
		ask := allowed[route.Name]
		as, shown := tokenFor(route), run
		if ask.run != "" || ask.draft {
			shown = w.arrange(t, id, route.Name)
		}
		if route.Needs == "" {
			as, shown = w.tokens()[run], run
		}
		a := w.do(t, request{as: as, to: route.Method + " " + pathOf(route.Pattern, id, shown), body: ask.body, status: ask.status})
		op := at(t, document, "paths", route.Pattern, strings.ToLower(route.Method)).(object)
		if ask.status != 204 {
			checkSchema(t, document, at(t, op, "responses", strconv.Itoa(ask.status), "content", "application/json", "schema"), a.object(t))
		}
	}
	page := w.do(t, request{to: "GET /workloads/jobs", status: 200}).object(t)
	checkSchema(t, document, object{"$ref": "#/components/schemas/JobList"}, page)
}
