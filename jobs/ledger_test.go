package jobs_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

func TestDraftCopiesTheActiveVersionAndIsPublished(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("daily")
	w.Outage(time.Hour)
	editor := member("M2", teams.Contributor, "T1")

	draft, err := w.CreateDraft(w.ctx, editor, job.ID, jobs.NewDraft{Patch: versions.Patch{CronExpression: new("@hourly")}})

	require.NoError(t, err)
	require.Equal(t, 2, draft.Number)
	require.Equal(t, 1, draft.BasedOn)
	require.Equal(t, versions.Draft, draft.Status)
	require.Equal(t, "M2", draft.MemberID)
	require.Equal(t, []string{"cronExpression"}, versions.Diff(job.Version.Definition, draft.Definition))
	read, err := w.Draft(w.ctx, editor, job.ID)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(draft, read))
	shown := w.job(job.ID)
	require.Equal(t, 2, shown.DraftVersion)
	require.Equal(t, 1, shown.CurrentVersion)
	require.Zero(t, shown.NextRunAt, "a draft's schedule does not count")

	w.Outage(time.Hour)
	published, err := w.PublishDraft(w.ctx, editor, job.ID)

	require.NoError(t, err)
	require.Equal(t, 2, published.CurrentVersion)
	require.Zero(t, published.DraftVersion)
	require.Equal(t, versions.Published, published.Version.Status)
	require.Equal(t, epoch.Add(time.Hour), published.Version.CreatedAt)
	require.Equal(t, epoch.Add(2*time.Hour), published.Version.UpdatedAt)
	require.Equal(t, epoch.Add(3*time.Hour), published.NextRunAt, "strictly after the instant of publishing")
	again, err := w.Job(w.ctx, editor, job.ID)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(published, again))
	_, err = w.Draft(w.ctx, editor, job.ID)
	require.ErrorIs(t, err, jobs.ErrNotFound)
}

func TestAtMostOneDraft(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("daily")
	w.draft(job.ID, versions.Patch{})

	_, err := w.CreateDraft(w.ctx, w.Actor, job.ID, jobs.NewDraft{})
	requireConflict(t, jobs.ConflictDraftExists, err)
	_, err = w.PublishVersion(w.ctx, w.Actor, job.ID, versions.Patch{})
	requireConflict(t, jobs.ConflictDraftExists, err)
	_, err = w.ActivateVersion(w.ctx, w.Actor, job.ID, 1)
	requireConflict(t, jobs.ConflictDraftExists, err)
}

func TestWithoutADraft(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("daily")

	_, err := w.Draft(w.ctx, w.Actor, job.ID)
	require.ErrorIs(t, err, jobs.ErrNotFound)
	_, err = w.UpdateDraft(w.ctx, w.Actor, job.ID, versions.Patch{})
	require.ErrorIs(t, err, jobs.ErrNotFound)
	require.ErrorIs(t, w.DiscardDraft(w.ctx, w.Actor, job.ID), jobs.ErrNotFound)
	_, err = w.PublishDraft(w.ctx, w.Actor, job.ID)
	require.ErrorIs(t, err, jobs.ErrNoDraft)
	_, err = w.PublishDraft(w.ctx, w.Actor, "MISSING")
	require.ErrorIs(t, err, jobs.ErrNotFound)
}

func TestADiscardedNumberIsNotUsedAgain(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("daily")
	require.Equal(t, 2, w.draft(job.ID, versions.Patch{}).Number)
	require.NoError(t, w.DiscardDraft(w.ctx, w.Actor, job.ID))

	require.Equal(t, 3, w.publish(job.ID, versions.Patch{}).Number)

	_, err := w.JobVersion(w.ctx, w.Actor, job.ID, 2)
	require.ErrorIs(t, err, jobs.ErrNotFound)
	list, err := w.ListVersions(w.ctx, w.Actor, job.ID, jobs.PageOptions{})
	require.NoError(t, err)
	require.Equal(t, 2, list.Total)
	require.Equal(t, 1, list.Versions[0].Number)
	require.Equal(t, 3, list.Versions[1].Number)
}

