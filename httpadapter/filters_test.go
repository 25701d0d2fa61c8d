package httpadapter_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// createWith makes a job with more members in its body.
func (w *World) createWith(key, members string) (id string) {
	w.t.Helper()
	w.Outage(time.Second)
	body := `{"jobKey":"` + key + `","clusterId":"A1B2C3D4E5","config":{"sql":{"source":"select 1"}},` + members
	if !strings.Contains(members, "teamIds") {
		body += `,"teamIds":["A1B2C3D4E5"]`
	}
	body += "}"
	return w.do(w.t, request{to: "POST /workloads/jobs", body: body, status: 201}).object(w.t)["id"].(string)
}

// keysOn lists the keys of the jobs that a list shows, and its total.
func (w *World) keysOn(as, to string) string {
	w.t.Helper()
	list := w.do(w.t, request{as: as, to: "GET " + to, status: 200}).object(w.t)
	text := fmt.Sprint(list["total"], ":")
	for _, job := range list["included"].(object)["jobs"].([]any) {
		text += " " + job.(object)["jobKey"].(string)
	}
	return text
}

func TestFilters(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *World) {
		b := w.createWith("etl/b", `"labels":{"env":"prod","note":"a=b&c %"}`)
		a := w.createWith("etl/a", `"labels":{"env":"prod"},"status":"paused"`)
		w.createWith("report", `"labels":{"env":"日本"},"teamIds":["TEAMC"]`)
		for job, status := range map[string]string{b: "succeeded", a: "timeout"} {
			run := w.start("/workloads/jobs/" + job)
			w.report("/workloads/jobs/"+job, run, `{"status":"`+strings.Replace(status, "timeout", "failed", 1)+`"}`, 200)
		}
		for _, row := range []struct{ list, query, owner, viewer string }{
			{"/workloads/jobs", "", "3: etl/b etl/a report", "2: etl/b etl/a"},
			{"/me/jobs", "keyPrefix=etl/", "2: etl/a etl/b", "2: etl/a etl/b"},
			{"/me/jobs", "keyPrefix=etl%2F&sortBy=jobKey&sortDirection=desc", "2: etl/b etl/a", "2: etl/b etl/a"},
			{"/me/jobs", "key=report", "1: report", "0:"},
			{"/me/jobs", "key=etl/a&status=paused", "1: etl/a", "1: etl/a"},
			{"/me/jobs", "status=paused", "1: etl/a", "1: etl/a"},
			{"/me/jobs", "status=active&sortBy=jobKey", "2: etl/b report", "1: etl/b"},
			{"/me/jobs", "label=env%3Dprod", "2: etl/b etl/a", "2: etl/b etl/a"},
			{"/me/jobs", "label=" + url.QueryEscape("note=a=b&c %"), "1: etl/b", "1: etl/b"},
			{"/me/jobs", "label=" + url.QueryEscape("env=日本"), "1: report", "0:"},
			{"/me/jobs", "label=env=prod&outcome=failed", "1: etl/a", "1: etl/a"},
			{"/me/jobs", "outcome=succeeded", "1: etl/b", "1: etl/b"},
			{"/me/jobs", "outcome=cancelled", "0:", "0:"},
			{"/workloads/teams/TEAMC/jobs", "status=active", "1: report", "0:"},
			{"/workloads/teams/TEAMC/jobs", "status=active&keyPrefix=r&label=" + url.QueryEscape("env=日本"), "1: report", "0:"},
			{"/workloads/teams/A1B2C3D4E5/jobs", "label=env=prod", "2: etl/b etl/a", "2: etl/b etl/a"},
			{"/workloads/clusters/A1B2C3D4E5/jobs", "outcome=failed", "1: etl/a", "1: etl/a"},
			{"/workloads/clusters/NOPE/jobs", "status=paused", "0:", "0:"},
			{"/workloads/jobs", "limit=0&keyPrefix=e", "2:", "2:"},
			{"/workloads/jobs", "limit=1&page=2&keyPrefix=e", "2: etl/b", "2: etl/b"},
		} {
			to := row.list + "?" + row.query
			require.Equal(t, row.owner, w.keysOn(owner, to), to)
			require.Equal(t, row.viewer, w.keysOn(viewer, to), to)
			require.Equal(t, "0:", w.keysOn(stranger, to), to)
		}
	})
}

