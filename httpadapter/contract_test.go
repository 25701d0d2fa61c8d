package httpadapter_test

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jobledger/jobledger/httpadapter"
	"github.com/stretchr/testify/require"
)

// documentedRoute is one route as the platform documents it.
type documentedRoute struct {
	Method, Path string
	Request      json.RawMessage
	Response     any
	Parameters   []struct{ Name, In string }
}

func documentedRoutes(t testing.TB) []documentedRoute {
	text, err := os.ReadFile("testdata/routes.json")
	require.NoError(t, err)
	var routes []documentedRoute
	require.NoError(t, json.Unmarshal(text, &routes))
	return routes
}

// siblingRoutes are what a sibling page of the documentation has.
var siblingRoutes = []string{
	"GET /me/jobs/runs",
	"GET /workloads/jobs/{job}/runs",
	"POST /workloads/jobs/{job}/runs",
	"GET /workloads/jobs/{job}/runs/{jobRun}",
	"DELETE /workloads/jobs/{job}/runs/{jobRun}",
	"POST /workloads/jobs/{job}/runs/{jobRun}/ready",
}

// The route table has the documented routes, those of runs, and ours, and says
// which is which.
func TestDocumentedRoutes(t *testing.T) {
	var want []string
	for _, r := range documentedRoutes(t) {
		want = append(want, r.Method+" "+r.Path)
	}
	require.Len(t, want, 20)
	got := map[string][]string{}
	for _, r := range httpadapter.Routes() {
		got[r.Origin] = append(got[r.Origin], r.Method+" "+r.Pattern)
	}
	require.ElementsMatch(t, want, got["documented"])
	require.ElementsMatch(t, siblingRoutes, got["sibling"])
	require.Equal(t, []string{"POST /workloads/jobs/{job}/runs/{jobRun}/report"}, got["decided"])
}

// Every documented request is accepted, and a handler of the documented API
// answers with exactly the documented keys, nested as documented.
func TestDocumentedExamples(t *testing.T) {
	for _, s := range stores {
		t.Run(s.name, func(t *testing.T) {
			for _, route := range documentedRoutes(t) {
				t.Run(route.Method+" "+route.Path, func(t *testing.T) { walk(t, newAPI(t, s.open(t), &httpadapter.Options{DocumentedOnly: true}), route) })
			}
		})
	}
}

// walk makes what a route needs, and asks it with the documented request.
func walk(t *testing.T, a *api, route documentedRoute) {
	upstream := a.create(t, "A1B2C3D4E5") // the documented dependsOn names this key
	require.NotEmpty(t, upstream)
	job := a.create(t, "example")
	for _, id := range []string{upstream, job} {
		a.do(t, request{to: "POST /workloads/jobs/" + id + "/runs", status: 201})
	}
	if strings.Contains(route.Path, "/draft") && !(route.Method == "POST" && strings.HasSuffix(route.Path, "/draft")) {
		a.do(t, request{to: "POST /workloads/jobs/" + job + "/draft", status: 201})
	}
	path := strings.NewReplacer("{job}", job, "{team}", teamA, "{cluster}", cluster, "{jobVersionNumber}", "1").Replace(route.Path)
	body := string(route.Request)
	if body == "null" {
		body = ""
	}
	w := a.do(t, request{to: route.Method + " " + path, body: realValues(route.Path, body)})
	require.Less(t, w.Code, 300, w.Body.String())
	if route.Response == nil {
		require.Equal(t, 204, w.Code)
		require.Empty(t, w.Body.String())
		return
	}
	require.Empty(t, cmp.Diff(shape(route.Response, "$"), shape(w.object(t), "$")))
}

// realValues makes values of the placeholders in an example. One that has none
// is sent as it stands.
func realValues(path, body string) string {
	if strings.HasSuffix(path, "/activate-version") {
		return strings.Replace(body, `"version": 0`, `"version": 1`, 1)
	}
	return strings.NewReplacer(
		`"cronExpression": "string"`, `"cronExpression": "0 2 * * *"`,
		`"cronTimezone": "string"`, `"cronTimezone": "America/New_York"`,
	).Replace(body)
}

// shape lists the keys of a JSON value, with where they stand. What is inside
// of open values, and of arrays that may be empty, is not the contract's.
func shape(v any, at string) []string {
	var keys []string
	switch v := v.(type) {
	case object:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			path := at + "." + name
			keys = append(keys, path)
			if name != "config" && name != "sourceConfig" && name != "dependsOn" && name != "results" {
				keys = append(keys, shape(v[name], path)...)
			}
		}
	case []any:
		if len(v) > 0 {
			keys = shape(v[0], at+"[]")
		}
	}
	return keys
}
