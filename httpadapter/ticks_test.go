package httpadapter_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What became of each tick, the newest first.
func TestTicks(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *World) {
		body := strings.Replace(jobBody("job"), "{", `{"cronExpression":"0 * * * *","cronTimezone":"Europe/Paris",`, 1)
		job := "/workloads/jobs/" + w.do(t, request{to: "POST /workloads/jobs", body: body, status: 201}).object(t)["id"].(string)
		w.at(time.Hour)
		run, _ := w.do(t, request{to: "GET " + job}).latest(t)
		w.report(job, run.(string), `{"status":"running"}`, 200)
		w.Outage(time.Hour - 30*time.Second)
		w.report(job, run.(string), "", 200)
		w.at(2 * time.Hour)
		w.report(job, run.(string), `{"status":"succeeded"}`, 200)
		w.at(6*time.Hour + 30*time.Minute)

		list := w.do(t, request{as: viewer, to: "GET " + job + "/ticks", status: 200}).object(t)
		require.Nil(t, list["marker"])
		items := list["items"].([]any)
		require.Equal(t, object{
			"nominalAt": instantAt(time.Hour), "localTime": "2026-03-01T14:00:00+01:00", "verdict": "fired", "reason": nil,
			"runId": run, "shifted": false, "count": n("1"), "until": instantAt(time.Hour),
		}, items[len(items)-1])
		skipped := items[len(items)-2].(object)
		require.Equal(t, []any{instantAt(2 * time.Hour), "skipped", "overlap", nil}, pick(skipped, "nominalAt", "verdict", "reason", "runId"))
		missed := items[len(items)-3].(object)
		require.Equal(t, []any{instantAt(3 * time.Hour), n("3"), instantAt(5 * time.Hour)}, pick(missed, "nominalAt", "count", "until"))
		require.Equal(t, "fired", items[0].(object)["verdict"])

		var walked []any
		for marker := ""; ; {
			page := w.do(t, request{to: "GET " + job + "/ticks?limit=1" + marker, status: 200}).object(t)
			walked = append(walked, page["items"].([]any)...)
			if page["marker"] == nil {
				break
			}
			marker = "&marker=" + page["marker"].(string)
		}
		require.Equal(t, items, walked)
	})
}

// When a job would fire, its draft too, shifts included.
func TestPreview(t *testing.T) {
	w := newWorld(t, stores[0].open(t))
	body := strings.Replace(jobBody("job"), "{", `{"cronExpression":"@daily","status":"paused",`, 1)
	job := "/workloads/jobs/" + w.do(t, request{to: "POST /workloads/jobs", body: body, status: 201}).object(t)["id"].(string)
	preview := func(query string) []any {
		o := w.do(t, request{as: viewer, to: "GET " + job + "/preview?" + query, status: 200}).object(t)
		require.Equal(t, []string{"items", "paused", "scheduleText"}, keysOf(o))
		require.Equal(t, true, o["paused"])
		return o["items"].([]any)
	}
	require.Len(t, preview(""), 10) // as if it were active
	require.Len(t, preview("n=100&draft=false"), 100)
	require.Equal(t, []any{object{"nominalAt": "2026-03-02T00:00:00.000000Z", "localTime": "2026-03-02T00:00:00Z", "shifted": false}}, preview("n=1"))
	w.do(t, request{to: "GET " + job + "/preview?draft=true", status: 404, code: "not_found"})
	w.do(t, request{to: "POST " + job + "/draft", body: `{"cronExpression":"30 2 29 3 *","cronTimezone":"Europe/Berlin"}`, status: 201})
	require.Equal(t, []any{object{"nominalAt": "2026-03-29T01:00:00.000000Z", "localTime": "2026-03-29T03:00:00+02:00", "shifted": true}}, preview("n=1&draft=true"))
	for query, fields := range map[string]string{
		"n=0": "n", "n=101": "n", "n=": "n", "n=x": "n", "n=1&n=1": "n", "draft=": "draft", "draft=1": "draft", "draft=TRUE": "draft",
		"n=x&draft=x": "n draft", "draft=true&draft=true": "draft",
	} {
		w.do(t, request{name: query, to: "GET " + job + "/preview?" + query, status: 400, code: "invalid", fields: strings.Fields(fields)})
	}
}

// When a job would fire with a schedule that is saved nowhere.
func TestPreviewOfAnExpression(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *World) {
		body := strings.Replace(jobBody("job"), "{", `{"cronExpression":"@daily","cronTimezone":"Asia/Tokyo",`, 1)
		job := "/workloads/jobs/" + w.do(t, request{to: "POST /workloads/jobs", body: body, status: 201}).object(t)["id"].(string)
		before := w.do(t, request{to: "GET " + job, status: 200})
		preview := func(body string) (texts []any) {
			o := w.do(t, request{name: body, as: viewer, to: "POST " + job + "/preview", body: body, status: 200}).object(t)
			require.Equal(t, false, o["paused"])
			for _, item := range o["items"].([]any) {
				texts = append(texts, item.(object)["localTime"])
			}
			return append(texts, o["scheduleText"])
		}
		require.Equal(t, []any{"2026-03-02T02:00:00+01:00", "at 02:00 every day, Europe/Berlin"},
			preview(`{"cronExpression":"0 2 * * *","cronTimezone":"Europe/Berlin","n":1}`))
		require.Equal(t, []any{"2026-03-02T02:00:00+09:00", "at 02:00 every day, Asia/Tokyo"}, preview(`{"cronExpression":"0 2 * * *","n":1}`), "the rest is the job's")
		require.Equal(t, []any{"2026-03-02T00:00:00Z", "at 00:00 every day, UTC"}, preview(`{"cronTimezone":null,"n":1}`))
		require.Equal(t, []any{nil}, preview(`{"cronExpression":null}`))
		require.Len(t, preview(`{}`), 11)
		require.Len(t, preview(`{"n":null}`), 11)
		for body, fields := range map[string]string{
			`{"n":0}`:                         "n",
			`{"n":101}`:                       "n",
			`{"cronExpression":"99 * * * *"}`: "cronExpression",
			`{"cronTimezone":"Local"}`:        "cronTimezone",
			`{"n":-1,"cronExpression":"0 0 30 2 *","cronTimezone":"Mars/Olympus"}`: "n cronExpression cronTimezone",
		} {
			w.do(t, request{name: body, to: "POST " + job + "/preview", body: body, status: 400, code: "invalid", fields: strings.Fields(fields)})
		}
		w.do(t, request{to: "POST " + job + "/preview", body: `{"cron":"@daily"}`, status: 400, code: "malformed_body", fields: []string{"cron"}})
		require.Equal(t, before.Body.String(), w.do(t, request{to: "GET " + job, status: 200}).Body.String())
	})
}
