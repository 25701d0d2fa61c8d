package httpadapter_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// cronBody is a job with a schedule, and with more members.
func cronBody(more string) string {
	return strings.Replace(jobBody("job"), "{", `{"cronExpression":"@hourly",`+more, 1)
}

func (w *World) post(t *testing.T, path, body string, status int) object {
	t.Helper()
	return w.do(t, request{as: contributor, to: "POST " + path, body: body, status: status}).object(t)
}

func TestRunsHaveParametersAndTimes(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *World) {
		job := "/workloads/jobs/" + w.do(t, request{to: "POST /workloads/jobs", body: cronBody(`"parameters":{"day":"today","region":"eu"},`), status: 201}).object(t)["id"].(string)
		value := `'; drop table "t"; -- --help $(id)\n`
		run := w.post(t, job+"/runs", `{"parameters":{"day":"`+strings.ReplaceAll(value, `"`, `\"`)+`"},"runAt":"2026-03-01T15:30:00+01:00"}`, 201)
		require.Equal(t, []any{object{"day": "'; drop table \"t\"; -- --help $(id)\n", "region": "eu"}, "2026-03-01T14:30:00.000000Z", "pending", "time", "job"},
			pick(run, "parameters", "runAt", "status", "waitingFor", "jobKey"))
		path := job + "/runs/" + run["id"].(string)
		w.at(time.Hour) // a tick, which does not see it
		ticks := w.do(t, request{to: "GET " + job + "/ticks", status: 200}).object(t)["items"].([]any)
		require.Equal(t, []any{"fired", nil}, pick(ticks[0].(object), "verdict", "reason"))
		scheduled := w.do(t, request{to: "GET " + job + "/runs/" + ticks[0].(object)["runId"].(string), status: 200}).object(t)
		require.Equal(t, []any{"2026-03-01T13:00:00.000000Z", object{"day": "today", "region": "eu"}, n("1"), nil, nil}, pick(scheduled, "nominalAt", "parameters", "attempt", "runAt", "waitingFor"))
		w.report(job, scheduled["id"].(string), `{"status":"succeeded"}`, 200)
		require.Equal(t, "time", w.do(t, request{to: "GET " + path, status: 200}).object(t)["waitingFor"])
		w.at(2*time.Hour + 30*time.Minute)
		require.Contains(t, w.tokens(), run["id"].(string))

		for body, fields := range map[string]string{
			`{"parameters":{"dya":"1","region":1}}`:                      "parameters.region",
			`{"parameters":{"dya":"1","LD_PRELOAD":"x"}}`:                "parameters.LD_PRELOAD parameters.dya",
			`{"parameters":{"day":null}}`:                                "parameters.day",
			`{"parameters":[]}`:                                          "parameters",
			`{"parameters":{"day":"a\u0000"}}`:                           "parameters.day",
			`{"parameters":{"day":"` + strings.Repeat("x", 1025) + `"}}`: "parameters.day",
			`{"runAt":""}`:                     "runAt",
			`{"runAt":"tomorrow"}`:             "runAt",
			`{"runAt":"2027-03-03T00:00:00Z"}`: "runAt",
			`{"runAt":"2026-03-01T00:00:00Z","parameters":{"x":""}}`:                          "runAt parameters.x",
			`{"runAt":"2026-03-02T00:00:00Z","hold":true,"resourceCleanupMode":"on_success"}`: "runAt",
		} {
			w.do(t, request{name: body, as: contributor, to: "POST " + job + "/runs", body: body, status: 400, fields: strings.Fields(fields)})
		}
		plain := w.post(t, job+"/runs", `{"parameters":null,"runAt":null}`, 201)
		require.Equal(t, []any{object{"day": "today", "region": "eu"}, nil, "engine"}, pick(plain, "parameters", "runAt", "waitingFor"))
	})
}

func TestJitterDelaysTheDispatchOnly(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *World) {
		job := "/workloads/jobs/" + w.do(t, request{to: "POST /workloads/jobs", body: cronBody(`"jitterSeconds":3599,`), status: 201}).object(t)["id"].(string)
		w.at(time.Hour)
		run := w.do(t, request{to: "GET " + job + "/runs", status: 200}).object(t)["items"].([]any)[0].(object)
		require.Equal(t, []any{instantAt(time.Hour), "pending", "time"}, pick(run, "nominalAt", "status", "waitingFor"))
		require.Empty(t, w.tokens())
		w.at(2*time.Hour - time.Second)
		require.Contains(t, w.tokens(), run["id"].(string))
	})
}

