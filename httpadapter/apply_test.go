package httpadapter_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// said is what an apply answered: of each job its key and action, the paths of
// its changes, and the fields of its errors.
func said(t testing.TB, w answer) (lines []string) {
	t.Helper()
	var body struct {
		Items []struct {
			JobKey, Action string
			Changes        []struct{ Path string }
			Errors         []struct {
				Field  *string
				Detail string
			}
		}
	}
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &body), w.Body.String())
	for _, item := range body.Items {
		line := item.JobKey + " " + item.Action
		for _, c := range item.Changes {
			line += " " + c.Path
		}
		for _, e := range item.Errors {
			require.NotRegexp(t, internals, e.Detail)
			if e.Field == nil {
				line += " !" + e.Detail
			} else {
				line += " !" + *e.Field
			}
		}
		lines = append(lines, line)
	}
	return lines
}

func documents(jobs ...string) string { return `{"jobs":[` + strings.Join(jobs, ",") + `]}` }

func TestApplyAndExport(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *World) {
		apply := func(body string) []string {
			return said(t, w.do(t, request{to: "POST /workloads/jobs/apply", body: body, status: 200}))
		}
		export := func() string { return w.do(t, request{to: "GET /workloads/jobs/export", status: 200}).Body.String() }
		require.Equal(t, `{"jobs":[]}`, export())
		member := func(body, more string) string { return strings.TrimSuffix(body, "}") + "," + more + "}" }
		first := documents(
			member(jobBody("b"), `"dependsOn":[{"jobKey":"a"}]`),
			member(jobBody("a"), `"labels":{"team/x":"1"},"status":"paused","pausedUntil":"2026-03-02T00:00:00Z"`),
			member(jobBody("c"), `"cronExpression":"@daily","parameters":{"day":"x"},"retry":{"maxAttempts":3}`))
		want := []string{"a created", "b created", "c created"}
		require.Equal(t, want, apply(strings.Replace(first, "{", `{"dryRun":true,`, 1)))
		require.Equal(t, `{"jobs":[]}`, export())
		require.Equal(t, want, apply(first))
		before := export()
		require.Contains(t, before, `"labels":{"team/x":"1"},"status":"paused","pausedUntil":"2026-03-02T00:00:00.000000Z"`)
		require.Equal(t, []string{"a unchanged", "b unchanged", "c unchanged"}, apply(before))
		require.Equal(t, before, export())

		edited := strings.NewReplacer(`"team/x":"1"`, `"y":"2"`, `"@daily"`, `"@hourly"`, `"2026-03-02T`, `"2026-03-03T`).Replace(before)
		require.Equal(t, []string{"a updated /pausedUntil /labels/team~1x /labels/y", "b unchanged", "c published /cronExpression"}, apply(edited))
		// What is left out is the default, and options may stand behind the jobs.
		pruned := strings.TrimSuffix(documents(jobBody("c")), "}") + `,"prune":true,"dryRun":`
		want = []string{
			"c published /cronExpression /retry /parameters/day", "b deleted", "a deleted",
		}
		require.Equal(t, want, apply(pruned+`true}`))
		require.Equal(t, want, apply(pruned+`false}`))
		require.Equal(t, []string{"c unchanged"}, apply(pruned+`true}`))
	})
}

// What others may not do is told job by job.
func TestApplyAsOthers(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *World) {
		w.create(t, "job")
		changed := strings.Replace(jobBody("job"), "select 1", "select 2", 1)
		for as, want := range map[string]string{
			viewer:      "job refused /config/sql/source !you need the role contributor in one of the job's teams (A1B2C3D4E5, TEAMB), and your highest there is viewer",
			contributor: "job published /config/sql/source",
			ungranted:   `job refused !to create a job you need the role contributor in each of its teams, and lack it in A1B2C3D4E5, TEAMB`,
			stranger:    "job created",
		} {
			got := said(t, w.do(t, request{as: as, to: "POST /workloads/jobs/apply", body: strings.Replace(documents(changed), "{", `{"dryRun":true,`, 1), status: 200}))
			require.Equal(t, []string{want}, got, as)
		}
		// A grant is an admin's to change, and what one does not see is taken.
		without := strings.Replace(changed, `,"TEAMB"`, "", 1)
		mine := strings.Replace(without, `"teamIds":["A1B2C3D4E5"]`, `"teamIds":["TEAMC"]`, 1)
		require.Equal(t, []string{"job refused /config/sql/source /teamIds !you need the role admin in one of the job's teams (A1B2C3D4E5, TEAMB), and your highest there is contributor"},
			said(t, w.do(t, request{as: contributor, to: "POST /workloads/jobs/apply", body: documents(without), status: 200})))
		require.Equal(t, []string{`job refused !another job of the organization has the key "job"`},
			said(t, w.do(t, request{as: ungranted, to: "POST /workloads/jobs/apply", body: documents(mine), status: 200})))
		require.Equal(t, `{"jobs":[]}`, w.do(t, request{as: ungranted, to: "GET /workloads/jobs/export", status: 200}).Body.String())
		require.Equal(t, `{"jobs":[]}`, w.do(t, request{as: stranger, to: "GET /workloads/jobs/export", status: 200}).Body.String())
		require.Equal(t, []string{"job published /config/sql/source /teamIds"},
			said(t, w.do(t, request{as: admin, to: "POST /workloads/jobs/apply", body: documents(without), status: 200})))
	})
}

