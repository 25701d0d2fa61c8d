package httpadapter_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/stretchr/testify/require"
)

// FuzzRequests sends anything to the handler: it never panics nor fails inside,
// answers JSON or nothing, and never redirects.
func FuzzRequests(f *testing.F) {
	for _, route := range httpadapter.Routes() {
		f.Add(route.Method, pathOf(route.Pattern, "JOB"), "limit=1&page=2&sortBy=jobKey", allowed[route.Name].body, "application/json", `"1", W/"d2"`)
	}
	f.Add("POST", "/workloads/jobs", "", jobBody("x"), "application/json; charset=utf-8", "*")
	f.Add("GET", "/workloads/jobs/%2e%2e/%00", "limit=%zz&limit", "\xff", "a/b+json", `"`)
	f.Add("PATCH", "/workloads/jobs/JOB", "", `{"config":{},"id":[[]],"description":"\ud800"}`, "application/json", ``)
	a := newMemoryAPI(f)
	job := a.create(f, "job")
	f.Fuzz(func(t *testing.T, method, path, query, body, media, tags string) {
		r := httptest.NewRequest(http.MethodGet, "/", strings.NewReader(body))
		target, err := url.ParseRequestURI(strings.ReplaceAll(path, "JOB", job))
		if err != nil || method == "" {
			t.Skip()
		}
		target.RawQuery = query
		r.Method, r.URL, r.RequestURI = method, target, path
		r.Header = http.Header{"Authorization": {"Bearer " + owner}, "Content-Type": {media}, "If-Match": {tags}, "If-None-Match": {tags}}
		w := record(a, r)
		w.checkHeaders(t, r)
		require.NotEqual(t, http.StatusInternalServerError, w.Code, w.Body)
		require.True(t, w.Code < 300 || w.Code == http.StatusNotModified || w.Code >= 400)
	})
}