func TestFiltersThatAreRefused(t *testing.T) {
	a := newMemoryAPI(t)
	for query, fields := range map[string]string{
		"key=": "key", "keyPrefix=": "keyPrefix", "status=": "status", "label=": "label", "outcome=": "outcome", "include=": "include",
		"key=%00": "key", "keyPrefix=%ff": "keyPrefix", "status=idle": "status", "label=env": "label", "label=Env=x": "label",
		"outcome=timeout": "outcome", "outcome=succeeded,failed": "outcome", "include=runs": "include", "include=recentRuns,recentRuns": "include",
		"status=active&status=paused": "status", "keyPrefix=a&sortBy=createdAt": "sortBy", "label=a=b&sortBy=jobKey": "sortBy",
		"outcome=failed&sortBy=jobKey": "sortBy", "status=x&outcome=y": "status outcome", "label=x&key=%00": "key label", "labels=a=b": "labels",
	} {
		for _, to := range []string{"/me/jobs", "/workloads/jobs", "/workloads/teams/A1B2C3D4E5/jobs", "/workloads/clusters/A1B2C3D4E5/jobs"} {
			a.do(t, request{name: query, to: "GET " + to + "?" + query, status: 400, code: "invalid", fields: strings.Fields(fields)})
		}
	}
	documented := newAPI(t, memory.New(), &httpadapter.Options{DocumentedOnly: true})
	for _, name := range []string{"key", "keyPrefix", "status", "label", "outcome", "include"} {
		documented.do(t, request{to: "GET /me/jobs?" + name + "=active", status: 400, code: "invalid", fields: []string{name}})
	}
	documented.do(t, request{to: "GET /me", status: 404})
	id := documented.create(t, "job")
	documented.do(t, request{to: "PATCH /workloads/jobs/" + id, body: `{"labels":{}}`, status: 400})
	documented.do(t, request{to: "PATCH /workloads/jobs/" + id, body: `{"pausedUntil":null}`, status: 400})
}

