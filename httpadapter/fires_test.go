package httpadapter_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestFires(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *World) {
		body := strings.TrimSuffix(jobBody("hourly"), "}") + `,"cronExpression":"@hourly"}`
		id := w.do(t, request{to: "POST /workloads/jobs", body: body, status: 201}).object(t)["id"].(string)
		job := "/workloads/jobs/" + id
		w.at(time.Hour)
		run := w.do(t, request{to: "GET " + job + "/runs", status: 200}).object(t)["items"].([]any)[0].(object)["id"].(string)
		w.report(job, run, `{"status":"succeeded"}`, 200)
		w.at(2 * time.Hour)
		w.at(3 * time.Hour)
		const query = "?from=2026-03-01T12:00:00Z&until=2026-03-01T18:00:00Z&bucket=7200"
		one := `"jobs":[{"jobId":"` + id + `","jobKey":"hourly","count":`
		want := `{"items":[` +
			`{"from":"2026-03-01T12:00:00.000000Z","until":"2026-03-01T14:00:00.000000Z","counts":{"succeeded":1},` + one + `1}]},` +
			`{"from":"2026-03-01T14:00:00.000000Z","until":"2026-03-01T16:00:00.000000Z","counts":{"due":1,"running":1},` + one + `2}]},` +
			`{"from":"2026-03-01T16:00:00.000000Z","until":"2026-03-01T18:00:00.000000Z","counts":{"coming":2},` + one + `2}]}` +
			`],"truncated":false}`
		for _, as := range []string{owner, viewer} {
			require.Equal(t, want, w.do(t, request{as: as, to: "GET /workloads/fires" + query, status: 200}).Body.String())
		}
		for _, as := range []string{ungranted, stranger} {
			require.Equal(t, `{"items":[],"truncated":false}`, w.do(t, request{as: as, to: "GET /workloads/fires" + query, status: 200}).Body.String())
		}
		require.Len(t, w.do(t, request{to: "GET /workloads/fires", status: 200}).object(t)["items"], 24)
		for _, row := range []request{
			{to: "?bucket=59", fields: []string{"bucket"}},
			{to: "?from=now&until=1", fields: []string{"from", "until"}},
			{to: "?from=2026-03-01T12:00:00Z&until=2027-03-01T12:00:00Z", fields: []string{"bucket"}},
			{to: "?from=2026-03-01T12:00:00Z&until=2028-03-01T12:00:00Z&bucket=86400", fields: []string{"until"}},
			{to: "?root=x", fields: []string{"root"}},
		} {
			row.to, row.status, row.code = "GET /workloads/fires"+row.to, 400, "invalid"
			w.do(t, row)
		}
	})
}
