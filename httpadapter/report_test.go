package httpadapter_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/storage/memory"
)

// routeTo is a request of an operation.
func routeTo(operation, job, run string) string {
	for _, route := range httpadapter.Routes() {
		if route.Name == operation {
			return route.Method + " " + pathOf(route.Pattern, job, run)
		}
	}
	panic("no operation " + operation)
}

// An engine's whole dealing with a run, by its token.
func TestReports(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *World) {
		job := "/workloads/jobs/" + w.create(t, "job")
		run := w.start(job)
		for _, heartbeat := range []string{"", "{}", " ", `{"status":null,"statusMessage":null,"results":null,"runnerStartedAt":null,"runnerCompletedAt":null,"runnerExecutionTimeUs":null}`} {
			a := w.report(job, run, heartbeat, 200)
			require.Equal(t, []any{"starting", nil}, pick(a.object(t), "status", "cancelRequestedAt"))
			require.Len(t, keysOf(a.object(t)), len(runKeys)-1)
			require.Empty(t, a.etag())
		}
		for _, status := range []string{"creating_sail", "waiting_for_sail", "creating_runner", "running", "running"} {
			require.Equal(t, status, w.report(job, run, `{"status":"`+status+`"}`, 200).object(t)["status"])
		}
		w.report(job, run, `{"status":"creating_sail"}`, 409)
		a := w.report(job, run, `{"statusMessage":"half way","runnerStartedAt":"2026-03-01T13:00:00.1234567+01:00","results":{"rows":5}}`, 200)
		require.Equal(t, []any{"half way", "2026-03-01T12:00:00.123456Z", object{"rows": n("5")}}, pick(a.object(t), "statusMessage", "runnerStartedAt", "results"))

		w.Outage(time.Minute / 2)
		asked := w.do(t, request{as: contributor, to: "POST " + job + "/runs/" + run + "/cancel", status: 200}).object(t)
		require.Equal(t, "running", asked["status"], "until the engine says otherwise")
		require.Equal(t, runKeys, keysOf(asked))
		require.Equal(t, instantAt(time.Minute/2), w.report(job, run, "", 200).object(t)["cancelRequestedAt"])
		last := w.report(job, run, `{"status":"cancelled","runnerCompletedAt":"2026-03-01T12:00:40Z","runnerExecutionTimeUs":7}`, 200).object(t)
		require.Equal(t, []any{"cancelled", "2026-03-01T12:00:40.000000Z", n("7")}, pick(last, "status", "runnerCompletedAt", "runnerExecutionTimeUs"))

		w.report(job, run, `{"status":"cancelled"}`, 200) // its answer may have been lost
		w.report(job, run, `{"status":"succeeded"}`, 409)
		w.report(job, run, "", 409)
		w.do(t, request{to: "DELETE " + job + "/runs/" + run, status: 204})
		w.report(job, run, `{"status":"succeeded"}`, 404)

		run = w.start(job)
		w.do(t, request{to: "DELETE " + job, status: 204})
		w.report(job, run, "", 404)
	})
}

