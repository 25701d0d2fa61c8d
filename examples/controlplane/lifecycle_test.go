package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// the is the first element of a list among an answer's included entities.
func the(t *testing.T, body map[string]any, list string) map[string]any {
	t.Helper()
	included, _ := body["included"].(map[string]any)
	items, _ := included[list].([]any)
	require.NotEmpty(t, items, "no %s in %v", list, body)
	return items[0].(map[string]any)
}

const newJob = `{"jobKey":"nightly","clusterId":"CLUSTERAA1","teamIds":["TEAMAAAAA1"],
	"config":{"sql":{"source":"select 1"}},"cronExpression":"0 2 * * *"}`

func writeConfig(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "organizations.json")
	require.NoError(t, os.WriteFile(path, []byte(goodConfig), 0o600))
	return path
}

// live takes a new job through its life up to two published versions, the
// first of them active again, and returns its path.
func live(t *testing.T, p *client) (path string) {
	created := p.expect(http.StatusCreated, "tok-contrib", "POST", "/workloads/jobs", newJob)
	path = "/workloads/jobs/" + created["id"].(string)
	p.expect(http.StatusCreated, "tok-contrib", "POST", path+"/draft", `{"cronExpression":"0 3 * * *"}`)
	p.expect(http.StatusConflict, "tok-contrib", "POST", path+"/draft", `{}`)
	p.expect(http.StatusOK, "tok-contrib", "PATCH", path+"/draft", `{"cronExpression":"0 4 * * *"}`)
	p.expect(http.StatusForbidden, "tok-auditor", "POST", path+"/draft/publish", "")
	p.expect(http.StatusOK, "tok-contrib", "POST", path+"/draft/publish", "")
	require.Equal(t, "0 4 * * *", the(t, p.expect(http.StatusOK, "tok-auditor", "GET", path, ""), "jobs")["cronExpression"])
	p.expect(http.StatusOK, "tok-contrib", "POST", path+"/activate-version", `{"version":1}`)
	requireLived(t, p, path)
	return path
}

// requireLived is what live leaves behind, seen through every kind of read.
func requireLived(t *testing.T, p *client, path string) {
	job := the(t, p.expect(http.StatusOK, "tok-auditor", "GET", path, ""), "jobs")
	require.EqualValues(t, 1, job["currentVersion"])
	require.Equal(t, "0 2 * * *", job["cronExpression"])
	require.Nil(t, job["draftVersion"])
	require.EqualValues(t, 2, p.expect(http.StatusOK, "tok-auditor", "GET", path+"/versions", "")["total"])
	second := the(t, p.expect(http.StatusOK, "tok-auditor", "GET", path+"/versions/2", ""), "jobs")
	require.Equal(t, "0 4 * * *", second["cronExpression"])
	for _, list := range []string{"/me/jobs", "/workloads/jobs", "/workloads/teams/TEAMAAAAA1/jobs", "/workloads/clusters/CLUSTERAA1/jobs"} {
		require.EqualValues(t, 1, p.expect(http.StatusOK, "tok-contrib", "GET", list, "")["total"], list)
	}
	require.EqualValues(t, 1, p.expect(http.StatusOK, "tok-contrib", "GET", path+"/teams", "")["total"])
	p.expect(http.StatusNotFound, "tok-nobody", "GET", path, "")
	p.expect(http.StatusUnauthorized, "", "GET", path, "")
}

func TestLifecycle(t *testing.T) {
	for _, store := range []string{"memory", "sqlite:jobs.db"} {
		t.Run(store, func(t *testing.T) {
			p := start(t, "-store", store, "-config", writeConfig(t), "-base", "/control/")
			require.True(t, strings.HasSuffix(p.url, "/control"), p.url)
			require.Len(t, p.said, 4, "with a config file there is no demo to tell of")
			path := live(t, &p.client)
			p.expect(http.StatusForbidden, "tok-contrib", "DELETE", path, "")
			p.expect(http.StatusNoContent, "tok-admin", "DELETE", path, "")
			p.expect(http.StatusNotFound, "tok-admin", "GET", path, "")
			require.Contains(t, p.end(), "version.activated")
		})
	}
}

// end stops the program and returns what it logged.
func (p *process) end() string {
	p.t.Helper()
	require.Zero(p.t, p.signal(os.Interrupt).ExitCode())
	return p.stderr.String()
}
