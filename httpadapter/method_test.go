package httpadapter_test

import (
	"strings"
	"testing"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/stretchr/testify/require"
)

// Every path answers the methods that it has not with 405 and Allow.
func TestMethods(t *testing.T) {
	a := newMemoryAPI(t)
	for _, route := range httpadapter.Routes() {
		path := pathOf(route.Pattern, "JOB")
		require.Contains(t, route.Allow, route.Method)
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "get", "ODD"} {
			if strings.Contains(", "+route.Allow+", ", ", "+method+", ") {
				continue
			}
			w := a.do(t, request{as: "-", to: method + " " + path, body: "{}", status: 405})
			require.Equal(t, route.Allow, w.Header().Get("Allow"))
			if method != "HEAD" {
				require.Equal(t, "method_not_allowed", w.problem(t).Code)
			}
		}
		w := a.do(t, request{as: "-", to: "OPTIONS " + path, status: 204})
		require.Equal(t, route.Allow, w.Header().Get("Allow"))
	}
}

// HEAD is GET without the body.
func TestHead(t *testing.T) {
	a := newMemoryAPI(t)
	job := a.create(t, "job")
	a.do(t, request{to: "POST /workloads/jobs/" + job + "/draft", status: 201})
	run := a.arrange(t, job, "describeRun")
	for _, route := range httpadapter.Routes() {
		if route.Method != "GET" {
			continue
		}
		for _, as := range []string{owner, stranger, "-"} {
			get := a.do(t, request{as: as, to: "GET " + pathOf(route.Pattern, job, run)})
			head := a.do(t, request{as: as, to: "HEAD " + pathOf(route.Pattern, job, run), status: get.Code})
			require.Equal(t, get.Header(), head.Header())
		}
	}
}

// Paths that name nothing are answered, not redirected.
func TestUnknownPaths(t *testing.T) {
	a := newMemoryAPI(t)
	job := a.create(t, "job")
	for _, path := range []string{
		"/", "//", "/me/", "/me/jobs/", "//me/jobs", "/me//jobs", "/Me/jobs", "/x/me/jobs", "/me/jobs/x", "/me/jobs/runs/", "/me/jobs/runs/x", "/me/runs", "/workloads/jobs/runs",
		"/workloads", "/workloads/jobs/", "/workloads/jobs//", "/workloads/./jobs", "/workloads/jobs/../jobs", "/workloads/x/../jobs",
		"/workloads/jobs/" + job + "/", "/workloads/jobs/" + job + "/draft/", "/workloads/jobs/" + job + "/nope",
		"/workloads/jobs/" + job + "/versions/1/x", "/workloads%2Fjobs", "/workloads/jobs%2F" + job, "/workloads/teams//jobs",
		"/" + strings.Repeat("a/", 5000), "/workloads/jobs/" + strings.Repeat("A", 5000),
	} {
		for _, method := range []string{"GET ", "POST "} {
			w := a.do(t, request{name: path, to: method + path})
			require.Contains(t, []int{404, 405}, w.Code, path)
			require.Empty(t, w.Header().Get("Location"))
		}
	}
	// The same path, spelled with escapes, is the same path.
	a.do(t, request{to: "GET /%77orkloads/jobs/%" + strings.ToUpper(hex(job[0])) + job[1:], status: 200})
}
