package httpadapter_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
)

// Whoever sees the job is told what is missing, and to whom it is refused which
// role it needs.
func TestRefusals(t *testing.T) {
	on(t, func(t *testing.T, a *api) {
		job := "/workloads/jobs/" + a.create(t, "job")
		run := a.do(t, request{to: "POST " + job + "/runs", body: `{"hold":true}`, status: 201}).object(t)["id"].(string)
		const contributorNeeded = "you need the role contributor in one of the job's teams (A1B2C3D4E5, TEAMB), and your highest there is viewer"
		const adminNeeded = "you need the role admin in one of the job's teams (A1B2C3D4E5, TEAMB), and your highest there is "
		for _, row := range []struct {
			as, to, body string
			status       int
			detail       string
		}{
			{viewer, "PATCH " + job, `{"description":"x"}`, 403, contributorNeeded},
			{viewer, "POST " + job + "/draft", "", 403, contributorNeeded},
			{viewer, "POST " + job + "/runs", "", 403, contributorNeeded},
			{viewer, "POST " + job + "/runs/NORUN/ready", "", 403, contributorNeeded},
			{contributor, "DELETE " + job, "", 403, adminNeeded + "contributor"},
			{viewer, "DELETE " + job + "/runs/" + run, "", 403, adminNeeded + "viewer"},
			{contributor, "POST " + job + "/teams", `{"teamIds":["TEAMC"]}`, 403, adminNeeded + "contributor"},
			{contributor, "POST /workloads/jobs", jobBody("new"), 403, "to create a job you need the role contributor in each of its teams, and lack it in TEAMB"},
			{owner, "GET " + job + "/draft", "", 404, "the job has no draft"},
			{owner, "PATCH " + job + "/draft", "{}", 404, "the job has no draft"},
			{owner, "DELETE " + job + "/draft", "", 404, "the job has no draft"},
			{owner, "POST " + job + "/draft/publish", "", 400, "the job has no draft"},
			{owner, "GET " + job + "/preview?draft=true", "", 404, "the job has no draft"},
			{owner, "GET " + job + "/versions/9", "", 404, "version 9 does not exist"},
			{owner, "POST " + job + "/activate-version", `{"version":9}`, 404, "version 9 does not exist"},
			{viewer, "GET " + job + "/runs/NORUN", "", 404, "the job has no run NORUN"},
			{owner, "POST " + job + "/runs/NORUN/ready", "", 404, "the job has no run NORUN"},
			{owner, "POST " + job + "/runs/NORUN/cancel", "", 404, "the job has no run NORUN"},
			{owner, "POST " + job + "/runs/NORUN/retry", "", 404, "the job has no run NORUN"},
			{owner, "DELETE " + job + "/runs/NORUN", "", 404, "the job has no run NORUN"},
			{owner, "DELETE " + job + "/runs/" + run, "", 409, "the run is pending: only a run that has ended can be deleted"},
			{owner, "POST " + job + "/runs/" + run + "/retry", "", 409, "the run is pending: only a run that has ended can be retried"},
			{owner, "DELETE " + job + "/teams/TEAMC", "", 404, `the job is not granted to the team "TEAMC"`},
		} {
			require.Equal(t, row.detail, a.do(t, request{as: row.as, to: row.to, body: row.body, status: row.status}).problem(t).Detail, row.to)
		}
		a.do(t, request{to: "POST " + job + "/draft", status: 201})
		detail := a.do(t, request{to: "GET " + job + "/versions/2", status: 404}).problem(t).Detail
		require.Equal(t, "version 2 is the draft: it is not published", detail)
	})
}

// What is wrong with several fields is said at once.
func TestAllFaultsAtOnce(t *testing.T) {
	a := newMemoryAPI(t)
	body := strings.Replace(jobBody(" job"), "{", `{"cronExpression":"61 * * * *","cronTimezone":"Mars/Base","concurrencyPolicy":"maybe","timeoutSeconds":-1,"status":"gone",`, 1)
	fields := []string{"jobKey", "status", "timeoutSeconds", "concurrencyPolicy", "cronExpression", "cronTimezone"}
	got := a.do(t, request{to: "POST /workloads/jobs", body: body, status: 400, code: "invalid"}).problem(t)
	var names []string
	for _, e := range got.Errors {
		names = append(names, e.Field)
	}
	require.ElementsMatch(t, fields, names)
	job := "/workloads/jobs/" + a.create(t, "job")
	a.do(t, request{to: "PATCH " + job, body: `{"one":1,"jobKey":"x","two":{"three":3}}`, status: 400, code: "malformed_body", fields: []string{"one", "two"}})
	a.do(t, request{to: "PATCH " + job, body: `{"one":1,"jobKey":5}`, status: 400, code: "malformed_body", fields: []string{"one", "jobKey"}})
	a.do(t, request{to: "POST " + job + "/draft", body: `{"cronExpression":"61 * * * *","cronTimezone":"Mars/Base"}`, status: 400, code: "invalid", fields: []string{"cronExpression", "cronTimezone"}})
	a.do(t, request{to: "PATCH " + job, body: `{"jobKey":"","status":"gone","description":"` + strings.Repeat("x", 1024) + `"}`, status: 400, code: "invalid", fields: []string{"jobKey", "status", "description"}})
}

// A policy that refuses what the role permits is said to be the reason.
func TestRefusalsByAPolicy(t *testing.T) {
	policy := func(_ context.Context, a jobs.Access) (bool, error) { return a.Allowed && a.Action == teams.View, nil }
	store := memory.New()
	job := "/workloads/jobs/" + newAPI(t, store, nil).create(t, "job")
	a := newAPIOn(t, jobs.Options{Policy: policy}, store, nil)
	detail := a.do(t, request{to: "DELETE " + job, status: 403, code: "forbidden"}).problem(t).Detail
	require.Equal(t, "your role permits it, but a policy of this service does not", detail)
	detail = a.do(t, request{to: "POST /workloads/jobs", body: jobBody("new"), status: 403}).problem(t).Detail
	require.Equal(t, "your roles permit it, but a policy of this service does not", detail)
}
