package httpadapter_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/teams"
	"github.com/stretchr/testify/require"
)

// allowed says of each operation how it is asked, and what its success is. An
// operation that is not listed fails the matrix.
var allowed = map[string]struct {
	body   string
	status int
	draft  bool   // a draft is there
	cron   bool   // the job has a schedule
	held   bool   // the organization is held
	run    string // what the run of the path is: held or ended; else there is none
}{
	"listMyJobs":      {status: 200},
	"listJobs":        {status: 200},
	"createJob":       {status: 201, body: `{"jobKey":"new","clusterId":"A1B2C3D4E5","config":{"sql":{"source":"x"}},"teamIds":["A1B2C3D4E5"]}`},
	"describeJob":     {status: 200},
	"deleteJob":       {status: 204},
	"updateJob":       {status: 200, body: `{"description":"changed"}`},
	"activateVersion": {status: 200, body: `{"version":1}`},
	"describeDraft":   {status: 200, draft: true},
	"createDraft":     {status: 201},
	"discardDraft":    {status: 204, draft: true},
	"updateDraft":     {status: 200, body: `{"timeoutSeconds":5}`, draft: true},
	"publishDraft":    {status: 200, draft: true},
	"listJobTeams":    {status: 200},
	"grantTeams":      {status: 200, body: `{"teamIds":["TEAMC"]}`},
	"revokeTeam":      {status: 204},
	"listVersions":    {status: 200},
	"publishVersion":  {status: 201, body: `{"timeoutSeconds":5}`},
	"describeVersion": {status: 200},
	"listTeamJobs":    {status: 200},
	"listClusterJobs": {status: 200},

	"describeMe":      {status: 200},
	"showGraph":       {status: 200},
	"listMyRuns":      {status: 200},
	"listRuns":        {status: 200},
	"createRun":       {status: 201, body: `{"hold":true}`},
	"describeRun":     {status: 200, run: "held"},
	"deleteRun":       {status: 204, run: "ended"},
	"releaseRun":      {status: 200, run: "held"},
	"cancelRun":       {status: 200, run: "held"},
	"retryRun":        {status: 201, run: "ended"},
	"reportRun":       {status: 200, run: "held", body: `{"status":"running"}`},
	"listTicks":       {status: 200},
	"previewSchedule": {status: 200},
	"applyJobs":       {status: 200, body: `{"jobs":[{"jobKey":"new","clusterId":"A1B2C3D4E5","config":{"sql":{"source":"x"}},"teamIds":["A1B2C3D4E5"]}]}`},
	"exportJobs":      {status: 200},
	"listFires":       {status: 200},

	"previewExpression": {status: 200, body: `{"cronExpression":"@daily"}`},
	"diffVersions":      {status: 200},
	"diffDraft":         {status: 200, draft: true},
	"backfillJob":       {status: 200, cron: true, body: `{"from":"2026-01-01T00:00:00Z","until":"2026-01-01T00:00:01Z"}`},
	"resetSchedule":     {status: 200},
	"listMyEvents":      {status: 200},
	"listEvents":        {status: 200},
	"describeHold":      {status: 200},
	"setHold":           {status: 200, body: `{"reason":"deploy"}`},
	"liftHold":          {status: 204, held: true},
}

// actors are the columns of the matrix, with the role that each has on the job.
var actors = []struct {
	token string
	role  teams.Role
}{
	{"-", teams.None},
	{stranger, teams.None},
	{ungranted, teams.None},
	{viewer, teams.Viewer},
	{contributor, teams.Contributor},
	{admin, teams.Admin},
	{owner, teams.Admin},
}

// expected is the status of one cell.
func expected(route httpadapter.RouteInfo, token string, role teams.Role, success int) int {
	onJob := strings.Contains(route.Pattern, "{job}")
	switch {
	case token == "-":
		return http.StatusUnauthorized
	case route.Needs == "":
		return http.StatusNotFound // no member's token is that of a dispatch
	case route.Needs == teams.Create && token == stranger:
		return success // in its own organization
	case route.Needs == teams.Hold && token != owner && token != stranger:
		return http.StatusForbidden // an admin of all teams only, in its own organization
	case !onJob && (route.Needs == teams.View || route.Needs == teams.Hold):
		return success // and what is listed is looked at below
	case onJob && role == teams.None:
		return http.StatusNotFound
	case !role.Permits(route.Needs):
		return http.StatusForbidden
	}
	return success
}