func TestBackfillAndReset(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *World) {
		job := "/workloads/jobs/" + w.do(t, request{to: "POST /workloads/jobs", body: cronBody(`"cronTimezone":"Europe/Berlin",`), status: 201}).object(t)["id"].(string)
		const body = `{"from":"2026-03-01T09:00:00Z","until":"2026-03-01T12:00:00Z"`
		dry := w.post(t, job+"/backfill", body+`,"dryRun":true}`, 200)
		require.Equal(t, []string{"items", "runs"}, keysOf(dry))
		require.Equal(t, object{"nominalAt": "2026-03-01T09:00:00.000000Z", "localTime": "2026-03-01T10:00:00+01:00"}, dry["items"].([]any)[0])
		require.Len(t, dry["items"], 3)
		require.Empty(t, dry["runs"])
		made := w.post(t, job+"/backfill", body+`}`, 200)
		require.Equal(t, dry["items"], made["items"])
		runs := made["runs"].([]any)
		require.Len(t, runs, 3)
		for i, run := range runs {
			require.Equal(t, runKeys, keysOf(run.(object)))
			require.Equal(t, []any{"backfill", "pending", "predecessor", made["items"].([]any)[i].(object)["nominalAt"]}, pick(run.(object), "trigger", "status", "waitingFor", "nominalAt"))
		}
		require.Equal(t, object{"items": []any{}, "runs": []any{}}, w.post(t, job+"/backfill", body+`}`, 200), "asking twice makes each once")
		for _, run := range runs {
			id := run.(object)["id"].(string)
			w.Advance(0)
			require.Contains(t, w.tokens(), id)
			w.report(job, id, `{"status":"failed"}`, 200)
		}
		require.Len(t, w.tokens(), 3)

		tag := w.do(t, request{to: "GET " + job, status: 200}).etag()
		for body, fields := range map[string]string{
			`{}`: "from until", `{"from":"x","until":"y"}`: "from until", `{"from":"2026-03-01T09:00:00Z","until":"2026-03-01T12:00:01Z"}`: "until",
			`{"from":"1970-01-01T00:00:00Z","until":"2026-03-01T12:00:00Z"}`: "until", `{"from":null,"until":"2026-03-01T12:00:00Z"}`: "from",
			`{"from":"2026-03-01T09:00:00Z","until":"2026-03-01T12:00:00Z","dry":true}`: "dry",
		} {
			w.do(t, request{name: body, as: contributor, to: "POST " + job + "/backfill", body: body, status: 400, fields: strings.Fields(fields)})
		}
		many := w.do(t, request{to: "POST " + job + "/backfill", body: `{"from":"1970-01-01T00:00:00Z","until":"2026-03-01T12:00:00Z"}`, status: 400})
		require.Contains(t, many.Body.String(), "492324") // with the count
		w.do(t, request{to: "POST " + job + "/backfill", body: body + "}", header: map[string]string{"If-Match": `"nonsense"`}, status: 412})

		w.Outage(90 * time.Minute)
		reset := w.do(t, request{as: contributor, to: "POST " + job + "/schedule/reset", header: map[string]string{"If-Match": tag}, status: 200})
		require.Equal(t, "2026-03-01T14:00:00.000000Z", reset.object(t)["nextRunAt"])
		require.NotEmpty(t, reset.etag())
		w.at(100 * time.Minute)
		require.Equal(t, []any{}, w.do(t, request{to: "GET " + job + "/ticks", status: 200}).object(t)["items"])
		w.do(t, request{as: contributor, to: "POST " + job + "/schedule/reset", header: map[string]string{"If-Match": `"nonsense"`}, status: 412})
		require.Len(t, w.post(t, job+"/backfill", `{"from":"2026-03-01T13:00:00Z","until":"2026-03-01T13:30:00Z"}`, 200)["runs"], 1)
	})
}

func TestFiltersOfRunLists(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *World) {
		job := "/workloads/jobs/" + w.do(t, request{to: "POST /workloads/jobs", body: cronBody(""), status: 201}).object(t)["id"].(string)
		for _, status := range []string{"succeeded", "failed", "cancelled"} {
			w.Outage(time.Minute)
			w.report(job, w.start(job), `{"status":"`+status+`"}`, 200)
		}
		w.post(t, job+"/runs", `{"hold":true}`, 201)
		w.at(time.Hour)
		for _, list := range []string{job + "/runs", "/me/jobs/runs"} {
			for query, want := range map[string]int{
				"": 5, "status=failed": 1, "status=failed,succeeded": 2, "status=pending": 1, "status=starting,failed": 2, "trigger=schedule": 1,
				"trigger=backfill": 0, "trigger=manual&status=succeeded": 1, "createdFrom=" + url.QueryEscape(instantAt(2*time.Minute)): 4,
				"createdUntil=" + url.QueryEscape(instantAt(2*time.Minute)): 1, "createdFrom=2026-03-01T12:01:00Z&createdUntil=2026-03-01T12:03:00Z": 2,
			} {
				found := w.do(t, request{name: query, to: "GET " + list + "?limit=100&" + query, status: 200}).object(t)["items"]
				require.Len(t, found, want, query)
			}
			for query, field := range map[string]string{
				"status=lost": "status", "status=": "status", "status=failed,": "status", "status=failed&status=failed": "status", "trigger=me": "trigger",
				"trigger=": "trigger", "createdFrom=today": "createdFrom", "createdUntil=2026-03-01": "createdUntil", "jobKey=x": "jobKey",
				"createdFrom=2026-03-01T12:00:00Z&createdUntil=2026-03-01T12:00:00Z": "createdUntil",
			} {
				w.do(t, request{name: query, to: "GET " + list + "?" + query, status: 400, code: "invalid", fields: []string{field}})
			}
		}
	})
}

func TestARunThatWasDeletedIsNotMadeAgain(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *World) {
		job := "/workloads/jobs/" + w.create(t, "job")
		header := map[string]string{"Idempotency-Key": "once"}
		body := `{"runAt":"2026-03-01T12:30:00Z"}`
		run := w.do(t, request{to: "POST " + job + "/runs", body: body, header: header, status: 201}).object(t)["id"].(string)
		w.do(t, request{to: "POST " + job + "/runs/" + run + "/cancel", status: 200})
		w.do(t, request{to: "DELETE " + job + "/runs/" + run, status: 204})
		w.do(t, request{to: "POST " + job + "/runs", body: body, header: header, status: 409, code: "run_deleted"})
	})
}
