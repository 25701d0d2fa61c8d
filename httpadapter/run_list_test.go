package httpadapter_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// markedLists are the lists that go on by a marker.
var markedLists = []string{"listMyRuns", "listRuns", "listTicks"}

// patternOf is the path of a GET operation.
func patternOf(operation, job string) string {
	return strings.TrimPrefix(routeTo(operation, job, ""), "GET ")
}

func TestMarkedListParameters(t *testing.T) {
	a := newMemoryAPI(t)
	job := a.create(t, "job")
	for range 2 {
		a.do(t, request{to: "POST /workloads/jobs/" + job + "/runs", status: 201})
	}
	for _, operation := range markedLists {
		for query, fields := range map[string]string{
			"": "", "limit=1": "", "limit=100": "", "page=x": "page", "unknown=1&unknown=2": "unknown", "marker=&x": "marker x",
			"limit=0": "limit", "limit=101": "limit", "limit=": "limit", "limit=-1": "limit", "limit=1&limit=1": "limit",
			"marker=": "marker", "marker=null": "marker", "marker=x": "marker", "marker=%zz": "marker", "marker=e30": "marker", "marker=%00": "marker",
			"marker=bnVsbA": "marker", "marker=W10": "marker", "marker=x&marker=x": "marker", "limit=x&marker=": "limit marker",
			"marker=eyJsIjoidmVyc2lvbnMifQ": "marker", // of another list
		} {
			req := request{name: query, to: "GET " + patternOf(operation, job) + "?" + query, status: 200}
			if fields != "" {
				req.status, req.code, req.fields = 400, "invalid", strings.Fields(fields)
			}
			a.do(t, req)
		}
	}
	mine := a.do(t, request{to: "GET /me/jobs/runs?limit=1", status: 200}).object(t)["marker"].(string)
	a.do(t, request{to: "GET /workloads/jobs/" + job + "/runs?marker=" + url.QueryEscape(mine), status: 400, code: "invalid", fields: []string{"marker"}})
}

// walkRuns follows the markers of a list, and has something done after each page.
func walkRuns(t *testing.T, a *api, as, path string, limit int, after func()) (ids []string) {
	for marker := ""; ; {
		to := "GET " + path + "?limit=" + strconv.Itoa(limit)
		if marker != "" {
			to += "&marker=" + url.QueryEscape(marker)
		}
		list := a.do(t, request{as: as, to: to, status: 200}).object(t)
		require.Equal(t, []string{"items", "marker"}, keysOf(list))
		items := list["items"].([]any)
		require.LessOrEqual(t, len(items), limit)
		for _, item := range items {
			require.Equal(t, runKeys, keysOf(item.(object)))
			ids = append(ids, item.(object)["id"].(string))
		}
		if list["marker"] == nil {
			return ids
		}
		marker = list["marker"].(string)
		after()
	}
}

// Markers walk a list of runs exactly once, the newest first, while new runs
// begin and old ones are deleted.
func TestMarkersWalkOnce(t *testing.T) {
	const runs = 250
	inWorlds(t, func(t *testing.T, w *World) {
		job, other := "/workloads/jobs/"+w.create(t, "job"), "/workloads/jobs/"+w.create(t, "other")
		begin := func(job string) string {
			w.Outage(time.Second)
			return w.do(t, request{to: "POST " + job + "/runs", body: `{"hold":true}`, status: 201}).object(t)["id"].(string)
		}
		var ofJob, all []string // the newest first
		for i := range runs {
			id := begin([]string{job, other}[i%5/4])
			if all = append([]string{id}, all...); i%5 < 4 {
				ofJob = append([]string{id}, ofJob...)
			}
		}
		more := func() { begin(job) }
		require.Equal(t, ofJob, walkRuns(t, w.api, viewer, job+"/runs", 7, more))
		now := walkRuns(t, w.api, owner, "/me/jobs/runs", 100, func() {})
		require.Equal(t, all, now[len(now)-runs:])
		require.Equal(t, now, walkRuns(t, w.api, contributor, "/me/jobs/runs", 9, more))
		require.Empty(t, walkRuns(t, w.api, ungranted, "/me/jobs/runs", 50, more))
		require.Empty(t, walkRuns(t, w.api, stranger, "/me/jobs/runs", 50, more))

		w.do(t, request{to: "DELETE " + other, status: 204})
		for _, id := range walkRuns(t, w.api, owner, "/me/jobs/runs", 100, func() {}) {
			w.do(t, request{to: "GET " + job + "/runs/" + id, status: 200})
		}
	})
}

// An empty list of each kind is an array, and its marker null.
func TestEmptyRunLists(t *testing.T) {
	a := newMemoryAPI(t)
	job := a.create(t, "job")
	for _, operation := range markedLists {
		require.Equal(t, `{"items":[],"marker":null}`, a.do(t, request{to: "GET " + patternOf(operation, job), status: 200}).Body.String())
	}
	require.Equal(t, `{"items":[],"paused":false,"scheduleText":null}`, a.do(t, request{to: "GET " + patternOf("previewSchedule", job), status: 200}).Body.String())
}