// pathOf fills in a pattern. A run that is not given is one that does not exist.
func pathOf(pattern, job string, run ...string) string {
	run = append(run, "NORUN")
	return strings.NewReplacer("{job}", job, "{jobRun}", run[0], "{team}", teamA, "{cluster}", cluster, "{jobVersionNumber}", "1", "{otherVersionNumber}", "1").Replace(pattern)
}

// arrange makes what an operation is asked about: the draft of a job, and a run,
// which it names.
func (a *api) arrange(t testing.TB, job, operation string) (run string) {
	t.Helper()
	ask := allowed[operation]
	if ask.draft {
		a.do(t, request{to: "POST /workloads/jobs/" + job + "/draft", status: 201})
	}
	if ask.cron {
		a.do(t, request{to: "POST /workloads/jobs/" + job + "/versions", body: `{"cronExpression":"@hourly"}`, status: 201})
	}
	if ask.held {
		a.do(t, request{to: "PUT /workloads/hold", body: `{"reason":"deploy"}`, status: 200})
	}
	if ask.run == "" {
		return "NORUN"
	}
	run = a.do(t, request{to: "POST /workloads/jobs/" + job + "/runs", body: `{"hold":true}`, status: 201}).object(t)["id"].(string)
	if ask.run == "ended" {
		a.do(t, request{to: "POST /workloads/jobs/" + job + "/runs/" + run + "/cancel", status: 200})
	}
	return run
}

// Access is decided alike on every route, for everyone, and what is refused has
// no effect.
func TestAccessMatrix(t *testing.T) {
	for _, route := range httpadapter.Routes() {
		ask, listed := allowed[route.Name]
		require.Truef(t, listed, "%s %s: a new route must be listed", route.Method, route.Pattern)
		for _, actor := range actors {
			t.Run(route.Name+"/"+actor.token, func(t *testing.T) {
				a := newMemoryAPI(t)
				job := a.create(t, "secret")
				run := a.arrange(t, job, route.Name)
				before := a.do(t, request{to: "GET /workloads/jobs/" + job, status: 200}).Body.String()
				status := expected(route, actor.token, actor.role, ask.status)
				w := a.do(t, request{as: actor.token, to: route.Method + " " + pathOf(route.Pattern, job, run), body: ask.body, status: status})
				if actor.role == teams.None && route.Needs == teams.View {
					require.NotContains(t, w.Body.String(), "secret")
					require.NotContains(t, w.Body.String(), job)
				}
				if status >= 400 {
					after := a.do(t, request{to: "GET /workloads/jobs/" + job, status: 200}).Body.String()
					require.Equal(t, before, after)
				}
			})
		}
	}
}

// What the actor may not see is answered with the bytes of what does not exist,
// headers included, whatever the request looks like.
func TestHiddenIsAbsent(t *testing.T) {
	a := newMemoryAPI(t)
	job := a.create(t, "secret")
	run := a.do(t, request{to: "POST /workloads/jobs/" + job + "/runs", body: `{"hold":true}`, status: 201}).object(t)["id"].(string)
	a.do(t, request{to: "POST /workloads/jobs/" + job + "/draft", status: 201})
	tag := a.do(t, request{to: "GET /workloads/jobs/" + job, status: 200}).etag()
	bodies := []string{"", "{", "null", `{"unknown":1}`, `{"teamIds":[]}`, `{"version":1}`, `{"jobKey":"secret"}`, `{"dependsOn":[{"jobKey":"secret"}]}`, `{"hold":true}`, `{"status":"running"}`}
	headers := []map[string]string{nil, {"If-Match": tag}, {"If-Match": "*"}, {"If-Match": "oops"}, {"If-None-Match": tag}, {"Idempotency-Key": "k"}, {"Idempotency-Key": ""}}
	for _, route := range httpadapter.Routes() {
		if !strings.Contains(route.Pattern, "{job}") {
			continue
		}
		for _, as := range []string{ungranted, stranger} {
			for _, body := range append(bodies, allowed[route.Name].body) {
				for _, header := range headers {
					ask := func(id string) answer {
						return a.do(t, request{as: as, to: route.Method + " " + pathOf(route.Pattern, id, run), body: body, header: header})
					}
					hidden, absent := ask(job), ask("ZZZZZZZZZZ")
					require.Equal(t, absent.Code, hidden.Code)
					require.Equal(t, absent.Body.String(), hidden.Body.String())
					require.Equal(t, absent.Header(), hidden.Header())
					require.NotEqual(t, 412, hidden.Code)
					require.GreaterOrEqual(t, hidden.Code, 400)
				}
			}
		}
	}
}