// Faults are told all at once, each with the number of its job, and nothing is
// applied.
func TestApplyRefusesBodies(t *testing.T) {
	a := newMemoryAPI(t)
	good := jobBody("good")
	deep := strings.Repeat("[", 65) + strings.Repeat("]", 65)
	with := func(more string) string { return strings.TrimSuffix(jobBody("j"), "}") + "," + more + "}" }
	for _, row := range []request{
		{body: documents(good, `{"jobKey":5}`, `{"jobKey":"x","teamIds":["T"],"clusterId":"C","config":{"sql":{"source":""}},"cronExpression":"x"}`, `7`, with(`"labels":{"A":"x"}`)), code: "invalid",
			fields: []string{"jobs[1].jobKey", "jobs[2].config.sql.source", "jobs[2].cronExpression", "jobs[3]", "jobs[4].labels"}},
		{body: documents(good, good), code: "invalid", fields: []string{"jobs[1].jobKey"}},
		{body: documents(good, with(`"pausedUntil":"2030-01-01T00:00:00Z"`)), code: "invalid", fields: []string{"jobs[1].pausedUntil"}},
		{body: documents(good, with(`"status":"paused","pausedUntil":"soon"`)), code: "invalid", fields: []string{"jobs[1].pausedUntil"}},
		{body: documents(good, with(`"status":"paused","pausedUntil":""`)), code: "invalid", fields: []string{"jobs[1].pausedUntil"}},
		{body: documents(good, with(`"status":"paused","pausedUntil":"soon","labels":{"A":"x"},"cronExpression":"x"`)), code: "invalid",
			fields: []string{"jobs[1].pausedUntil", "jobs[1].labels", "jobs[1].cronExpression"}},
		{body: documents(good, with(`"id":"X"`)), code: "invalid", fields: []string{"jobs[1].id"}},
		{body: documents(good, with(`"labels":`+deep)), code: "invalid", fields: []string{"jobs[1]"}},
		{body: documents(good, with(`"labels":null,"labels":null`)), code: "malformed_body", fields: []string{"jobs[1].labels"}},
		{body: documents(good) + "{}", code: "malformed_body"},
		{body: `{"jobs":[` + good, code: "malformed_body"},
		{body: `{"jobs":{}}`, code: "malformed_body", fields: []string{"jobs"}},
		{body: `{"jobs":[],"prune":1}`, code: "malformed_body", fields: []string{"prune"}},
		{body: `{"jobs":[],"prune":true}`, code: "invalid", fields: []string{"jobs"}},
		{body: `{"prune":true}`, code: "invalid", fields: []string{"jobs"}},
		{body: `{"jobs":[` + strings.Repeat("[", 50_000), code: "malformed_body"},
		{body: documents(good, strings.Replace(jobBody("long"), "select 1", strings.Repeat("x", 3<<20), 1)), code: "malformed_body", fields: []string{"jobs[1]"}},
		{body: documents(good, with(`"labels":{`+strings.Repeat(`"a":"b",`, 40_000)+`"z":""}`)), code: "malformed_body", fields: []string{"jobs[1].labels.a"}},
	} {
		row.name, row.to, row.status = row.body[:min(len(row.body), 80)], "POST /workloads/jobs/apply", 400
		a.do(t, row)
	}
	a.do(t, request{to: "POST /workloads/jobs/apply?x=1", body: documents(good), status: 400, code: "invalid", fields: []string{"x"}})
	require.Equal(t, `{"jobs":[]}`, a.do(t, request{to: "GET /workloads/jobs/export", status: 200}).Body.String())

	faults := a.do(t, request{to: "POST /workloads/jobs/apply", body: documents(strings.Repeat("{},", 5000) + "{}"), status: 400}).problem(t).Errors
	require.Len(t, faults, 1001)
}

// Two clients that apply the same make each job once.
func TestRacingApplies(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *World) {
		var docs []string
		for i := range 20 {
			body := jobBody(fmt.Sprintf("job-%02d", i))
			if i > 0 {
				body = strings.TrimSuffix(body, "}") + fmt.Sprintf(`,"dependsOn":[{"jobKey":"job-%02d"}]}`, i-1)
			}
			docs = append(docs, body)
		}
		answers := make(chan answer)
		for range 3 {
			go func() {
				answers <- record(w, newRequest(request{to: "POST /workloads/jobs/apply", body: documents(docs...)}))
			}()
		}
		count := map[string]int{}
		for range 3 {
			for _, line := range said(t, <-answers) {
				count[line]++
			}
		}
		for i := range 20 {
			require.Equal(t, 1, count[fmt.Sprintf("job-%02d created", i)], count)
			require.Equal(t, 2, count[fmt.Sprintf("job-%02d unchanged", i)], count)
		}
	})
}

// An export of others' jobs, by everyone who may see them.
func TestExportShowsWhatOneSees(t *testing.T) {
	a := newMemoryAPI(t)
	a.create(t, "b")
	a.create(t, "a")
	for as, want := range map[string]int{viewer: 2, ungranted: 0, owner: 2, stranger: 0} {
		var body struct{ Jobs []object }
		require.NoError(t, json.Unmarshal(a.do(t, request{as: as, to: "GET /workloads/jobs/export", status: 200}).Body.Bytes(), &body))
		require.Len(t, body.Jobs, want)
	}
}
