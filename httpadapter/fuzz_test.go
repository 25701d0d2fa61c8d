package httpadapter_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/stretchr/testify/require"
)

// FuzzRequests sends anything to the handler: it never panics nor fails inside,
// answers JSON or nothing, and never redirects.
func FuzzRequests(f *testing.F) {
	for _, route := range httpadapter.Routes() {
		f.Add(route.Method, pathOf(route.Pattern, "JOB", "RUN"), "limit=1&page=2&sortBy=jobKey&n=3&draft=true", allowed[route.Name].body, "application/json", `"1", W/"d2"`)
	}
	f.Add("POST", "/workloads/jobs", "", jobBody("x"), "application/json; charset=utf-8", "*")
	f.Add("GET", "/workloads/jobs/%2e%2e/%00", "limit=%zz&limit", "\xff", "a/b+json", `"`)
	f.Add("PATCH", "/workloads/jobs/JOB", "", `{"config":{},"id":[[]],"description":"\ud800"}`, "application/json", ``)
	f.Add("GET", "/workloads/jobs/JOB/runs", "marker=eyJsIjoiam9iIiwibiI6OX0", "", "", "")
	f.Add("GET", "/me/jobs/runs", "marker=eyJsIjoiYWxsIiwidCI6LTF9&limit=0", "", "", "")
	f.Add("GET", "/workloads/jobs/JOB/ticks", "marker=eyJsIjoidGlja3MiLCJ0Ijo5MjIzMzcyMDM2ODU0Nzc1ODA3fQ", "", "", "")
	f.Add("POST", "/workloads/jobs/JOB/runs/RUN/report", "", `{"status":"running","runnerStartedAt":"9999-12-31T23:59:59.9Z","runnerExecutionTimeUs":9223372036854775,"results":{"x":[]}}`, "application/json", "")
	f.Add("POST", "/workloads/jobs/JOB/runs/RUN/report", "", "", "", "")
	f.Fuzz(func(t *testing.T, method, path, query, body, media, tags string) {
		a := newWorld(t, memory.New())
		job := a.create(t, "job")
		run := a.start("/workloads/jobs/" + job)
		token := owner
		if strings.HasSuffix(path, "/report") {
			token = a.tokens()[run]
		}
		r := httptest.NewRequest(http.MethodGet, "/", strings.NewReader(body))
		target, err := url.ParseRequestURI(strings.NewReplacer("JOB", job, "RUN", run).Replace(path))
		if err != nil || method == "" {
			t.Skip()
		}
		target.RawQuery = query
		r.Method, r.URL, r.RequestURI = method, target, path
		r.Header = http.Header{"Authorization": {"Bearer " + token}, "Content-Type": {media}, "If-Match": {tags}, "If-None-Match": {tags}}
		if media == "" {
			r.Header = http.Header{"Authorization": {"Bearer " + token}, "Idempotency-Key": {tags}}
		}
		w := record(a, r)
		w.checkHeaders(t, r)
		require.NotEqual(t, http.StatusInternalServerError, w.Code, w.Body)
		require.True(t, w.Code < 300 || w.Code == http.StatusNotModified || w.Code >= 400)
	})
}
