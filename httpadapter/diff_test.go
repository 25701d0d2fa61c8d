package httpadapter_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What changes from one version to another, and to the draft, and when the job
// fires because of it.
func TestDiffs(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *World) {
		body := strings.Replace(jobBody("job"), "{", `{"cronExpression":"0 2 1 * *",`, 1)
		job := "/workloads/jobs/" + w.do(t, request{to: "POST /workloads/jobs", body: body, status: 201}).object(t)["id"].(string)
		w.do(t, request{to: "POST " + job + "/versions", status: 201,
			body: `{"cronExpression":"0 2 16 * *","cronTimezone":"Europe/Berlin","config":{"sql":{"source":"select 2"}},"retry":{"maxAttempts":3}}`})
		diff := func(path string) object {
			return w.do(t, request{as: viewer, to: "GET " + job + path, status: 200}).object(t)
		}
		change := func(path string, from, to any) object { return object{"path": path, "from": from, "to": to} }

		require.Equal(t, object{
			"from": n("1"), "to": n("2"),
			"changes": []any{
				change("/config/sql/source", "select 1", "select 2"),
				change("/cronExpression", "0 2 1 * *", "0 2 16 * *"),
				change("/cronTimezone", "UTC", "Europe/Berlin"),
				change("/retry", nil, object{"maxAttempts": n("3"), "backoffSeconds": n("0"), "maxBackoffSeconds": n("3600")}),
			},
			"fires": object{"gained": []any{"2026-03-16T02:00:00+01:00"}, "lost": []any{}, "horizon": instantAt(30 * 24 * time.Hour), "truncated": false},
		}, diff("/versions/1/diff/2"))
		back := diff("/versions/2/diff/1")
		require.Equal(t, change("/config/sql/source", "select 2", "select 1"), back["changes"].([]any)[0])
		require.Equal(t, []any{[]any{}, []any{"2026-03-16T02:00:00+01:00"}}, pick(back["fires"].(object), "gained", "lost"))
		same := diff("/versions/2/diff/2")
		require.Equal(t, []any{[]any{}, []any{}, []any{}}, append(pick(same["fires"].(object), "gained", "lost"), same["changes"]))

		for _, path := range []string{"/versions/1/diff/3", "/versions/3/diff/1", "/versions/0/diff/1", "/versions/1/diff/01", "/versions/1/diff/x", "/draft/diff"} {
			w.do(t, request{to: "GET " + job + path, status: 404, code: "not_found"})
		}
		w.do(t, request{to: "GET " + job + "/versions/1/diff/2?n=1", status: 400, fields: []string{"n"}})

		w.do(t, request{to: "PATCH " + job, body: `{"status":"paused","description":"the job's"}`, status: 200})
		w.do(t, request{to: "POST " + job + "/draft", status: 201})
		require.Equal(t, object{"from": n("2"), "to": n("3"), "changes": []any{}, "fires": same["fires"]}, diff("/draft/diff"), "a copy changes nothing")
		w.do(t, request{to: "PATCH " + job + "/draft", body: `{"cronExpression":null,"description":"mine"}`, status: 200})
		draft := diff("/draft/diff")
		require.Equal(t, []any{change("/description", "the job's", "mine"), change("/cronExpression", "0 2 16 * *", nil)}, draft["changes"])
		require.Equal(t, []any{"2026-03-16T02:00:00+01:00"}, draft["fires"].(object)["lost"], "as if the job were active")
		w.do(t, request{to: "GET " + job + "/versions/2/diff/3", status: 404})
	})
}

// However often two schedules fire, and however much of a config changes, an
// answer is bounded.
func TestDiffsAreBounded(t *testing.T) {
	w := newWorld(t, stores[0].open(t))
	lakesail := func(value string) string {
		var members strings.Builder
		for i := range 10000 {
			fmt.Fprintf(&members, `,"member/%d~":%s`, i, value)
		}
		return `{"sql":{"source":"select 1"},"lakesail":{` + members.String()[1:] + `}}`
	}
	body := `{"jobKey":"job","clusterId":"` + cluster + `","teamIds":["` + teamA + `"],"cronExpression":"* * * * *","config":` + lakesail(`"1"`) + `}`
	job := "/workloads/jobs/" + w.do(t, request{to: "POST /workloads/jobs", body: body, status: 201}).object(t)["id"].(string)
	w.do(t, request{to: "POST " + job + "/draft", body: `{"cronExpression":"*/2 * * * *","cronTimezone":"Asia/Kathmandu","config":` + lakesail(`"2"`) + `}`, status: 201})
	answer := w.do(t, request{to: "GET " + job + "/draft/diff", status: 200})
	require.Less(t, answer.Body.Len(), 600<<10)
	diff := answer.object(t)
	require.Equal(t, "/config/lakesail", diff["changes"].([]any)[0].(object)["path"])
	fires := diff["fires"].(object)
	require.Len(t, fires["lost"], 100)
	require.Equal(t, []any{[]any{}, true}, pick(fires, "gained", "truncated"))
}

// A draft may start from any published version.
func TestDraftFromAVersion(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *World) {
		job := "/workloads/jobs/" + w.create(t, "job")
		w.do(t, request{to: "POST " + job + "/versions", body: `{"timeoutSeconds":5,"description":"second"}`, status: 201})
		for body, rule := range map[string]string{
			`{"from":0}`:  "must be the number of a published version",
			`{"from":3}`:  "must be a published version of the job: version 3 is none",
			`{"from":-1}`: "must be a published version of the job: version -1 is none",
		} {
			p := w.do(t, request{name: body, to: "POST " + job + "/draft", body: body, status: 400, code: "invalid", fields: []string{"from"}}).problem(t)
			require.Contains(t, p.Detail, rule)
		}
		w.do(t, request{to: "POST " + job + "/draft", body: `{"from":"1"}`, status: 400, code: "malformed_body", fields: []string{"from"}})
		w.do(t, request{to: "POST " + job + "/versions", body: `{"from":1}`, status: 400, code: "malformed_body", fields: []string{"from"}})
		for _, row := range []struct {
			body string
			want []any
		}{
			{`{"from":1}`, []any{n("3"), n("1"), n("0"), "second"}},
			{`{"from":1,"timeoutSeconds":7}`, []any{n("4"), n("1"), n("7"), "second"}},
			{`{"from":2}`, []any{n("5"), n("2"), n("5"), "second"}},
			{`{"from":null}`, []any{n("6"), n("2"), n("5"), "second"}},
		} {
			draft := w.do(t, request{name: row.body, to: "POST " + job + "/draft", body: row.body, status: 201}).object(t)
			require.Equal(t, row.want, pick(draft, "version", "basedOnVersion", "timeoutSeconds", "description"))
			w.do(t, request{to: "DELETE " + job + "/draft", status: 204})
		}
		w.do(t, request{to: "POST " + job + "/draft", body: `{"from":1}`, status: 201})
		w.do(t, request{to: "POST " + job + "/draft", body: `{"from":1}`, status: 409, code: "draft_exists"})
		w.do(t, request{to: "POST " + job + "/draft/publish", status: 200})
		shown := w.do(t, request{to: "GET " + job, status: 200}).shown(t)
		require.Equal(t, []any{n("7"), n("1"), n("0")}, pick(shown, "currentVersion", "basedOnVersion", "timeoutSeconds"))
	})
}
