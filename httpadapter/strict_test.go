package httpadapter_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/versions"
	"github.com/stretchr/testify/require"
)

// writes are the routes that read a body. JOB is a job with a draft, RUN a run
// of it that an engine has.
var writes = []struct{ to, ok string }{
	{"POST /workloads/jobs", jobBody("ok")},
	{"PATCH /workloads/jobs/JOB", `{"description":"d"}`},
	{"POST /workloads/jobs/JOB/activate-version", `{"version":1}`},
	{"POST /workloads/jobs/JOB/draft", `{"description":"d"}`},
	{"PATCH /workloads/jobs/JOB/draft", `{"description":"d"}`},
	{"POST /workloads/jobs/JOB/draft/publish", `{}`},
	{"POST /workloads/jobs/JOB/teams", `{"teamIds":["TEAMC"]}`},
	{"POST /workloads/jobs/JOB/versions", `{"description":"d"}`},
	{"POST /workloads/jobs/JOB/runs", `{"hold":true}`},
	{"POST /workloads/jobs/JOB/runs/RUN/ready", `{}`},
	{"POST /workloads/jobs/JOB/runs/RUN/cancel", `{}`},
	{"POST /workloads/jobs/JOB/runs/RUN/retry", `{}`},
	{"POST /workloads/jobs/JOB/runs/RUN/report", `{"statusMessage":"m"}`},
	{"POST /workloads/jobs/apply", `{"jobs":[]}`},
}

// writing makes what the writes are about, and returns what begins a request to
// one, by whoever may make it.
func (w *World) writing() func(to string) request {
	job := w.create(w.t, "job")
	run := w.start("/workloads/jobs/" + job)
	w.do(w.t, request{to: "POST /workloads/jobs/" + job + "/draft", status: 201})
	return func(to string) request {
		req := request{to: strings.NewReplacer("JOB", job, "RUN", run).Replace(to)}
		if strings.HasSuffix(to, "/report") {
			req.as = w.tokens()[run]
		}
		return req
	}
}

// What every body is refused for, on every route that reads one.
func TestStrictBodies(t *testing.T) {
	w := newWorld(t, memory.New())
	begin := w.writing()
	deep := strings.Repeat("[", 65) + strings.Repeat("]", 65)
	for _, write := range writes {
		inside := strings.TrimPrefix(strings.TrimSuffix(write.ok, "}"), "{")
		if inside != "" {
			inside = "," + inside
		}
		name := "unknownMember"
		if first, _, ok := strings.Cut(strings.TrimPrefix(write.ok, `{"`), `"`); ok {
			name = first
		}
		for _, row := range []struct {
			name, body string
			fields     []string
		}{
			{"unknown member", `{"unknown":1` + inside + `}`, []string{"unknown"}},
			{"member in another case", `{"JOBKEY":"x"` + inside + `}`, []string{"JOBKEY"}},
			{"member with a null character", `{"a\u0000b":1` + inside + `}`, []string{"a\x00b"}},
			{"duplicate member", `{"` + name + `":null,"` + name + `":null}`, []string{name}},
			{"escaped duplicate", `{"` + name + `":null,"\u00` + hex(name[0]) + name[1:] + `":null}`, []string{name}},
			{"trailing data", write.ok + `{}`, nil},
			{"trailing garbage", write.ok + `x`, nil},
			{"trailing null character", write.ok + "\x00", nil},
			{"cut short", write.ok[:len(write.ok)-1], nil},
			{"invalid UTF-8", `{"` + name + "\xff" + `":1}`, nil},
			{"lone surrogate", `{"` + name + `":"\ud800"}`, nil},
			{"byte order mark", "\xef\xbb\xbf" + write.ok, nil},
			{"comment", `{/**/` + write.ok[1:], nil},
			{"null", `null`, nil},
			{"array", `[]`, nil},
			{"string", `"x"`, nil},
			{"number", `1`, nil},
			{"deep", `{"unknown":` + deep + `}`, nil},
			{"too many values", `{"unknown":[` + strings.Repeat("0,", 40_000) + `0]}`, nil},
		} {
			if name == "unknownMember" && strings.Contains(row.name, "duplicate") {
				row.fields = nil // the first is refused already
			}
			req := begin(write.to)
			req.name, req.body, req.status, req.code, req.fields = row.name, row.body, 400, "malformed_body", row.fields
			w.do(t, req)
		}
	}
}