func TestUpdateDraftChangesOnlyWhatItIsGiven(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("daily")
	before := w.draft(job.ID, versions.Patch{TimeoutSeconds: new(60)})
	w.Outage(time.Minute)

	after, err := w.UpdateDraft(w.ctx, w.Actor, job.ID, versions.Patch{Config: new(sql("select 2"))})

	require.NoError(t, err)
	require.Equal(t, []string{"config"}, versions.Diff(before.Definition, after.Definition))
	require.Equal(t, epoch, after.CreatedAt)
	require.Equal(t, epoch.Add(time.Minute), after.UpdatedAt)
	require.Greater(t, after.Edition, before.Edition)
	require.Equal(t, job.Version.Definition, w.job(job.ID).Version.Definition, "the active version is untouched")
}

func TestInvalidDraftIsRefusedAndTheOldOneStays(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("daily")
	_, err := w.CreateDraft(w.ctx, w.Actor, job.ID, jobs.NewDraft{Patch: versions.Patch{CronExpression: new("99 * * * *")}})
	requireField(t, "cronExpression", err)
	require.Zero(t, w.job(job.ID).DraftVersion)

	before := w.draft(job.ID, versions.Patch{})
	_, err = w.UpdateDraft(w.ctx, w.Actor, job.ID, versions.Patch{ClusterID: new("")})
	requireField(t, "clusterId", err)
	after, err := w.Draft(w.ctx, w.Actor, job.ID)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(before, after))
}

func TestActivateAnOlderVersion(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("daily", func(j *jobs.NewJob) { j.CronExpression = "@daily" })
	w.publish(job.ID, versions.Patch{CronExpression: new(""), Description: new("second")})
	require.Zero(t, w.job(job.ID).NextRunAt)
	w.Outage(24 * time.Hour)

	back, err := w.ActivateVersion(w.ctx, w.Actor, job.ID, 1)

	require.NoError(t, err)
	require.Equal(t, 1, back.CurrentVersion)
	require.Equal(t, "first", back.Description, "activating sets the job's description")
	require.Equal(t, time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC), back.NextRunAt)
	require.Empty(t, cmp.Diff(back, w.job(job.ID)))
	require.Equal(t, 3, w.publish(job.ID, versions.Patch{}).Number, "numbers go on from the highest")
}

func TestActivateRefuses(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("daily")
	for _, number := range []int{0, -1} {
		_, err := w.ActivateVersion(w.ctx, w.Actor, job.ID, number)
		requireField(t, "version", err)
	}
	_, err := w.ActivateVersion(w.ctx, w.Actor, job.ID, 2)
	require.ErrorIs(t, err, jobs.ErrNotFound)
	w.draft(job.ID, versions.Patch{})
	_, err = w.ActivateVersion(w.ctx, w.Actor, job.ID, 2)
	require.ErrorIs(t, err, jobs.ErrNotFound, "a draft's number")
}

func TestActivatingTheActiveVersionChangesNothing(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("daily")
	w.Outage(time.Hour)
	again, err := w.ActivateVersion(w.ctx, w.Actor, job.ID, 1)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(job, again))
}

func TestJobVersionShowsTheJobAsThatVersionDefinesIt(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("daily", func(j *jobs.NewJob) { j.CronExpression = "@daily" })
	w.publish(job.ID, versions.Patch{Description: new("second")})
	_, err := w.UpdateJob(w.ctx, w.Actor, job.ID, jobs.JobPatch{Key: new("nightly")})
	require.NoError(t, err)

	old, err := w.JobVersion(w.ctx, w.Actor, job.ID, 1)

	require.NoError(t, err)
	require.Equal(t, 1, old.Version.Number)
	require.Equal(t, 2, old.CurrentVersion)
	require.Equal(t, "nightly", old.Key)
	require.Equal(t, "first", old.Description)
	require.Zero(t, old.NextRunAt)
	active, err := w.JobVersion(w.ctx, w.Actor, job.ID, 2)
	require.NoError(t, err)
	require.NotZero(t, active.NextRunAt)
}

