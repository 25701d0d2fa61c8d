package httpadapter_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// runKeys are the members of a run: the documented ones and ours.
var runKeys = []string{
	"attempt", "cancelRequestedAt", "cleanedAt", "createdAt", "createdBy", "dispatchedAt",
	"finishedAt", "id", "jobId", "jobKey", "jobVersion", "nominalAt", "number",
	"parameters", "resourceCleanupMode", "results", "retryOf", "runAt", "runnerCompletedAt",
	"runnerExecutionTimeUs", "runnerStartedAt", "status", "statusMessage", "trigger", "updatedAt",
	"updatedBy", "waitingFor",
}

func keysOf(o object) []string { return slices.Sorted(maps.Keys(o)) }

// instantAt is a time after the epoch as it is answered.
func instantAt(d time.Duration) string { return epoch.Add(d).Format("2006-01-02T15:04:05.000000Z") }

// latest is the latest run of the one job that an answer shows.
func (w answer) latest(t *testing.T) (id, run any) {
	o := w.object(t)
	item, isItem := o["item"].(object)
	if !isItem {
		item = o["items"].([]any)[0].(object)
	}
	runs := o["included"].(object)["jobRuns"].([]any)
	if len(runs) == 0 {
		return item["latestJobRunId"], nil
	}
	require.Len(t, runs, 1)
	return item["latestJobRunId"], runs[0]
}

// A run's whole life over HTTP: every answer has every key, and what shows the
// job shows the run.
func TestRunStory(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *World) {
		job := "/workloads/jobs/" + w.create(t, "job")
		created := w.do(t, request{as: contributor, to: "POST " + job + "/runs", body: `{"hold":true,"resourceCleanupMode":"on_success"}`, status: 201})
		run := created.object(t)
		id := run["id"].(string)
		require.Equal(t, job+"/runs/"+id, created.Header().Get("Location"))
		require.Equal(t, object{
			"id": id, "jobId": strings.TrimPrefix(job, "/workloads/jobs/"), "jobVersion": n("1"), "status": "pending", "statusMessage": nil,
			"resourceCleanupMode": "on_success", "trigger": "manual", "results": nil, "runnerExecutionTimeUs": nil,
			"dispatchedAt": nil, "finishedAt": nil, "runnerStartedAt": nil, "runnerCompletedAt": nil, "cleanedAt": nil,
			"createdAt": instantAt(0), "createdBy": "contributor", "updatedAt": instantAt(0), "updatedBy": "contributor",
			"jobKey": "job", "number": n("1"), "attempt": n("1"), "retryOf": nil, "nominalAt": nil, "parameters": object{}, "runAt": nil, "cancelRequestedAt": nil, "waitingFor": "release",
		}, run)
		w.at(time.Second)
		require.Empty(t, w.tokens(), "a run that is held is not dispatched")
		a := w.do(t, request{as: contributor, to: "POST " + job + "/runs/" + id + "/ready", status: 200})
		require.Equal(t, "ready", a.object(t)["status"])
		w.do(t, request{to: "POST " + job + "/runs/" + id + "/ready", status: 409, code: "run_state"})
		w.do(t, request{to: "POST " + job + "/runs/" + id + "/retry", status: 409, code: "run_state"})
		w.do(t, request{to: "DELETE " + job + "/runs/" + id, status: 409, code: "run_state"})

		w.at(2 * time.Second)
		started := w.do(t, request{as: viewer, to: "GET " + job + "/runs/" + id, status: 200}).object(t)
		require.Equal(t, []any{"starting", instantAt(2 * time.Second)}, []any{started["status"], started["dispatchedAt"]})
		w.Outage(time.Second)
		w.report(job, id, `{"status":"running"}`, 200)
		w.Outage(45200 * time.Millisecond)
		w.report(job, id, `{"status":"succeeded","statusMessage":"done","results":{"outputPath": "s3:\/\/x","n":1.50}}`, 200)
		w.at(time.Minute)
		w.do(t, request{to: "POST " + job + "/runs/" + id + "/cancel", status: 409, code: "run_state"})

		a = w.do(t, request{as: viewer, to: "GET " + job + "/runs/" + id, status: 200})
		ended := a.object(t)
		require.Equal(t, runKeys, keysOf(ended))
		for name, want := range (object{
			"status": "succeeded", "statusMessage": "done", "runnerStartedAt": instantAt(3 * time.Second), "runnerExecutionTimeUs": n("45200000"),
			"runnerCompletedAt": instantAt(48200 * time.Millisecond), "finishedAt": instantAt(48200 * time.Millisecond), "cleanedAt": instantAt(time.Minute),
		}) {
			require.Equal(t, want, ended[name], name)
		}
		require.Contains(t, a.Body.String(), `"results":{"outputPath":"s3:\/\/x","n":1.50},`)

		for _, to := range []string{
			job, job + "/versions/1", "/me/jobs", "/workloads/jobs", "/workloads/teams/" + teamA + "/jobs", "/workloads/clusters/" + cluster + "/jobs",
		} {
			latest, shown := w.do(t, request{as: viewer, to: "GET " + to, status: 200}).latest(t)
			require.Equal(t, id, latest, to)
			require.Equal(t, ended, shown, to)
		}

		a = w.do(t, request{as: contributor, to: "POST " + job + "/runs/" + id + "/retry", body: "{}", status: 201})
		again := a.object(t)
		require.Equal(t, job+"/runs/"+again["id"].(string), a.Header().Get("Location"))
		require.Equal(t, []any{"retry", "on_success", "pending"}, []any{again["trigger"], again["resourceCleanupMode"], again["status"]})
		require.Equal(t, "cancelled", w.do(t, request{to: "POST " + job + "/runs/" + again["id"].(string) + "/cancel", status: 200}).object(t)["status"])
		latest, shown := w.do(t, request{to: "GET " + job}).latest(t)
		require.Equal(t, []any{again["id"], "cancelled"}, []any{latest, shown.(object)["status"]})
		w.do(t, request{to: "DELETE " + job + "/runs/" + again["id"].(string), status: 204})
		latest, _ = w.do(t, request{to: "GET " + job}).latest(t)
		require.Equal(t, id, latest, "the newest that is left")
		w.do(t, request{to: "DELETE " + job + "/runs/" + id, status: 204})
		w.do(t, request{to: "GET " + job + "/runs/" + id, status: 404})
		latest, shown = w.do(t, request{to: "GET " + job}).latest(t)
		require.Equal(t, []any{nil, nil}, []any{latest, shown})
	})
}

