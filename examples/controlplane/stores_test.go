package main

import (
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/redistest"
)

// everyStore is the value of -store for each kind there is, on servers that
// run as long as the test.
var everyStore = map[string]func(t *testing.T) string{
	"memory": func(*testing.T) string { return "memory" },
	"sqlite": func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "jobs.db") },
	"redis":  func(t *testing.T) string { return "redis://" + redistest.Start(t).Addr + "/2" },
	"redis sentinel": func(t *testing.T) string {
		return "redis+sentinel://" + hosts(redistest.StartSentinels(t).Sentinels) + "/" + redistest.MasterName + "?db=2"
	},
	"redis cluster": func(t *testing.T) string { return "redis+cluster://" + hosts(redistest.StartCluster(t).Masters) },
}

func hosts(servers []*redistest.Server) string {
	addrs := make([]string, len(servers))
	for i, server := range servers {
		addrs[i] = server.Addr
	}
	return strings.Join(addrs, ",")
}

// The same story in every store: what the life of a job and of its run are
// seen to be over HTTP, and still are when the process was killed.
func TestEveryStore(t *testing.T) {
	for _, kind := range slices.Sorted(maps.Keys(everyStore)) {
		t.Run(kind, func(t *testing.T) {
			folder := t.TempDir()
			args := []string{
				"-store", everyStore[kind](t), "-config", writeConfig(t),
				"-data", people(t), "-results", folder, "-base", "/",
			}
			p := start(t, args...)
			path := live(t, &p.client)
			run := ran(t, &p.client, path, folder)
			require.False(t, p.signal(os.Kill).Exited(), "it must have been killed")

			if kind == "memory" {
				return
			}
			p = start(t, args...)
			requireLived(t, &p.client, path)
			require.Equal(t, run, p.items("tok-auditor", path+"/runs")[0])
			require.Equal(t, run, p.items("tok-contrib", "/me/jobs/runs")[0])
			require.Equal(t, run, the(t, p.expect(http.StatusOK, "tok-auditor", "GET", path, ""), "jobRuns"))
			p.expect(http.StatusConflict, "tok-admin", "POST", "/workloads/jobs", newJob) // The key is still taken.
			p.expect(http.StatusCreated, "tok-contrib", "POST", path+"/draft", `{}`)      // And the next number is 3.
			draft := p.expect(http.StatusOK, "tok-contrib", "GET", path+"/draft", "")
			require.EqualValues(t, 3, draft["version"], draft)
			ran(t, &p.client, path, folder)
			p.expect(http.StatusNoContent, "tok-admin", "DELETE", path, "")
			p.expect(http.StatusNotFound, "tok-admin", "GET", path, "")
			require.Zero(t, p.signal(os.Interrupt).ExitCode(), p.stderr.String())
		})
	}
}

// ran runs a job by hand, and returns the run when nothing more happens to it.
func ran(t *testing.T, c *client, path, folder string) map[string]any {
	t.Helper()
	run := c.expect(http.StatusCreated, "tok-contrib", "POST", path+"/runs", "")
	require.Equal(t, "pending", run["status"])
	require.Equal(t, "manual", run["trigger"])
	run = c.ended("tok-auditor", path+"/runs/"+run["id"].(string))
	require.Equal(t, "succeeded", run["status"], run)
	file := filepath.Join(folder, "ORGAAAAAA1", filepath.Base(path)+"-"+run["id"].(string)+".csv")
	require.Equal(t, map[string]any{"outputPath": file, "rows": 1.0}, run["results"])
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "1\n1\n", string(text))
	require.Len(t, c.items("tok-auditor", path+"/preview?n=5"), 5)
	return run
}
