package httpadapter_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestRetriesOverHTTP has a run fail until its attempts are used up, and reads what
// is shown of that: the runs, the job's list of versions, and the attempts of one
// that is begun by hand.
func TestRetriesOverHTTP(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *World) {
		body := strings.Replace(jobBody("job"), `{`, `{"retry":{"maxAttempts":2,"backoffSeconds":60},`, 1)
		job := "/workloads/jobs/" + w.do(t, request{to: "POST /workloads/jobs", body: body, status: 201}).object(t)["id"].(string)
		first := w.start(job)
		w.report(job, first, `{"status": "failed"}`, 200)
		list := w.do(t, request{to: "GET " + job + "/runs", status: 200}).object(t)["items"].([]any)
		require.Len(t, list, 2)
		second := list[0].(object)
		require.Equal(t, "retry", second["trigger"])
		require.Equal(t, "pending", second["status"])
		require.Equal(t, "time", second["waitingFor"])
		require.Equal(t, first, second["retryOf"])
		require.Equal(t, json.Number("2"), second["attempt"])

		w.at(time.Minute)
		w.report(job, second["id"].(string), `{"status": "failed"}`, 200)
		list = w.do(t, request{to: "GET " + job + "/runs", status: 200}).object(t)["items"].([]any)
		require.Len(t, list, 2, "its attempts are used up")
		again := w.do(t, request{to: "POST " + job + "/runs/" + first + "/retry", status: 201}).object(t)
		require.Equal(t, json.Number("1"), again["attempt"])

		items := w.do(t, request{to: "GET " + job + "/versions", status: 200}).object(t)["items"].([]any)
		require.Equal(t, object{
			"succeeded": json.Number("0"), "failed": json.Number("2"), "timeout": json.Number("0"),
			"cancelled": json.Number("0"), "active": json.Number("1"),
		}, items[0].(object)["runs"])
	})
}