// Runs of a schedule, and a page of jobs: each item with its own latest run, or
// with none, in the order of the items.
func TestPageWithRuns(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *World) {
		for _, key := range []string{"a", "b", "c"} {
			body := strings.Replace(jobBody(key), "{", `{"cronExpression":"0 * * * *","concurrencyPolicy":"allow","maxConcurrentRuns":9,`, 1)
			if key == "b" {
				body = jobBody(key)
			}
			w.do(t, request{to: "POST /workloads/jobs", body: body, status: 201})
		}
		w.at(time.Hour)
		w.at(2 * time.Hour)
		page := w.do(t, request{to: "GET /workloads/jobs?sortBy=jobKey", status: 200}).object(t)
		items, runs := page["items"].([]any), page["included"].(object)["jobRuns"].([]any)
		require.Len(t, runs, 2)
		for i, at := range map[int]int{0: 0, 2: 1} {
			run := runs[at].(object)
			require.Equal(t, runKeys, keysOf(run))
			require.Equal(t, []any{run["jobId"], run["id"]}, []any{items[i].(object)["jobId"], items[i].(object)["latestJobRunId"]})
			require.Equal(t, []any{"schedule", instantAt(2 * time.Hour), "owner"}, []any{run["trigger"], run["createdAt"], run["createdBy"]})
		}
		require.Nil(t, items[1].(object)["latestJobRunId"])
	})
}

// Only the body may say how a run is made, and only with what it may be.
func TestNewRunBodies(t *testing.T) {
	a := newMemoryAPI(t)
	job := "/workloads/jobs/" + a.create(t, "job")
	for _, row := range []request{
		{body: `{"hold":1}`, code: "malformed_body", fields: []string{"hold"}},
		{body: `{"resourceCleanupMode":"sometimes"}`, code: "invalid", fields: []string{"resourceCleanupMode"}},
		{body: `{"jobVersion":1}`, code: "malformed_body", fields: []string{"jobVersion"}},
	} {
		row.to, row.status, row.name = "POST "+job+"/runs", 400, row.body
		a.do(t, row)
	}
	for _, body := range []string{"", "{}", `{"hold":null,"resourceCleanupMode":null}`, `{"hold":false,"resourceCleanupMode":"never"}`} {
		a.do(t, request{to: "POST " + job + "/runs", body: body, status: 201})
	}
}