// Who may report: whoever holds the token of the dispatch, and nobody else. The
// identity source is not asked.
func TestReportAccess(t *testing.T) {
	w := newWorld(t, stores[0].open(t))
	job, other := "/workloads/jobs/"+w.create(t, "job"), "/workloads/jobs/"+w.create(t, "other")
	run, foreignRun := w.start(job), w.start(other)
	held := w.do(t, request{to: "POST " + job + "/runs", body: `{"hold":true}`, status: 201}).object(t)["id"].(string)
	right := w.tokens()[run]
	to := "POST " + job + "/runs/" + run + "/report"
	absent := w.do(t, request{to: "GET /workloads/jobs/ZZZZZZZZZZ", status: 404})
	before := w.do(t, request{to: "GET " + job + "/runs/" + run}).Body.String()
	for _, row := range []struct {
		name, authorization, to string
		status                  int
	}{
		{"no token", "", to, 401},
		{"another scheme", "Basic " + right, to, 401},
		{"no scheme", right, to, 401},
		{"empty token", "Bearer  ", to, 401},
		{"a member's token", "Bearer " + owner, to, 404},
		{"a viewer's token", "Bearer " + viewer, to, 404},
		{"the identity source is down", "Bearer source-is-down", to, 404},
		{"another run's token", "Bearer " + w.tokens()[foreignRun], to, 404},
		{"another organization's prefix", "Bearer Z2xvYmV4" + right[strings.IndexByte(right, '.'):], to, 404},
		{"a token cut short", "Bearer " + right[:len(right)-1], to, 404},
		{"a token in another case", "Bearer " + strings.ToLower(right), to, 404},
		{"two tokens", "Bearer " + right + " " + right, to, 404},
		{"a run without a dispatch", "Bearer " + right, "POST " + job + "/runs/" + held + "/report", 404},
		{"the run under another job", "Bearer " + right, "POST " + other + "/runs/" + run + "/report", 404},
		{"an unknown run", "Bearer " + right, "POST " + job + "/runs/NORUN/report", 404},
		{"a malformed run", "Bearer " + right, "POST " + job + "/runs/%00/report", 404},
		{"a malformed job", "Bearer " + right, "POST /workloads/jobs/a%20b/runs/" + run + "/report", 404},
	} {
		req := request{name: row.name, as: "-", to: row.to, body: `{"status":"failed"}`, status: row.status}
		if row.authorization != "" {
			req.header = map[string]string{"Authorization": row.authorization}
		}
		a := w.do(t, req)
		if row.status == http.StatusNotFound {
			require.Equal(t, absent.Body.String(), a.Body.String(), row.name)
			require.Equal(t, absent.Header(), a.Header(), row.name)
		}
		require.Equal(t, before, w.do(t, request{to: "GET " + job + "/runs/" + run}).Body.String(), row.name)
	}
	r := newRequest(request{as: right, to: to})
	r.Header.Add("Authorization", "Bearer "+right)
	require.Equal(t, http.StatusUnauthorized, record(w, r).Code, "the header twice")
	w.do(t, request{as: "-", to: to, header: map[string]string{"Authorization": "bearer  " + right}, status: 200})
	w.do(t, request{as: right, to: "GET " + job, status: 401}) // its token is no member's
}

// The token of a dispatch that was given up does not report on the next one.
func TestReportOnAnOldDispatch(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *World) {
		job := "/workloads/jobs/" + w.create(t, "job")
		run := w.do(t, request{to: "POST " + job + "/runs", status: 201}).object(t)["id"].(string)
		w.Engine.Refuse("", errors.New("no answer"))
		w.Advance(0)
		old := w.tokens()[run]
		w.Engine.Refuse("", nil)
		w.at(time.Minute)
		require.NotEqual(t, old, w.tokens()[run])
		w.do(t, request{as: old, to: "POST " + job + "/runs/" + run + "/report", body: `{"status":"failed"}`, status: 404, code: "not_found"})
		require.Equal(t, "running", w.report(job, run, `{"status":"running"}`, 200).object(t)["status"])
	})
}

