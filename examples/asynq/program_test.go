package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The two commands of the README, and nothing in this process but a client.
func TestTheProgramOverHTTP(t *testing.T) {
	redis, _ := startRedis(t)
	folder := t.TempDir()
	server := start(t, folder, "-mode", "server", "-redis", redis, "-addr", "127.0.0.1:0", "-db", "ledger.db")
	url := strings.TrimPrefix(server.said, "listening on ")
	start(t, folder, "-mode", "worker", "-redis", redis, "-server", url)

	job := call(t, http.MethodPost, url+"/workloads/jobs", `{
		"jobKey": "nightly", "clusterId": "C1", "teamIds": ["T1"],
		"config": {"sql": {"source": "succeed"}}}`, http.StatusCreated)
	runs := url + "/workloads/jobs/" + job.ID + "/runs"
	run := call(t, http.MethodPost, runs, `{}`, http.StatusCreated)
	eventually(t, "the run ends", func() bool {
		run = call(t, http.MethodGet, runs+"/"+run.ID, "", http.StatusOK)
		return run.Status == statusSucceeded || run.Status == statusFailed
	})
	require.Equal(t, statusSucceeded, run.Status)
	require.Equal(t, "nightly", run.Results.JobKey)
	require.NoError(t, server.terminate())
	<-server.exited
	require.Zero(t, server.cmd.ProcessState.ExitCode())
}

func TestAWrongCommandLine(t *testing.T) {
	for _, args := range [][]string{{}, {"-mode", "both"}, {"-mode", "worker", "-concurrency", "0"}, {"-mode", "server", "x"}} {
		require.Error(t, run(t.Context(), args, io.Discard, io.Discard, echo), "%q", args)
	}
}

// answer is what the test looks at of a job and of a run.
type answer struct {
	ID      string
	Job     struct{ ID string }
	Status  string
	Results struct{ JobKey string }
}

func call(t *testing.T, method, url, body string, want int) (a answer) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewBufferString(body))
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer demo")
	request.Header.Set("Content-Type", "application/json")
	client := &http.Client{Timeout: 10 * time.Second}
	response, err := client.Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }() // it was read
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, want, response.StatusCode, string(text))
	require.NoError(t, json.Unmarshal(text, &a))
	return a
}