// A malformed ID in a path is the common 404, on every route and for everyone.
func TestMalformedIDs(t *testing.T) {
	a := newMemoryAPI(t)
	want := a.do(t, request{to: "GET /workloads/jobs/ZZZZZZZZZZ", status: 404, code: "not_found"}).Body.String()
	odd := []string{"abc", "a%20b", "%2e%2e", "%00", "%0d%0a", "A%2FB", "%C3%A9", "%ff", "ABCDEFGHIJKLMNOPQRSTU", "-", "*", "A;B", "A%3fB"}
	for _, route := range httpadapter.Routes() {
		if !strings.Contains(route.Pattern, "{job}") {
			continue
		}
		for _, id := range odd {
			w := a.do(t, request{to: route.Method + " " + pathOf(route.Pattern, id), body: allowed[route.Name].body, status: 404})
			require.Equal(t, want, w.Body.String())
		}
	}
	job := a.create(t, "job")
	for _, route := range httpadapter.Routes() {
		if !strings.Contains(route.Pattern, "{jobRun}") {
			continue
		}
		for _, id := range odd {
			w := a.do(t, request{to: route.Method + " " + pathOf(route.Pattern, job, id), body: allowed[route.Name].body, status: 404})
			require.Equal(t, want, w.Body.String())
		}
	}
	for _, number := range []string{"0", "-1", "01", "1.0", "x", "2147483648", "99999999999999999999", "+1", "%31%00"} {
		w := a.do(t, request{to: "GET /workloads/jobs/" + job + "/versions/" + number, status: 404})
		require.Equal(t, want, w.Body.String())
	}
	for _, to := range []string{"GET /workloads/teams/a%20b/jobs", "GET /workloads/teams/../jobs", "GET /workloads/teams/%2e/jobs", "GET /workloads/clusters/a%2Fb/jobs", "DELETE /workloads/jobs/" + job + "/teams/a%20b"} {
		require.Equal(t, want, a.do(t, request{to: to, status: 404}).Body.String())
	}
}

// A list for an unknown or foreign team or cluster is empty.
func TestEmptyLists(t *testing.T) {
	a := newMemoryAPI(t)
	a.create(t, "job")
	const empty = `{"total":0,"items":[],"included":{"jobs":[],"jobRuns":[],"teams":[]}}`
	for _, to := range []string{"GET /workloads/teams/NOPE/jobs", "GET /workloads/clusters/NOPE/jobs", "GET /workloads/teams/TEAMC/jobs"} {
		require.Equal(t, empty, a.do(t, request{to: to, status: 200}).Body.String())
	}
	for _, to := range []string{"GET /me/jobs", "GET /workloads/jobs", "GET /workloads/teams/A1B2C3D4E5/jobs", "GET /workloads/clusters/A1B2C3D4E5/jobs"} {
		require.Equal(t, empty, a.do(t, request{as: stranger, to: to, status: 200}).Body.String())
		require.Equal(t, empty, a.do(t, request{as: ungranted, to: to, status: 200}).Body.String())
	}
}

// The identity source is asked for every request, and its failures are its own.
func TestAuthentication(t *testing.T) {
	a := newMemoryAPI(t)
	for _, route := range httpadapter.Routes() {
		to := route.Method + " " + pathOf(route.Pattern, "JOB")
		w := a.do(t, request{as: "-", to: to, status: 401, code: "unauthenticated"})
		require.Equal(t, "Bearer", w.Header().Get("WWW-Authenticate"))
		if route.Needs == "" {
			continue // is not asked about
		}
		w = a.do(t, request{as: "source-is-down", to: to, body: "{", status: 503, code: "unavailable"})
		require.NotEmpty(t, w.Header().Get("Retry-After"))
		require.NotContains(t, w.Body.String(), "marker")
	}
}
