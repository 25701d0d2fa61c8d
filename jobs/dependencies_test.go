package jobs_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

func TestCyclesAreRefused(t *testing.T) {
	w := newWorld(t, nil)
	a := w.create("a")
	w.create("b", dependsOn("a"))
	w.create("c", dependsOn("b"))
	w.create("d", dependsOn("a", "c"))
	for _, keys := range [][]string{{"a"}, {"b"}, {"c"}, {"d"}} {
		_, err := w.PublishVersion(w.ctx, w.Actor, a.ID, versions.Patch{DependsOn: new(keys)})
		requireField(t, "dependsOn", err)
	}
	w.create("free")
	w.publish(a.ID, versions.Patch{DependsOn: new([]string{"free"})})
}

func TestADraftsReferencesAreCheckedWhenItIsPublished(t *testing.T) {
	directory, err := teams.NewStatic(teams.Organization{
		ID: org, Teams: []teams.Team{{ID: "T1"}}, Clusters: []teams.Cluster{{ID: "C1", Active: true}},
	})
	require.NoError(t, err)
	w := newWorld(t, &jobs.Options{Directory: directory})
	job := w.create("a")
	w.draft(job.ID, versions.Patch{DependsOn: new([]string{"later"}), ClusterID: new("C2")})

	_, err = w.PublishDraft(w.ctx, w.Actor, job.ID)
	var errs versions.FieldErrors
	require.ErrorAs(t, err, &errs)
	require.Len(t, errs, 2)
	require.Equal(t, "clusterId", errs[0].Field)
	require.Equal(t, "dependsOn[0].jobKey", errs[1].Field)

	w.create("later")
	_, err = w.UpdateDraft(w.ctx, w.Actor, job.ID, versions.Patch{ClusterID: new("C1")})
	require.NoError(t, err)
	_, err = w.PublishDraft(w.ctx, w.Actor, job.ID)
	require.NoError(t, err)
}

func TestDependenciesThatTheActorMayNotSeeDoNotExistForIt(t *testing.T) {
	w := newWorld(t, nil)
	w.create("hidden", func(j *jobs.NewJob) { j.TeamIDs = []string{"T2"} })
	actor := member("M", teams.Contributor, "T1")
	create := func(key string) error {
		_, err := w.CreateJob(w.ctx, actor, jobs.NewJob{
			Definition: versions.Definition{ClusterID: "C1", Config: sql("x"), DependsOn: []string{key}}, Key: "new", TeamIDs: []string{"T1"},
		})
		return err
	}
	require.Equal(t, create("missing"), create("hidden"))
}

func TestAJobThatOthersDependOnStays(t *testing.T) {
	w := newWorld(t, nil)
	up := w.create("up", func(j *jobs.NewJob) { j.TeamIDs = []string{"T1", "T2"} })
	down := w.create("down", dependsOn("up"))
	hidden := w.create("hidden", dependsOn("up"), func(j *jobs.NewJob) { j.TeamIDs = []string{"T2"} })
	admin := member("M", teams.Admin, "T1")

	conflict := requireConflict(t, jobs.ConflictDependents, w.DeleteJob(w.ctx, admin, up.ID))
	require.Equal(t, []string{"down"}, conflict.JobKeys, "only those that the actor may see are named")
	require.NotContains(t, conflict.Detail, "hidden")
	_, err := w.UpdateJob(w.ctx, admin, up.ID, jobs.JobPatch{Key: new("renamed")})
	requireConflict(t, jobs.ConflictDependents, err)

	w.publish(down.ID, versions.Patch{DependsOn: new([]string{})})
	require.NoError(t, w.DeleteJob(w.ctx, w.Actor, hidden.ID))
	_, err = w.UpdateJob(w.ctx, admin, up.ID, jobs.JobPatch{Key: new("renamed")})
	require.NoError(t, err)
	require.NoError(t, w.DeleteJob(w.ctx, admin, up.ID))
}