func hex(c byte) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[c>>4], digits[c&15]})
}

// Bodies that say something that is not so.
func TestInvalidBodies(t *testing.T) {
	a := newMemoryAPI(t)
	job := "/workloads/jobs/" + a.create(t, "job")
	base := strings.TrimSuffix(jobBody("new"), "}")
	for _, row := range []request{
		{to: "POST /workloads/jobs", body: `{}`, code: "invalid", fields: []string{"jobKey", "teamIds", "clusterId", "config"}},
		{to: "POST /workloads/jobs", body: `{"jobKey":null,"teamIds":null,"clusterId":null,"config":null}`, code: "invalid", fields: []string{"jobKey", "teamIds", "clusterId", "config"}},
		{to: "POST /workloads/jobs", body: `{"jobKey":5}`, code: "malformed_body", fields: []string{"jobKey"}},
		{to: "POST /workloads/jobs", body: base + `,"timeoutSeconds":1.5}`, code: "malformed_body", fields: []string{"timeoutSeconds"}},
		{to: "POST /workloads/jobs", body: base + `,"timeoutSeconds":1e400}`, code: "malformed_body", fields: []string{"timeoutSeconds"}},
		{to: "POST /workloads/jobs", body: base + `,"timeoutSeconds":-1}`, code: "invalid", fields: []string{"timeoutSeconds"}},
		{to: "POST /workloads/jobs", body: base + `,"maxConcurrentRuns":3000000000}`, code: "invalid", fields: []string{"maxConcurrentRuns"}},
		{to: "POST /workloads/jobs", body: base + `,"dependsOn":"x"}`, code: "malformed_body", fields: []string{"dependsOn"}},
		{to: "POST /workloads/jobs", body: base + `,"dependsOn":["x"]}`, code: "malformed_body", fields: []string{"dependsOn[0]"}},
		{to: "POST /workloads/jobs", body: base + `,"dependsOn":[{"jobKey":"job","id":1}]}`, code: "malformed_body", fields: []string{"dependsOn[0].id"}},
		{to: "POST /workloads/jobs", body: base + `,"dependsOn":[null]}`, code: "invalid", fields: []string{"dependsOn[0].jobKey"}},
		{to: "POST /workloads/jobs", body: base + `,"dependsOn":[{"jobKey":"nope"}]}`, code: "invalid", fields: []string{"dependsOn[0].jobKey"}},
		{to: "POST /workloads/jobs", body: base + `,"cronExpression":"* * *"}`, code: "invalid", fields: []string{"cronExpression"}},
		{to: "POST /workloads/jobs", body: base + `,"cronTimezone":"Local"}`, code: "invalid", fields: []string{"cronTimezone"}},
		{to: "POST /workloads/jobs", body: base + `,"status":"draft"}`, code: "invalid", fields: []string{"status"}},
		{to: "POST /workloads/jobs", body: base + `,"createdAt":"x"}`, code: "malformed_body", fields: []string{"createdAt"}},
		{to: "POST /workloads/jobs", body: base + `,"sourceConfig":{"url":"https://u:p@h/x"}}`, code: "invalid", fields: []string{"sourceConfig.url"}},
		{to: "POST /workloads/jobs", body: strings.Replace(base, `"sql"`, `"SQL"`, 1) + `}`, code: "invalid", fields: []string{"config.SQL"}},
		{to: "POST /workloads/jobs", body: strings.Replace(base, cluster, off, 1) + `}`, code: "invalid", fields: []string{"clusterId"}},
		{to: "POST /workloads/jobs", body: strings.Replace(base, teamB, "NOPE", 1) + `}`, code: "invalid", fields: []string{"teamIds[1]"}},
		{to: "POST " + job + "/teams", body: `{}`, code: "invalid", fields: []string{"teamIds"}},
		{to: "POST " + job + "/teams", body: `{"teamIds":[null]}`, code: "invalid", fields: []string{"teamIds[0]"}},
		{to: "POST " + job + "/teams", body: `{"teamIds":["NOPE"]}`, code: "invalid", fields: []string{"teamIds[0]"}},
		{to: "POST " + job + "/activate-version", body: `{}`, code: "invalid", fields: []string{"version"}},
		{to: "POST " + job + "/activate-version", body: `{"version":0}`, code: "invalid", fields: []string{"version"}},
		{to: "POST " + job + "/activate-version", body: `{"version":"1"}`, code: "malformed_body", fields: []string{"version"}},
		{to: "POST " + job + "/versions", body: `{"basedOnVersion":1}`, code: "malformed_body", fields: []string{"basedOnVersion"}},
		{to: "POST " + job + "/draft", body: `{"status":"draft"}`, code: "malformed_body", fields: []string{"status"}},
		{to: "POST " + job + "/draft", body: `{"config":5}`, code: "invalid", fields: []string{"config"}},
		{to: "POST " + job + "/draft/publish", code: "no_draft", fields: []string{}},
		{to: "POST " + job + "/draft/publish", body: `{"version":1}`, code: "malformed_body", fields: []string{"version"}},
		{to: "POST " + job + "/versions", media: "application/json", code: "malformed_body"},
	} {
		row.status, row.name = 400, row.body
		if len(row.fields) == 0 {
			row.fields = nil
		}
		a.do(t, row)
	}
}

