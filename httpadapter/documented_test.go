package httpadapter_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
)

// update writes the answers anew. They are those of the version before this
// library added anything to the documented API (commit 4907572): there is no
// reason to make them again.
var update = flag.Bool("update-documented", false, "write testdata/documented_answers.json")

// asking are requests to every documented route, to those of runs and to that
// of reports, in an order in which each succeeds.
var asking = []struct{ as, to, body string }{
	{owner, "POST /workloads/jobs", `{"jobKey":"plain","clusterId":"A1B2C3D4E5","config":{"sql":{"source":"select 1"}},"teamIds":["A1B2C3D4E5","TEAMB"]}`},
	{contributor, "POST /workloads/jobs", `{"jobKey":"full \"é\"","status":"paused","description":"d","clusterId":"A1B2C3D4E5","timeoutSeconds":60,"maxConcurrentRuns":2,` +
		`"config":{"python":{"namedParameters":{"a":"1"}},"lakesail":{"x":"1.50"}},"sourceConfig":{"url":"https://example.com/x","provider":"github"},` +
		`"dependsOn":[{"jobKey":"plain"}],"cronExpression":"30 2 * * MON","cronTimezone":"America/New_York","concurrencyPolicy":"allow","missedSchedulePolicy":"all","teamIds":["A1B2C3D4E5"]}`},
	{owner, "GET /me/jobs", ""},
	{viewer, "GET /workloads/jobs?limit=1", ""},
	{owner, "GET /me/jobs?limit=1&page=2&sortBy=jobKey&sortDirection=desc", ""},
	{owner, "GET /workloads/teams/TEAMB/jobs?limit=10", ""},
	{owner, "GET /workloads/clusters/A1B2C3D4E5/jobs?limit=0", ""},
	{viewer, "GET /workloads/jobs/ID1", ""},
	{owner, "PATCH /workloads/jobs/ID1", `{"description":"changed","status":"active"}`},
	{owner, "POST /workloads/jobs/ID1/draft", `{"cronExpression":"@daily"}`},
	{owner, "PATCH /workloads/jobs/ID1/draft", `{"timeoutSeconds":5,"dependsOn":[]}`},
	{owner, "GET /workloads/jobs/ID1/draft", ""},
	{owner, "GET /workloads/jobs/ID1", ""},
	{owner, "POST /workloads/jobs/ID1/draft/publish", ""},
	{owner, "POST /workloads/jobs/ID1/draft", ""},
	{owner, "DELETE /workloads/jobs/ID1/draft", ""},
	{owner, "POST /workloads/jobs/ID1/versions", `{"description":"third","cronExpression":null}`},
	{owner, "POST /workloads/jobs/ID1/activate-version", `{"version":2}`},
	{owner, "GET /workloads/jobs/ID1/versions?limit=2&page=1", ""},
	{owner, "GET /workloads/jobs/ID1/versions/1", ""},
	{owner, "POST /workloads/jobs/ID1/teams", `{"teamIds":["TEAMC"]}`},
	{owner, "GET /workloads/jobs/ID1/teams?limit=2", ""},
	{owner, "DELETE /workloads/jobs/ID1/teams/TEAMC", ""},
	{owner, "POST /workloads/jobs/ID1/runs", `{"hold":true,"resourceCleanupMode":"never"}`},
	{owner, "GET /workloads/jobs/ID1/runs", ""},
	{owner, "POST /workloads/jobs/ID1/runs/ID3/ready", ""},
	{"tick", "", ""},
	{"token ID3", "POST /workloads/jobs/ID1/runs/ID3/report", `{"status":"running","runnerStartedAt":"2026-03-01T12:00:00Z"}`},
	{"token ID3", "POST /workloads/jobs/ID1/runs/ID3/report", `{"status":"succeeded","runnerCompletedAt":"2026-03-01T12:00:01.5Z","results":{"rows":[1]},"statusMessage":"done"}`},
	{viewer, "GET /workloads/jobs/ID1/runs/ID3", ""},
	{owner, "POST /workloads/jobs/ID1/runs", ""},
	{owner, "GET /me/jobs/runs?limit=1", ""},
	{owner, "GET /me/jobs", ""},
	{owner, "DELETE /workloads/jobs/ID1/runs/ID3", ""},
	{owner, "DELETE /workloads/jobs/ID2", ""},
	{owner, "GET /workloads/jobs", ""},
}

