package client_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/httpadapter/client"
)

// jobPage is a page of jobs with these keys.
func jobPage(keys ...string) func(*http.Request) (*http.Response, error) {
	items, jobs := make([]string, len(keys)), make([]string, len(keys))
	for i, key := range keys {
		items[i] = fmt.Sprintf(`{"jobId":"ID-%s","teamIds":[],"latestJobRunId":"R-%[1]s"}`, key)
		jobs[len(keys)-1-i] = fmt.Sprintf(`{"id":"ID-%s","jobKey":%[1]q}`, key)
	}
	return answer(200, `{"items":[`+strings.Join(items, ",")+`],"total":5,"included":{"jobs":[`+strings.Join(jobs, ",")+
		`],"jobRuns":[{"id":"R-a"}]}}`)
}

func TestJobsAreReadToTheEnd(t *testing.T) {
	c, a := connect(t, jobPage("a", "b"), jobPage("c", "d"), jobPage("e"))
	var keys []string
	for item, err := range c.AllJobs(t.Context(), &client.ListJobsParams{Limit: new(int32(2))}) {
		require.NoError(t, err)
		keys = append(keys, item.Job.JobKey)
		require.Equal(t, item.Job.JobKey == "a", item.LatestRun != nil)
	}
	require.Equal(t, []string{"a", "b", "c", "d", "e"}, keys)
	require.Equal(t, "GET /api/v1/workloads/jobs?limit=2&page=3", a.asked[2])

	c, a = connect(t, jobPage("a", "b"))
	for _, err := range c.AllJobs(t.Context(), &client.ListJobsParams{Limit: new(int32(2))}) {
		require.NoError(t, err)
		break
	}
	require.Len(t, a.asked, 1, "who stops reads no further page")
}

func TestRunsAreReadToTheEnd(t *testing.T) {
	c, a := connect(t,
		answer(200, `{"items":[{"id":"R3"}],"marker":"m1"}`),
		answer(200, `{"items":[],"marker":"m2"}`),
		answer(200, `{"items":[{"id":"R1"}],"marker":null}`))
	var ids []string
	for run, err := range c.AllRuns(t.Context(), "JOB1", nil) {
		require.NoError(t, err)
		ids = append(ids, run.ID)
	}
	require.Equal(t, []string{"R3", "R1"}, ids, "a page may be empty before the end")
	require.Equal(t, "GET /api/v1/workloads/jobs/JOB1/runs?marker=m2", a.asked[2])
}

func TestAnErrorEndsAList(t *testing.T) {
	c, _ := connect(t, answer(200, `{"items":[{"id":"R3"}],"marker":"m1"}`), problem(403, "forbidden"))
	var last error
	for _, err := range c.AllMyRuns(t.Context(), nil) {
		last = err
	}
	require.EqualError(t, last, "it is so")

	c, _ = connect(t, answer(200, `<html>log in</html>`, "Content-Type", "text/html"))
	for _, err := range c.AllJobs(t.Context(), nil) {
		require.ErrorContains(t, err, "is the server's URL right?")
	}
}
