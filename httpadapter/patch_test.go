package httpadapter_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/versions"
)

// fullVersion gives every field of a version.
const fullVersion = `{"clusterId":"A1B2C3D4E5","description":"d","config":{"sql":{"source":"x"},"lakesail":{"a":"b"}},"timeoutSeconds":7,
	"sourceConfig":{"url":"https://example.com/x.git"},"dependsOn":[{"jobKey":"up"}],"cronExpression":"0 2 * * *",
	"cronTimezone":"Europe/Paris","concurrencyPolicy":"allow","maxConcurrentRuns":3,"missedSchedulePolicy":"all"}`

// drafted makes a job with a draft that has every field.
func drafted(t *testing.T) (a *api, job string) {
	a = newMemoryAPI(t)
	a.create(t, "up")
	job = "/workloads/jobs/" + a.create(t, "job")
	a.do(t, request{to: "POST " + job + "/draft", body: fullVersion, status: 201})
	return a, job
}

// In PATCH draft an absent field keeps its value, null clears an optional one,
// and objects and lists are replaced whole.
func TestPatchDraft(t *testing.T) {
	number := func(n string) json.Number { return json.Number(n) }
	for _, row := range []struct {
		body string
		want object // what differs from before
	}{
		{`{}`, object{}},
		{`{"description":null}`, object{"description": ""}},
		{`{"timeoutSeconds":null}`, object{"timeoutSeconds": number("0")}},
		{`{"sourceConfig":null}`, object{"sourceConfig": nil}},
		{`{"sourceConfig":{}}`, object{"sourceConfig": object{}}},
		{`{"dependsOn":null}`, object{"dependsOn": []any{}}},
		{`{"dependsOn":[]}`, object{"dependsOn": []any{}}},
		{`{"cronExpression":null}`, object{"cronExpression": nil}},
		{`{"cronExpression":""}`, object{"cronExpression": nil}},
		{`{"cronTimezone":null}`, object{"cronTimezone": "UTC"}},
		{`{"concurrencyPolicy":null}`, object{"concurrencyPolicy": "skip"}},
		{`{"maxConcurrentRuns":null}`, object{"maxConcurrentRuns": number("1")}},
		{`{"maxConcurrentRuns":0}`, object{"maxConcurrentRuns": number("1")}},
		{`{"missedSchedulePolicy":null}`, object{"missedSchedulePolicy": "latest"}},
		{`{"config":{"python":{}}}`, object{"config": object{"python": object{}}, "jobType": "python"}},
	} {
		a, job := drafted(t)
		want := a.do(t, request{to: "GET " + job + "/draft", status: 200}).object(t)
		got := a.do(t, request{name: row.body, to: "PATCH " + job + "/draft", body: row.body, status: 200}).object(t)
		maps.Copy(want, row.want)
		delete(want, "updatedAt")
		delete(got, "updatedAt")
		require.Empty(t, cmp.Diff(want, got), row.body)
	}
	a, job := drafted(t)
	for _, field := range []string{"clusterId", "config"} {
		a.do(t, request{to: "PATCH " + job + "/draft", body: `{"` + field + `":null}`, status: 400, code: "invalid", fields: []string{field}})
	}
}

// bookkeepingFields may stand in every PATCH, whatever their values.
var bookkeepingFields = []string{
	"id", "jobId", "memberId", "jobType", "currentVersion", "draftVersion", "basedOnVersion",
	"createdAt", "createdBy", "updatedAt", "updatedBy", "nextRunAt", "lastScheduledAt",
}

func TestBookkeepingIsIgnored(t *testing.T) {
	a, job := drafted(t)
	for _, path := range []string{job, job + "/draft"} {
		before := a.do(t, request{to: "GET " + path, status: 200}).object(t)
		for _, field := range bookkeepingFields {
			for _, value := range []string{"null", "5", `"x"`, "[{}]", `{"a":{"b":1}}`} {
				body := `{"` + field + `":` + value + `}`
				a.do(t, request{to: "PATCH " + path, body: body, status: 200})
				a.do(t, request{to: "POST " + job + "/teams", body: body, status: 400})
			}
		}
		after := a.do(t, request{to: "GET " + path, status: 200}).object(t)
		delete(before, "updatedAt")
		delete(after, "updatedAt")
		require.Empty(t, cmp.Diff(before, after))
	}
	// What is ignored must still be JSON.
	a.do(t, request{to: "PATCH " + job, body: `{"createdAt":{"a":1,"a":2}}`, status: 400})
}