// answered is what came back, as the file keeps it.
type answered struct {
	To       string
	Status   int
	Tag      string `json:",omitempty"`
	Location string `json:",omitempty"`
	Body     string `json:",omitempty"`
}

// Successful documented answers are, byte for byte, what they were before this
// library added anything to the documented API.
func TestDocumentedAnswersAreTheSame(t *testing.T) {
	const file = "testdata/documented_answers.json"
	for _, s := range stores {
		t.Run(s.name, func(t *testing.T) {
			var made int
			o := jobs.Options{NewID: func() string { made++; return fmt.Sprintf("ID%d", made) }}
			w := newWorldOf(t, s.open(t), o, &httpadapter.Options{DocumentedOnly: true})
			var got []answered
			for _, ask := range asking {
				if ask.as == "tick" {
					w.at(time.Second)
					continue
				}
				as := ask.as
				if run, isToken := strings.CutPrefix(as, "token "); isToken {
					as = w.tokens()[run]
				}
				a := w.do(t, request{as: as, to: ask.to, body: ask.body})
				require.Less(t, a.Code, 300, "%s: %s", ask.to, a.Body)
				got = append(got, answered{ask.to, a.Code, a.etag(), a.Header().Get("Location"), a.Body.String()})
			}
			if *update {
				text, err := json.MarshalIndent(got, "", " ")
				require.NoError(t, err)
				require.NoError(t, os.WriteFile(file, append(text, '\n'), 0o644))
			}
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			var want []answered
			require.NoError(t, json.Unmarshal(text, &want))
			require.Len(t, got, len(want))
			for i := range want {
				require.Equal(t, want[i], got[i])
			}
		})
	}
}

// What we add is not there: its routes are not found, and its parameters and
// members of requests are unknown.
func TestDocumentedOnly(t *testing.T) {
	only := &httpadapter.Options{DocumentedOnly: true}
	full, left := openAPI(t), openAPIFor(t, only)
	for _, route := range httpadapter.Routes() {
		a := newAPI(t, memory.New(), only)
		job := a.create(t, "job")
		path := pathOf(route.Pattern, job)
		if route.Origin == "ours" {
			w := a.do(t, request{to: route.Method + " " + path, body: allowed[route.Name].body})
			require.Contains(t, []int{404, 405}, w.Code, route.Name)
			continue
		}
		op := operationOf(t, full, route)
		kept := operationOf(t, left, route)
		for name, source := range parametersOf(op) {
			if _, isKept := parametersOf(kept)[name]; isKept || route.Needs == "" {
				continue
			}
			require.Equal(t, "ours", source)
			a.do(t, request{to: route.Method + " " + path + "?" + name + "=x", status: 400, code: "invalid", fields: []string{name}})
		}
		for name := range bodyMembers(t, full, op) {
			if bodyMembers(t, left, kept)[name] == nil {
				a.do(t, request{to: route.Method + " " + path, body: `{"` + name + `":null}`, status: 400, code: "malformed_body", fields: []string{name}})
			}
		}
	}
}

func operationOf(t *testing.T, document object, route httpadapter.RouteInfo) object {
	return at(t, document, "paths", route.Pattern, strings.ToLower(route.Method)).(object)
}

// bodyMembers are the members that the body of an operation may have.
func bodyMembers(t *testing.T, document, operation object) object {
	if operation["requestBody"] == nil {
		return nil
	}
	schema := resolve(t, document, at(t, operation, "requestBody", "content", "application/json", "schema"))
	members, _ := schema["properties"].(object)
	return members
}