// A repeated request is answered with the same run, 201 and Location included;
// the key is the member's and the job's.
func TestIdempotencyKey(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *World) {
		job, other := "/workloads/jobs/"+w.create(t, "job"), "/workloads/jobs/"+w.create(t, "other")
		ask := func(as, to, key string, status int) answer {
			return w.do(t, request{as: as, to: "POST " + to + "/runs", header: map[string]string{"Idempotency-Key": key}, status: status})
		}
		first := ask(owner, job, "2026-03-01 é", 201)
		again := ask(owner, job, "2026-03-01 é", 201)
		require.Equal(t, first.Body.String(), again.Body.String())
		require.Equal(t, first.Header(), again.Header())
		id := first.object(t)["id"].(string)
		w.at(time.Second)
		w.report(job, id, `{"status":"succeeded"}`, 200)
		require.Equal(t, []any{id, "succeeded"}, pick(ask(owner, job, "2026-03-01 é", 201).object(t), "id", "status"), "as it has become")
		for _, different := range []answer{ask(owner, job, "x", 201), ask(admin, job, "2026-03-01 é", 201), ask(owner, other, "2026-03-01 é", 201)} {
			require.NotEqual(t, id, different.object(t)["id"])
		}
		ask(viewer, job, "2026-03-01 é", 403)

		for _, key := range []string{"", " x", "x ", "a\tb", "a\x00b", "\xff", strings.Repeat("k", 256)} {
			w.do(t, request{to: "POST " + job + "/runs", header: map[string]string{"Idempotency-Key": key}, status: 400, code: "malformed_header", fields: []string{"Idempotency-Key"}})
		}
		r := newRequest(request{to: "POST " + job + "/runs"})
		r.Header["Idempotency-Key"] = []string{"k", "k"}
		require.Equal(t, http.StatusBadRequest, record(w, r).Code)
	})
}

// The key of a run that was deleted makes no other one: neither while the engine
// is owed something for the run, nor after.
func TestIdempotencyKeyOfADeletedRun(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *World) {
		job := "/workloads/jobs/" + w.create(t, "job")
		for _, mode := range []string{"always", "never"} {
			again := request{to: "POST " + job + "/runs", body: `{"resourceCleanupMode":"` + mode + `"}`, header: map[string]string{"Idempotency-Key": mode}}
			again.status = 201
			id := w.do(t, again).object(t)["id"].(string)
			now := w.Now().Sub(epoch)
			w.at(now)
			w.report(job, id, `{"status":"succeeded"}`, 200)
			w.do(t, request{to: "DELETE " + job + "/runs/" + id, status: 204})
			again.status, again.code = 409, "run_deleted"
			w.do(t, again)
			w.at(now + time.Minute)
			w.do(t, again)
			w.do(t, request{to: "GET " + job + "/runs/" + id, status: 404})
		}
		require.Empty(t, w.do(t, request{to: "GET " + job + "/runs", status: 200}).object(t)["items"])
	})
}

// However many clients repeat a request at the same time, there is one run.
func TestIdempotencyKeyAtOnce(t *testing.T) {
	on(t, func(t *testing.T, a *api) {
		job := "/workloads/jobs/" + a.create(t, "job")
		bodies := make([]string, 16)
		var all sync.WaitGroup
		for i := range bodies {
			all.Go(func() {
				r := newRequest(request{to: "POST " + job + "/runs", body: `{"hold":true}`, header: map[string]string{"Idempotency-Key": "once"}})
				bodies[i] = record(a, r).Body.String()
			})
		}
		all.Wait()
		require.Len(t, slices.Compact(bodies), 1)
		require.Len(t, a.do(t, request{to: "GET " + job + "/runs", status: 200}).object(t)["items"].([]any), 1)
	})
}

func pick(o object, names ...string) (values []any) {
	for _, name := range names {
		values = append(values, o[name])
	}
	return values
}

// If-Match on changes of runs is about the job.
func TestIfMatchOnRuns(t *testing.T) {
	for _, operation := range []string{"createRun", "deleteRun", "releaseRun", "cancelRun", "retryRun"} {
		for header, holds := range map[string]int{`TAG`: 0, `*`: 0, `"x", TAG`: 0, `W/TAG`: 0, `"x"`: 412, `"d1"`: 412, `x`: 400, ``: 400} {
			t.Run(operation+"/"+header, func(t *testing.T) {
				a := newMemoryAPI(t)
				job := a.create(t, "job")
				run := a.arrange(t, job, operation)
				tag := a.do(t, request{to: "GET /workloads/jobs/" + job}).etag()
				header := map[string]string{"If-Match": strings.ReplaceAll(header, "TAG", tag)}
				w := a.do(t, request{to: routeTo(operation, job, run), header: header, status: holds})
				require.Equal(t, holds == 0, w.Code < 300, w.Body)
				require.Equal(t, tag, a.do(t, request{to: "GET /workloads/jobs/" + job}).etag(), "runs are no edits")
			})
		}
	}
}
