package jobs_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// What may not be done is refused job by job, and the rest is done.
func TestApplyRefusesJobs(t *testing.T) {
	d, err := teams.NewStatic(teams.Organization{
		ID: org, Teams: []teams.Team{{ID: "T1"}, {ID: "T2"}},
		Clusters: []teams.Cluster{{ID: "C1", Active: true}, {ID: "OFF"}},
	})
	require.NoError(t, err)
	w := newWorld(t, &jobs.Options{Directory: d})
	w.apply(w.Actor, nil, doc("shared"), doc("secret", inTeams("T2")), doc("drafted"), doc("used"), doc("user", dependsOn("used")))
	w.draft(w.byKey("drafted").ID, versions.Patch{TimeoutSeconds: new(7)})
	contributor, viewer := member("c", teams.Contributor, "T1"), member("v", teams.Viewer, "T1")
	const (
		viewing  = " : you need the role contributor in one of the job's teams (T1), and your highest there is viewer"
		granting = " : you need the role admin in one of the job's teams (T1), and your highest there is contributor"
		creating = "new refused : to create a job you need the role contributor in each of its teams, and lack it in "
		cluster  = `shared refused /clusterId clusterId: names no cluster of the organization`
	)
	off := func(id string) func(*jobs.NewJob) { return func(j *jobs.NewJob) { j.ClusterID = id } }
	for _, tc := range []struct {
		name  string
		actor teams.Actor
		doc   jobs.NewJob
		want  string
	}{
		{"a viewer changes", viewer, doc("shared", timeout(5)), "shared refused /timeoutSeconds" + viewing},
		{"a viewer describes", viewer, doc("shared", described("x")), "shared refused /description" + viewing},
		{"a viewer creates", viewer, doc("new"), creating + "T1"},
		{"a viewer changes nothing", viewer, doc("shared"), "shared unchanged"},
		{"teams are an admin's", contributor, doc("shared", inTeams("T1", "T2")), "shared refused /teamIds" + granting},
		{"a team that is foreign", w.Actor, doc("shared", inTeams("T1", "T9")), `shared refused /teamIds teamIds: "T9" names no team of the organization`},
		{"a new job of a foreign team", w.Actor, doc("new", inTeams("T9")), "new refused teamIds[0]: names no team of the organization"},
		{"a new job of a team that is not one's own", contributor, doc("new", inTeams("T2")), creating + "T2"},
		{"a key that is taken out of sight", contributor, doc("secret"), `secret refused : another job of the organization has the key "secret"`},
		{"a key that is taken out of sight, and more", contributor, doc("secret", off("C9")), `secret refused clusterId: names no cluster of the organization`},
		{"a cluster that is not there", w.Actor, doc("shared", off("C9")), cluster},
		{"a dependency out of sight", contributor, doc("shared", dependsOn("secret")), "shared refused /dependsOn dependsOn[0].jobKey: names no job of the organization"},
		{"a cycle with what is there", w.Actor, doc("used", dependsOn("user")), "used refused /dependsOn dependsOn: must not lead back to the job itself"},
		{"a draft in the way", w.Actor, doc("drafted", timeout(5)), "drafted refused /timeoutSeconds : the job has a draft, version 2: publish or discard it first"},
		{"a draft, and the same definition", w.Actor, doc("drafted"), "drafted unchanged"},
	} {
		for _, dry := range []bool{true, false} {
			require.Equal(t, []string{tc.want}, w.apply(tc.actor, &jobs.ApplyOptions{DryRun: dry}, tc.doc), tc.name)
		}
	}
	require.Equal(t, []string{"drafted updated /status"}, w.apply(w.Actor, nil, doc("drafted", withStatus(jobs.Paused))))
	require.NotZero(t, w.byKey("drafted").DraftVersion)
	// The rest goes on.
	require.Equal(t, []string{"shared refused /timeoutSeconds" + viewing, "drafted unchanged"},
		w.apply(viewer, nil, doc("shared", timeout(5)), doc("drafted", withStatus(jobs.Paused))))
}

// Prune covers what the actor sees and may delete, dependents first.
func TestPrune(t *testing.T) {
	w := newWorld(t, nil)
	docs := []jobs.NewJob{
		doc("a"), doc("b", dependsOn("a")), doc("c", dependsOn("b")), doc("keep"), doc("used"), doc("user", dependsOn("used")),
		doc("other", inTeams("T2")), doc("foreign-user", dependsOn("a2"), inTeams("T2")), doc("a2"),
	}
	w.apply(w.Actor, nil, docs...)
	admin := member("adm", teams.Admin, "T1")
	prune := func(actor teams.Actor, dry bool) []string {
		return w.apply(actor, &jobs.ApplyOptions{Prune: true, DryRun: dry}, doc("keep"), doc("user", dependsOn("used")))
	}
	for _, actor := range []teams.Actor{member("c", teams.Contributor, "T1"), member("x", teams.Admin, "T3")} {
		for _, line := range prune(actor, false) {
			require.NotContains(t, line, "deleted")
		}
	}
	require.Len(t, w.exported(w.Actor), len(docs))
	want := []string{
		"keep unchanged", "user unchanged", "a2 refused : other jobs depend on this job",
		"c deleted", "b deleted", "a deleted", "used refused : other jobs depend on this job: user",
	}
	require.Equal(t, want, prune(admin, true))
	require.Len(t, w.exported(w.Actor), len(docs), "a dry run")
	require.Equal(t, want, prune(admin, false))
	var left []string
	for _, d := range w.exported(w.Actor) {
		left = append(left, d.Key)
	}
	require.Equal(t, []string{"a2", "foreign-user", "keep", "other", "used", "user"}, left)
}

// A dry run says what would be done, of what it would have done already.
func TestDryRunsForesee(t *testing.T) {
	w := newWorld(t, nil)
	w.apply(w.Actor, nil, doc("a", dependsOn("b")), doc("b"), doc("old", dependsOn("b")))
	dry := &jobs.ApplyOptions{DryRun: true, Prune: true}
	// The edge turns, a new job stands between, and the old one goes.
	next := []jobs.NewJob{doc("a"), doc("new", dependsOn("a")), doc("b", dependsOn("new"))}
	want := []string{"a published /dependsOn", "new created", "b published /dependsOn", "old deleted"}
	// A dependent that comes with the documents keeps what would be pruned.
	require.Equal(t, []string{"a unchanged", "z created", "old refused : other jobs depend on this job: z", "b refused : other jobs depend on this job: a, old"},
		w.apply(w.Actor, dry, doc("a", dependsOn("b")), doc("z", dependsOn("old"))))
	// A cycle through a job that would be created.
	require.Equal(t, []string{"n created", "b refused /dependsOn dependsOn: must not lead back to the job itself"},
		w.apply(w.Actor, &jobs.ApplyOptions{DryRun: true}, doc("n", dependsOn("a")), doc("b", dependsOn("n"))))
	before := w.exported(w.Actor)
	require.Equal(t, want, w.apply(w.Actor, dry, next...))
	require.Equal(t, before, w.exported(w.Actor))
	require.Len(t, w.journal(), 3)
	require.Equal(t, want, w.apply(w.Actor, &jobs.ApplyOptions{Prune: true}, next...))
	require.Equal(t, []string{"a unchanged", "new unchanged", "b unchanged"}, w.apply(w.Actor, dry, next...))
}