// An answer that is edited and sent back is accepted.
func TestReadEditWrite(t *testing.T) {
	a, job := drafted(t)
	w := a.do(t, request{to: "GET " + job + "/draft", status: 200})
	text := strings.Replace(w.Body.String(), `"timeoutSeconds":7`, `"timeoutSeconds":8`, 1)
	got := a.do(t, request{to: "PATCH " + job + "/draft", body: text, header: map[string]string{"If-Match": w.etag()}, status: 200}).object(t)
	require.Equal(t, json.Number("8"), got["timeoutSeconds"])

	// A job's answer too, without what only a version changes.
	w = a.do(t, request{to: "PATCH " + job, body: "{}", status: 200})
	edited := w.object(t)
	for _, field := range versionedFields {
		delete(edited, field)
	}
	edited["description"] = "edited"
	body, err := json.Marshal(edited)
	require.NoError(t, err)
	got = a.do(t, request{to: "PATCH " + job, body: string(body), header: map[string]string{"If-Match": w.etag()}, status: 200}).object(t)
	require.Equal(t, "edited", got["description"])
}

// versionedFields never change by PATCH job.
var versionedFields = func() (names []string) {
	for _, f := range versions.Fields() {
		if f.Name != "description" {
			names = append(names, f.Name)
		}
	}
	return names
}()

func TestPatchJobRefusesVersioned(t *testing.T) {
	a, job := drafted(t)
	shown := a.do(t, request{to: "PATCH " + job, body: `{}`, status: 200})
	for _, field := range versionedFields {
		for _, value := range []string{"null", `"x"`, `{}`} {
			w := a.do(t, request{to: "PATCH " + job, body: `{"description":"x","` + field + `":` + value + `}`, status: 400, code: "versioned_field", fields: []string{field}})
			for _, path := range []string{"/workloads/jobs/{job}/versions", "/workloads/jobs/{job}/draft", "/workloads/jobs/{job}/draft/publish"} {
				require.Contains(t, w.problem(t).Detail, path)
			}
		}
	}
	// The whole job as it was read: all of them at once, and no change.
	w := a.do(t, request{to: "PATCH " + job, body: shown.Body.String(), status: 400, code: "versioned_field"})
	require.Len(t, w.problem(t).Errors, len(versionedFields))
	require.Equal(t, shown.Body.String(), a.do(t, request{to: "PATCH " + job, body: `{}`, status: 200}).Body.String())
}

func TestPatchJob(t *testing.T) {
	a := newMemoryAPI(t)
	job := "/workloads/jobs/" + a.create(t, "job")
	a.create(t, "other")
	for _, row := range []request{
		{body: `{"jobKey":null}`, status: 400, code: "invalid", fields: []string{"jobKey"}},
		{body: `{"status":null}`, status: 400, code: "invalid", fields: []string{"status"}},
		{body: `{"version":null}`, status: 200},
		{body: `{"version":0}`, status: 200},
		{body: `{"version":1}`, status: 200},
		{body: `{"version":2}`, status: 409, code: "version_mismatch"},
		{body: `{"version":-1}`, status: 400, code: "invalid", fields: []string{"version"}},
		{body: `{"jobKey":"other"}`, status: 409, code: "job_key_taken"},
		{body: `{"jobKey":" x"}`, status: 400, code: "invalid", fields: []string{"jobKey"}},
		{body: `{"description":"` + strings.Repeat("é", 1023) + `"}`, status: 200},
		{body: `{"description":"` + strings.Repeat("é", 1024) + `"}`, status: 400, code: "invalid", fields: []string{"description"}},
		{body: `{"description":null,"status":"paused","jobKey":"renamed"}`, status: 200},
		{body: `{"teamIds":["TEAMC"]}`, status: 400, code: "malformed_body", fields: []string{"teamIds"}},
	} {
		row.to, row.name = "PATCH "+job, row.body
		a.do(t, row)
	}
	got := a.do(t, request{to: "PATCH " + job, body: "{}", status: 200}).object(t)
	require.Equal(t, []any{"renamed", "paused", ""}, []any{got["jobKey"], got["status"], got["description"]})
	require.Subset(t, slices.Collect(maps.Keys(got)), append(versionedFields, bookkeepingFields[2]))
}