// The open maps take any member, in any case; a config comes back in the JSON
// that it came in, but for white space.
func TestConfigIsKept(t *testing.T) {
	documented := newMemoryAPI(t)
	const open = `{"python":{"namedParameters":{"a":"1","A":"2","additionalProperties":"\u00e9é<>\u0000"}},"lakesail":{"X":"x\/y"}}`
	w := documented.do(t, request{to: "POST /workloads/jobs", body: withConfig(strings.ReplaceAll(open, ":", " :\n\t")), status: 201})
	require.Contains(t, w.Body.String(), `"config":`+open+`,`)

	d := directory(t)
	service := jobs.NewService(memory.New(), &jobs.Options{Directory: d, CheckConfig: func(json.RawMessage) (versions.JobType, error) { return "other", nil }})
	other := &api{Handler: newHandler(t, httpadapter.New(service, bearer(d), nil), nil), service: service}
	const precise = `{"n":12345678901234567890.123456789,"e":1E+400,"z":-0,"a":[],"o":{},"b":true,"x":null}`
	w = other.do(t, request{to: "POST /workloads/jobs", body: withConfig(precise), status: 201})
	require.Contains(t, w.Body.String(), `"config":`+precise+`,`)
}

func withConfig(config string) string {
	return strings.Replace(jobBody("configured"), `{"sql":{"source":"select 1"}}`, config, 1)
}

func TestMediaTypes(t *testing.T) {
	w := newWorld(t, memory.New())
	begin := w.writing()
	for _, write := range writes {
		req := begin(write.to)
		for media, refused := range map[string]bool{
			"-":                                     true,
			"text/plain":                            true,
			"application/x-www-form-urlencoded":     true,
			"application/jsonx":                     true,
			"application/json; charset=latin1":      true,
			"application/json; charset":             true,
			"application/json, text/plain":          true,
			"application/+json":                     true,
			"application/json-patch+json":           true,
			"application/problem+json":              true,
			"text/foo+json":                         true,
			"Application/JSON":                      false,
			"application/json;charset=UTF-8":        false,
			`application/json; charset="utf-8"`:     false,
			"application/merge-patch+json":          false,
			"application/json; profile=x":           false,
			"application/vnd.acme.v1+json;x=y":      false,
			"application/json; charset=utf-8 ; q=1": false,
		} {
			req.body, req.media = "[]", media
			a := w.do(t, req)
			require.Equalf(t, refused, a.Code == 415, "%s %s: %s", req.to, media, a.Body)
			if refused {
				require.Equal(t, "unsupported_media_type", a.problem(t).Code)
			}
		}
		req.body, req.media, req.header, req.status = write.ok, "", map[string]string{"Content-Encoding": "gzip"}, 415
		w.do(t, req)
	}
}