func TestLabels(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *World) {
		job := "/workloads/jobs/" + w.createWith("job", `"labels":{"b":"2","a/x":""}`)
		show := func() answer { return w.do(t, request{to: "GET " + job, status: 200}) }
		require.Contains(t, show().Body.String(), `"labels":{"a/x":"","b":"2"}`)
		w.do(t, request{to: "PATCH " + job, body: `{"description":"kept"}`, status: 200})
		require.Contains(t, show().Body.String(), `"labels":{"a/x":"","b":"2"}`)
		w.do(t, request{to: "PATCH " + job, body: `{"labels":{"c":"é\"\\"}}`, status: 200})
		require.Equal(t, object{"c": `é"\`}, show().shown(t)["labels"])
		w.do(t, request{to: "PATCH " + job, body: `{"labels":null}`, status: 200})
		require.Equal(t, object{}, show().shown(t)["labels"])
		for body, field := range map[string]string{
			`{"labels":[]}`: "labels", `{"labels":{"a":1}}`: "labels.a", `{"labels":{"a":null}}`: "labels.a", `{"labels":{"A":"x"}}`: "labels",
			`{"labels":{"a":"` + strings.Repeat("x", 64) + `"}}`: "labels.a",
		} {
			w.do(t, request{name: body, to: "PATCH " + job, body: body, status: 400, fields: []string{field}})
		}
		w.do(t, request{to: "PATCH " + job, body: `{"labels":{"a":"1","a":"2"}}`, status: 400})
	})
}

func TestPausedUntil(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *World) {
		job := "/workloads/jobs/" + w.createWith("hourly", `"cronExpression":"0 * * * *"`)
		for body, field := range map[string]string{
			`{"pausedUntil":"2026-03-01T15:00:00Z"}`:                    "pausedUntil",
			`{"status":"paused","pausedUntil":"2026-03-01T11:00:00Z"}`:  "pausedUntil",
			`{"status":"active","pausedUntil":"2026-03-01T15:00:00Z"}`:  "pausedUntil",
			`{"status":"paused","pausedUntil":"soon"}`:                  "pausedUntil",
			`{"status":"paused","pausedUntil":""}`:                      "pausedUntil",
			`{"status":"paused","pausedUntil":"2026-03-01"}`:            "pausedUntil",
			`{"status":"paused","pausedUntil":"99999-03-01T15:00:00Z"}`: "pausedUntil",
			`{"status":"paused","pausedUntil":1772377200}`:              "pausedUntil",
		} {
			w.do(t, request{name: body, to: "PATCH " + job, body: body, status: 400, fields: []string{field}})
		}
		paused := w.do(t, request{to: "PATCH " + job, body: `{"status":"paused","pausedUntil":"2026-03-01T16:00:00+01:00"}`, status: 200})
		require.Equal(t, "2026-03-01T15:00:00.000000Z", paused.object(t)["pausedUntil"])
		require.Nil(t, paused.object(t)["nextRunAt"])
		w.at(2 * time.Hour)
		w.do(t, request{to: "GET " + job, header: map[string]string{"If-None-Match": paused.etag()}, status: 304})
		w.at(4 * time.Hour)
		resumed := w.do(t, request{to: "GET " + job, status: 200})
		require.NotEqual(t, paused.etag(), resumed.etag())
		shown := resumed.shown(t)
		require.Equal(t, []any{"active", nil, nil, "2026-03-01T17:00:00.000000Z"}, []any{shown["status"], shown["pausedUntil"], shown["updatedBy"], shown["nextRunAt"]})
		var fates []string
		for _, tick := range w.do(t, request{to: "GET " + job + "/ticks", status: 200}).object(t)["items"].([]any) {
			fates = append(fates, fmt.Sprint(tick.(object)["nominalAt"], " ", tick.(object)["verdict"], " ", tick.(object)["until"]))
		}
		require.Equal(t, []string{
			"2026-03-01T16:00:00.000000Z fired 2026-03-01T16:00:00.000000Z", "2026-03-01T13:00:00.000000Z paused 2026-03-01T15:00:00.000000Z",
		}, fates)
	})
}

func TestRecentRunsAreIncluded(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *World) {
		job := w.create(t, "job")
		w.Outage(time.Second)
		w.create(t, "other")
		for range 3 {
			run := w.start("/workloads/jobs/" + job)
			w.report("/workloads/jobs/"+job, run, `{"status":"succeeded","runnerExecutionTimeUs":7,"results":{"a":1},"statusMessage":"well"}`, 200)
		}
		items := w.do(t, request{to: "GET /me/jobs?include=recentRuns", status: 200}).object(t)["items"].([]any)
		recent := items[0].(object)["recentRuns"].([]any)
		require.Len(t, recent, 3)
		require.Equal(t, []string{"attempt", "createdAt", "finishedAt", "id", "jobVersion", "runnerExecutionTimeUs", "status", "trigger"}, keysOf(recent[0].(object)))
		require.Equal(t, []any{}, items[1].(object)["recentRuns"])
		described := w.do(t, request{to: "GET /workloads/jobs/" + job + "?include=recentRuns", status: 200}).object(t)["item"].(object)
		require.Equal(t, items[0], described)
		require.NotContains(t, w.do(t, request{to: "GET /me/jobs", status: 200}).Body.String(), "recentRuns")
	})
}

func TestMe(t *testing.T) {
	a := newMemoryAPI(t)
	require.Equal(t, `{"memberId":"owner","organizationId":"acme","allTeams":"admin","teams":[]}`,
		a.do(t, request{to: "GET /me", status: 200}).Body.String())
	require.Equal(t, `{"memberId":"viewer","organizationId":"acme","allTeams":null,"teams":[{"id":"A1B2C3D4E5","role":"viewer"}]}`,
		a.do(t, request{as: viewer, to: "GET /me", status: 200}).Body.String())
}

func TestPermissionsAreShown(t *testing.T) {
	a := newMemoryAPI(t)
	id := a.create(t, "job")
	for as, want := range map[string][]any{
		viewer: {"view"}, contributor: {"view", "operate", "edit"}, owner: {"view", "operate", "edit", "grant", "delete"},
	} {
		require.Equal(t, want, a.do(t, request{as: as, to: "GET /workloads/jobs/" + id, status: 200}).shown(t)["permissions"])
		require.Equal(t, want, a.do(t, request{as: as, to: "GET /me/jobs", status: 200}).shown(t)["permissions"])
	}
}

// A total that was not counted is null.
func TestATotalThatIsNotKnown(t *testing.T) {
	a := newMemoryAPI(t)
	d := versions.Definition{ClusterID: cluster, Config: []byte(`{"sql":{"source":"select 1"}}`)}
	for i := range 1001 {
		_, err := a.service.CreateJob(t.Context(), teams.System(org), jobs.NewJob{Definition: d, Key: fmt.Sprint("job-", i), TeamIDs: []string{teamA}})
		require.NoError(t, err)
	}
	require.Nil(t, a.do(t, request{to: "GET /me/jobs?keyPrefix=job&limit=1", status: 200}).object(t)["total"])
	require.Equal(t, n("1001"), a.do(t, request{to: "GET /me/jobs?status=active&limit=1", status: 200}).object(t)["total"])
}

func TestGraph(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *World) {
		a := w.createWith("a", `"teamIds":["TEAMC"]`)
		b := w.createWith("b", `"dependsOn":[{"jobKey":"a"}]`)
		c := w.createWith("c", `"dependsOn":[{"jobKey":"b"}],"status":"paused"`)
		show := func(as, query string) string {
			return w.do(t, request{as: as, to: "GET /workloads/graph" + query, status: 200}).Body.String()
		}
		node := func(id, key, status, outcome string) string {
			return `{"jobId":"` + id + `","jobKey":"` + key + `","status":"` + status + `","lastOutcome":` + outcome + `}`
		}
		edge := func(from, to, waiting string) string {
			return `{"from":"` + from + `","to":"` + to + `","waiting":` + waiting + `}`
		}
		all := `{"nodes":[` + node(a, "a", "active", "null") + `,` + node(b, "b", "active", "null") + `,` + node(c, "c", "paused", "null") +
			`],"edges":[` + edge(a, b, "false") + `,` + edge(b, c, "false") + `],"truncated":false}`
		require.Equal(t, all, show(owner, ""))
		require.Equal(t, all, show(owner, "?root="+c))
		visible := `{"nodes":[` + node(b, "b", "active", "null") + `,` + node(c, "c", "paused", "null") + `],"edges":[` + edge(b, c, "false") + `],"truncated":false}`
		require.Equal(t, visible, show(viewer, ""))
		require.Equal(t, visible, show(owner, "?depth=1&root="+c))
		require.Equal(t, `{"nodes":[],"edges":[],"truncated":false}`, show(stranger, ""))
		run := w.start("/workloads/jobs/" + a)
		require.Contains(t, show(owner, ""), edge(a, b, "true"))
		w.report("/workloads/jobs/"+a, run, `{"status":"failed"}`, 200)
		require.Contains(t, show(owner, ""), node(a, "a", "active", `"failed"`))
		require.Contains(t, show(owner, ""), edge(a, b, "false"))
		w.do(t, request{as: viewer, to: "GET /workloads/graph?root=" + a, status: 404})
		w.do(t, request{to: "GET /workloads/graph?root=nope", status: 404})
		for query, field := range map[string]string{"depth=1": "depth", "root=" + a + "&depth=101": "depth", "root=": "root", "limit=1": "limit"} {
			w.do(t, request{name: query, to: "GET /workloads/graph?" + query, status: 400, fields: []string{field}})
		}
	})
}