// What a report may not say.
func TestReportBodies(t *testing.T) {
	w := newWorld(t, stores[0].open(t))
	job := "/workloads/jobs/" + w.create(t, "job")
	run := w.start(job)
	before := w.do(t, request{to: "GET " + job + "/runs/" + run}).Body.String()
	for _, row := range []request{
		{body: `{"status":"ready"}`, fields: []string{"status"}},
		{body: `{"status":"RUNNING"}`, fields: []string{"status"}},
		{body: `{"statusMessage":"` + strings.Repeat("x", 4097) + `"}`, fields: []string{"statusMessage"}},
		{body: `{"results":[]}`, fields: []string{"results"}},
		{body: `{"results":"x"}`, fields: []string{"results"}},
		{body: `{"results":{"x":"` + strings.Repeat("x", 64<<10) + `"}}`, fields: []string{"results"}},
		{body: `{"runnerExecutionTimeUs":-1}`, fields: []string{"runnerExecutionTimeUs"}},
		{body: `{"runnerExecutionTimeUs":9223372036854776}`, fields: []string{"runnerExecutionTimeUs"}},
		{body: `{"runnerExecutionTimeUs":-9223372036854775808}`, fields: []string{"runnerExecutionTimeUs"}},
		{body: `{"runnerStartedAt":"","runnerCompletedAt":""}`, fields: []string{"runnerStartedAt", "runnerCompletedAt"}},
		{body: `{"runnerStartedAt":"yesterday"}`, fields: []string{"runnerStartedAt"}},
		{body: `{"runnerStartedAt":"2026-03-01 12:00:00Z"}`, fields: []string{"runnerStartedAt"}},
		{body: `{"runnerStartedAt":"2026-02-30T12:00:00Z"}`, fields: []string{"runnerStartedAt"}},
		{body: `{"runnerStartedAt":"2026-03-01T12:00:00"}`, fields: []string{"runnerStartedAt"}},
		{body: `{"runnerStartedAt":"2026-03-01T1:00:00Z"}`, fields: []string{"runnerStartedAt"}},
		{body: `{"runnerStartedAt":"2026-03-01T12:00:00,5Z"}`, fields: []string{"runnerStartedAt"}},
		{body: `{"runnerStartedAt":"2026-03-01T12:00:00+24:00"}`, fields: []string{"runnerStartedAt"}},
		{body: `{"runnerStartedAt":"1969-12-31T23:59:59Z"}`, fields: []string{"runnerStartedAt"}},
		{body: `{"runnerStartedAt":"x","runnerCompletedAt":"9999-12-31T23:59:59-01:00"}`, fields: []string{"runnerStartedAt", "runnerCompletedAt"}},
		{body: `{"status":1}`, code: "malformed_body", fields: []string{"status"}},
		{body: `{"runnerStartedAt":0}`, code: "malformed_body", fields: []string{"runnerStartedAt"}},
		{body: `{"runnerExecutionTimeUs":1.5}`, code: "malformed_body", fields: []string{"runnerExecutionTimeUs"}},
		{body: `{"runnerExecutionTimeUs":1e99}`, code: "malformed_body", fields: []string{"runnerExecutionTimeUs"}},
		{body: `{"results":{"a":1,"a":2}}`, code: "malformed_body", fields: []string{"results.a"}},
		{body: `{"cancelRequestedAt":null}`, code: "malformed_body", fields: []string{"cancelRequestedAt"}},
		{body: `{"id":"` + run + `"}`, code: "malformed_body", fields: []string{"id"}},
	} {
		if row.code == "" {
			row.code = "invalid"
		}
		row.as, row.to, row.status, row.name = w.tokens()[run], "POST "+job+"/runs/"+run+"/report", 400, row.body[:min(60, len(row.body))]
		w.do(t, row)
		require.Equal(t, before, w.do(t, request{to: "GET " + job + "/runs/" + run}).Body.String(), row.name)
	}
	a := w.report(job, run, `{"status":"succeeded","runnerStartedAt":"1970-01-01T00:00:01Z","runnerCompletedAt":"1970-01-01T00:00:01Z","runnerExecutionTimeUs":0}`, 200)
	require.Equal(t, n("0"), a.object(t)["runnerExecutionTimeUs"], "over at once is known, too")
}

// A report has room for all that it may say, however it is written, and for
// little more.
func TestReportLimit(t *testing.T) {
	w := newWorld(t, memory.New())
	job := "/workloads/jobs/" + w.create(t, "job")
	run := w.start(job)
	longest := `{"statusMessage":"` + strings.Repeat(`\u0001`, 4<<10) + `","results":{"x":"` + strings.Repeat("x", 64<<10-8) + `"}}`
	require.Len(t, w.report(job, run, longest, 200).object(t)["statusMessage"], 4<<10)
	a := w.report(job, run, longest+strings.Repeat(" ", 4<<10), 413)
	require.Equal(t, "close", a.Header().Get("Connection"))
}
