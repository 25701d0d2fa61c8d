package httpadapter_test

import (
	"encoding/json"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// on runs a test on every store.
func on(t *testing.T, test func(*testing.T, *api)) {
	for _, s := range stores {
		t.Run(s.name, func(t *testing.T) { test(t, newAPI(t, s.open(t), nil)) })
	}
}

func n(text string) json.Number { return json.Number(text) }

// shown is the job that a describing answer includes.
func (w answer) shown(t *testing.T) object {
	return w.object(t)["included"].(object)["jobs"].([]any)[0].(object)
}

// Create publishes version 1, and fills in the documented defaults.
func TestCreate(t *testing.T) {
	on(t, func(t *testing.T, a *api) {
		w := a.do(t, request{as: contributor, to: "POST /workloads/jobs", status: 201,
			body: `{"jobKey":"job","clusterId":"A1B2C3D4E5","config":{"sql":{"queryId":"Q1"}},"teamIds":["A1B2C3D4E5","A1B2C3D4E5"]}`})
		job := w.object(t)
		id := job["id"].(string)
		require.Regexp(t, `^[A-Z0-9]{10}$`, id)
		require.Equal(t, "/workloads/jobs/"+id, w.Header().Get("Location"))
		for name, want := range (object{
			"memberId": "contributor", "createdBy": "contributor", "updatedBy": "contributor", "jobKey": "job",
			"version": n("1"), "currentVersion": n("1"), "draftVersion": nil, "basedOnVersion": n("0"), "status": "active",
			"description": "", "timeoutSeconds": n("0"), "sourceConfig": nil, "dependsOn": []any{}, "cronExpression": nil,
			"cronTimezone": "UTC", "concurrencyPolicy": "skip", "maxConcurrentRuns": n("1"), "missedSchedulePolicy": "latest",
			"nextRunAt": nil, "lastScheduledAt": nil,
		}) {
			require.Equal(t, want, job[name], name)
		}
		require.Regexp(t, `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$`, job["createdAt"])
		described := a.do(t, request{as: contributor, to: "GET /workloads/jobs/" + id, status: 200})
		require.Equal(t, job, described.shown(t))
		require.Equal(t, object{"jobId": id, "latestJobRunId": nil, "teamIds": []any{teamA}}, described.object(t)["item"])

		a.do(t, request{to: "POST /workloads/jobs", body: jobBody("job"), status: 409, code: "job_key_taken"})
		a.do(t, request{as: contributor, to: "POST /workloads/jobs", body: jobBody("other"), status: 403, code: "forbidden"})
		scheduled := strings.Replace(jobBody("cron"), "{", `{"cronExpression":"0 2 * * *","cronTimezone":"America/New_York",`, 1)
		job = a.do(t, request{to: "POST /workloads/jobs", body: scheduled, status: 201}).object(t)
		require.Equal(t, []any{"0 2 * * *", "America/New_York"}, []any{job["cronExpression"], job["cronTimezone"]})
		require.NotNil(t, job["nextRunAt"])
		job = a.do(t, request{to: "PATCH /workloads/jobs/" + job["id"].(string), body: `{"status":"paused"}`, status: 200}).object(t)
		require.Nil(t, job["nextRunAt"])
	})
}

// The life of a draft.
func TestDrafts(t *testing.T) {
	on(t, func(t *testing.T, a *api) {
		job := "/workloads/jobs/" + a.create(t, "job")
		for _, to := range []string{"GET ", "DELETE ", "PATCH "} {
			a.do(t, request{to: to + job + "/draft", body: "{}", status: 404, code: "not_found"})
		}
		a.do(t, request{to: "POST " + job + "/draft/publish", status: 400, code: "no_draft"})
		a.do(t, request{to: "POST /workloads/jobs/ZZZZZZZZZZ/draft/publish", status: 404})

		a.do(t, request{to: "PATCH " + job, body: `{"description":"the job's"}`, status: 200})
		w := a.do(t, request{as: contributor, to: "POST " + job + "/draft", body: `{"timeoutSeconds":5}`, status: 201})
		require.Equal(t, job+"/draft", w.Header().Get("Location"))
		draft := w.object(t)
		for name, want := range (object{"version": n("2"), "basedOnVersion": n("1"), "status": "draft", "jobType": "sql",
			"memberId": "contributor", "description": "the job's", "timeoutSeconds": n("5")}) {
			require.Equal(t, want, draft[name], name)
		}
		require.Equal(t, n("2"), a.do(t, request{to: "GET " + job}).shown(t)["draftVersion"])
		a.do(t, request{to: "POST " + job + "/draft", status: 409, code: "draft_exists"})
		a.do(t, request{to: "POST " + job + "/versions", body: "{}", status: 409, code: "draft_exists"})
		a.do(t, request{to: "POST " + job + "/activate-version", body: `{"version":1}`, status: 409, code: "draft_exists"})
		a.do(t, request{to: "GET " + job + "/versions/2", status: 404})

		a.do(t, request{to: "PATCH " + job + "/draft", body: `{"clusterId":"OFF","dependsOn":[{"jobKey":"nope"}]}`, status: 200})
		a.do(t, request{to: "POST " + job + "/draft/publish", status: 400, code: "invalid", fields: []string{"clusterId", "dependsOn[0].jobKey"}})
		a.do(t, request{to: "DELETE " + job + "/draft", status: 204})

		draft = a.do(t, request{to: "POST " + job + "/draft", status: 201}).object(t)
		require.Equal(t, n("3"), draft["version"], "a discarded number is not used again")
		published := a.do(t, request{to: "POST " + job + "/draft/publish", status: 200}).object(t)
		require.Equal(t, []any{n("3"), n("3"), nil}, []any{published["version"], published["currentVersion"], published["draftVersion"]})
	})
}

// The life of versions.
func TestVersions(t *testing.T) {
	on(t, func(t *testing.T, a *api) {
		job := "/workloads/jobs/" + a.create(t, "job")
		w := a.do(t, request{to: "POST " + job + "/versions", body: `{"description":"two","cronExpression":"@daily"}`, status: 201})
		require.Equal(t, job+"/versions/2", w.Header().Get("Location"))
		version := w.object(t)
		require.Equal(t, []any{n("2"), n("1"), "published", "two"}, []any{version["version"], version["basedOnVersion"], version["status"], version["description"]})

		old := a.do(t, request{to: "GET " + job + "/versions/1", status: 200}).shown(t)
		require.Equal(t, []any{n("1"), n("2"), "", nil}, []any{old["version"], old["currentVersion"], old["description"], old["nextRunAt"]})
		now := a.do(t, request{to: "GET " + job + "/versions/2", status: 200}).shown(t)
		require.Equal(t, a.do(t, request{to: "GET " + job}).shown(t), now)
		require.NotNil(t, now["nextRunAt"])

		for version, status := range map[string]int{"1": 200, "2": 200, "3": 404, "0": 400, "-1": 400} {
			a.do(t, request{to: "POST " + job + "/activate-version", body: `{"version":` + version + `}`, status: status})
		}
		tag := a.do(t, request{to: "POST " + job + "/activate-version", body: `{"version":1}`, status: 200}).etag()
		again := a.do(t, request{to: "POST " + job + "/activate-version", body: `{"version":1}`, status: 200})
		require.Equal(t, tag, again.etag(), "activating the active version changes nothing")
		require.Equal(t, []any{""}, pick(again.object(t), "description"), "the activated version's description is the job's")
		a.do(t, request{to: "PATCH " + job, body: `{"version":2}`, status: 409, code: "version_mismatch"})
	})
}

// Grants.
func TestGrants(t *testing.T) {
	on(t, func(t *testing.T, a *api) {
		job := "/workloads/jobs/" + a.create(t, "job")
		a.do(t, request{as: ungranted, to: "GET " + job, status: 404})
		w := a.do(t, request{as: admin, to: "POST " + job + "/teams", body: `{"teamIds":["TEAMC","A1B2C3D4E5","TEAMC"]}`, status: 200})
		items := w.object(t)["items"].([]any)
		require.Len(t, items, 2, "one grant for each distinct team")
		require.Equal(t, []any{"TEAMC", "admin"}, []any{items[0].(object)["teamId"], items[0].(object)["createdBy"]})
		again := a.do(t, request{as: admin, to: "POST " + job + "/teams", body: `{"teamIds":["TEAMC","A1B2C3D4E5"]}`, status: 200})
		require.Equal(t, w.Body.String(), again.Body.String(), "idempotent")

		a.do(t, request{as: ungranted, to: "GET " + job, status: 200})
		a.do(t, request{as: admin, to: "DELETE " + job + "/teams/TEAMC", status: 204})
		a.do(t, request{as: ungranted, to: "GET " + job, status: 404})
		a.do(t, request{as: admin, to: "DELETE " + job + "/teams/TEAMC", status: 404})
		a.do(t, request{to: "DELETE " + job + "/teams/TEAMB", status: 204})
		a.do(t, request{to: "DELETE " + job + "/teams/A1B2C3D4E5", status: 409, code: "last_team"})
	})
}

// A grant that is taken away during traffic is gone with the next request.
func TestRevokedDuringTraffic(t *testing.T) {
	on(t, func(t *testing.T, a *api) {
		job := "/workloads/jobs/" + a.create(t, "job")
		for range 20 {
			a.do(t, request{to: "POST " + job + "/teams", body: `{"teamIds":["TEAMC"]}`, status: 200})
			var revoked atomic.Bool
			var readers sync.WaitGroup
			late := make([]int, 4)
			for i := range late {
				readers.Go(func() {
					for last := false; !last; {
						last = revoked.Load() // asked before the request begins
						late[i] = record(a, newRequest(request{as: ungranted, to: "GET " + job})).Code
					}
				})
			}
			a.do(t, request{to: "DELETE " + job + "/teams/TEAMC", status: 204})
			revoked.Store(true)
			readers.Wait()
			require.Equal(t, []int{404, 404, 404, 404}, late)
		}
	})
}

// A job that others depend on stays, under its key; who depends is said to
// those who may see it.
func TestDependents(t *testing.T) {
	on(t, func(t *testing.T, a *api) {
		up := "/workloads/jobs/" + a.create(t, "up")
		hidden := strings.NewReplacer(`"teamIds":["A1B2C3D4E5","TEAMB"]`, `"teamIds":["TEAMC"],"dependsOn":[{"jobKey":"up"}]`).Replace(jobBody("hidden"))
		down := a.do(t, request{to: "POST /workloads/jobs", body: hidden, status: 201}).object(t)["id"].(string)
		for to, body := range map[string]string{"DELETE " + up: "", "PATCH " + up: `{"jobKey":"renamed"}`} {
			require.Contains(t, a.do(t, request{to: to, body: body, status: 409, code: "has_dependents"}).Body.String(), "hidden")
			require.NotContains(t, a.do(t, request{as: admin, to: to, body: body, status: 409, code: "has_dependents"}).Body.String(), "hidden")
		}
		a.do(t, request{to: "POST " + up + "/versions", body: `{"dependsOn":[{"jobKey":"hidden"}]}`, status: 400, code: "invalid", fields: []string{"dependsOn"}})
		a.do(t, request{to: "POST " + up + "/versions", body: `{"dependsOn":[{"jobKey":"up"}]}`, status: 400, code: "invalid", fields: []string{"dependsOn"}})
		a.do(t, request{as: admin, to: "POST " + up + "/versions", body: `{"dependsOn":[{"jobKey":"hidden"}]}`, status: 400, code: "invalid", fields: []string{"dependsOn[0].jobKey"}})
		a.do(t, request{to: "DELETE /workloads/jobs/" + down, status: 204})
		a.do(t, request{to: "GET /workloads/jobs/" + down, status: 404})
		a.do(t, request{to: "DELETE " + up, status: 204})
	})
}