func TestARenameThatADependentOvertakesIsRefused(t *testing.T) {
	store := &faults{Store: memory.New()}
	w := newWorldOn(t, store, nil)
	up := w.create("up")
	overtaken := false
	store.before = func() error {
		if !overtaken { // between the decision to rename and its commit
			overtaken = true
			w.create("down", dependsOn("up"))
		}
		return nil
	}
	_, err := w.UpdateJob(w.ctx, w.Actor, up.ID, jobs.JobPatch{Key: new("renamed")})
	requireConflict(t, jobs.ConflictDependents, err)
	require.Equal(t, "up", w.job(up.ID).Key)
}

func TestActivatingAVersionWhoseDependencyIsGone(t *testing.T) {
	w := newWorld(t, nil)
	up := w.create("up")
	down := w.create("down", dependsOn("up"))
	w.publish(down.ID, versions.Patch{DependsOn: new([]string{})})
	require.NoError(t, w.DeleteJob(w.ctx, w.Actor, up.ID))

	_, err := w.ActivateVersion(w.ctx, w.Actor, down.ID, 1)

	requireField(t, "dependsOn[0].jobKey", err)
	require.Equal(t, 2, w.job(down.ID).CurrentVersion)
}

func TestActivatingAVersionThatWouldCloseACycle(t *testing.T) {
	w := newWorld(t, nil)
	w.create("b")
	a := w.create("a", dependsOn("b"))
	w.publish(a.ID, versions.Patch{DependsOn: new([]string{})})
	b, err := w.ListJobs(w.ctx, w.Actor, jobs.JobQuery{SortByKey: true, Descending: true})
	require.NoError(t, err)
	w.publish(b.Jobs[0].ID, versions.Patch{DependsOn: new([]string{"a"})})

	_, err = w.ActivateVersion(w.ctx, w.Actor, a.ID, 1)

	requireField(t, "dependsOn", err)
}

func TestDeletedJobsAreGone(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("daily")
	w.publish(job.ID, versions.Patch{})
	require.NoError(t, w.DeleteJob(w.ctx, w.Actor, job.ID))

	for name, op := range operations() {
		if name != "RevokeTeam" {
			require.ErrorIs(t, op.call(w, w.Actor, job.ID), jobs.ErrNotFound, name)
		}
	}
	list, err := w.ListJobs(w.ctx, w.Actor, jobs.JobQuery{})
	require.NoError(t, err)
	require.Zero(t, list.Total)
	w.create("daily") // the key is free again
	erased, err := w.Sweep(w.ctx, 100)
	require.NoError(t, err)
	require.Equal(t, 3, erased, "two versions and a tombstone")
	erased, err = w.Sweep(w.ctx, 100)
	require.NoError(t, err)
	require.Zero(t, erased)
}

// TestASuccessWakesDependentsThoughTheJobIsRenamedMeanwhile has the run of a job
// end while it gets another key, and a dependent under that one.
func TestASuccessWakesDependentsThoughTheJobIsRenamedMeanwhile(t *testing.T) {
	w := newWorld(t, nil)
	up := w.create("old")
	run := w.manual(up.ID)
	w.Advance(0)
	renamed := false
	var down jobs.Job
	late := jobs.NewService(&faults{Store: w.store, before: func() error {
		if renamed {
			return nil
		}
		renamed = true
		_, err := w.UpdateJob(w.ctx, w.Actor, up.ID, jobs.JobPatch{Key: new("new")})
		down = w.create("down", dependsOn("new"))
		return err
	}}, &jobs.Options{Now: w.Now})
	d := w.engine.dispatched[0]
	_, err := late.ReportRun(w.ctx, up.ID, run.ID, d.Token, jobs.Report{Status: jobs.RunSucceeded})
	require.NoError(t, err)
	w.Advance(0)
	require.Len(t, w.runs(down.ID), 1)
}