func TestTheDescriptionIsTheJobs(t *testing.T) {
	w := newWorld(t, nil)
	describe := func(id, text string) {
		_, err := w.UpdateJob(w.ctx, w.Actor, id, jobs.JobPatch{Description: new(text)})
		require.NoError(t, err)
	}
	t.Run("a draft starts from the job's, not the version's", func(t *testing.T) {
		job := w.create("a")
		describe(job.ID, "edited")
		require.Equal(t, "first", w.job(job.ID).Version.Description)
		require.Equal(t, "edited", w.draft(job.ID, versions.Patch{}).Description)
	})
	t.Run("a draft does not revert one edited meanwhile", func(t *testing.T) {
		job := w.create("b")
		before := w.draft(job.ID, versions.Patch{})
		describe(job.ID, "edited")
		draft, err := w.Draft(w.ctx, w.Actor, job.ID)
		require.NoError(t, err)
		require.Equal(t, "edited", draft.Description)
		require.Greater(t, draft.Edition, before.Edition, "what it shows has changed")
		published, err := w.PublishDraft(w.ctx, w.Actor, job.ID, jobs.IfEdition(draft.Edition))
		require.NoError(t, err)
		require.Equal(t, "edited", published.Description)
		require.Equal(t, "edited", published.Version.Description)
	})
	t.Run("written back as it was read, it still follows the job's", func(t *testing.T) {
		job := w.create("d")
		before := w.draft(job.ID, versions.Patch{})
		same, err := w.UpdateDraft(w.ctx, w.Actor, job.ID, versions.Patch{Description: &before.Description})
		require.NoError(t, err)
		require.Equal(t, before.Edition, same.Edition, "nothing was edited")
		describe(job.ID, "edited")
		published, err := w.PublishDraft(w.ctx, w.Actor, job.ID)
		require.NoError(t, err)
		require.Equal(t, "edited", published.Description)
	})
	t.Run("a draft's own is published", func(t *testing.T) {
		job := w.create("c")
		w.draft(job.ID, versions.Patch{Description: new("draft's")})
		describe(job.ID, "edited")
		published, err := w.PublishDraft(w.ctx, w.Actor, job.ID)
		require.NoError(t, err)
		require.Equal(t, "draft's", published.Description)
	})
}

func TestPauseAndResume(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("daily", func(j *jobs.NewJob) { j.CronExpression = "@hourly" })
	require.Equal(t, epoch.Add(time.Hour), job.NextRunAt)

	paused, err := w.UpdateJob(w.ctx, w.Actor, job.ID, jobs.JobPatch{Status: new(jobs.Paused)})
	require.NoError(t, err)
	require.Zero(t, paused.NextRunAt)

	w.Outage(90 * time.Minute)
	resumed, err := w.UpdateJob(w.ctx, w.Actor, job.ID, jobs.JobPatch{Status: new(jobs.Active)})
	require.NoError(t, err)
	require.Equal(t, epoch.Add(2*time.Hour), resumed.NextRunAt)
}

func TestUpdateJobRefuses(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("daily")
	w.create("taken")
	for field, patch := range map[string]jobs.JobPatch{
		"jobKey":      {Key: new(" x")},
		"status":      {Status: new(jobs.Status(""))},
		"description": {Description: new(string(make([]byte, 1024)))},
		"version":     {Version: -1},
	} {
		_, err := w.UpdateJob(w.ctx, w.Actor, job.ID, patch)
		requireField(t, field, err)
	}
	_, err := w.UpdateJob(w.ctx, w.Actor, job.ID, jobs.JobPatch{Key: new("taken")})
	requireConflict(t, jobs.ConflictKeyTaken, err)
	_, err = w.UpdateJob(w.ctx, w.Actor, job.ID, jobs.JobPatch{Version: 2, Description: new("x")})
	requireConflict(t, jobs.ConflictVersion, err)
	require.Empty(t, cmp.Diff(job, w.job(job.ID)))
}

func TestAnUpdateThatChangesNothingIsNotAnEdit(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("daily")
	w.Outage(time.Hour)
	same, err := w.UpdateJob(w.ctx, w.Actor, job.ID, jobs.JobPatch{Key: new("daily"), Status: new(jobs.Active), Version: 1})
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(job, same))
}
