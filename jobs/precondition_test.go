package jobs_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

func TestIfEditionIsAboutTheJob(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("daily")
	stale := jobs.IfEdition(job.Edition + 100)
	for name, call := range map[string]func() error{
		"UpdateJob": func() error {
			_, err := w.UpdateJob(w.ctx, w.Actor, job.ID, jobs.JobPatch{Description: new("x")}, stale)
			return err
		},
		"PublishVersion": func() error {
			_, err := w.PublishVersion(w.ctx, w.Actor, job.ID, versions.Patch{}, stale)
			return err
		},
		"ActivateVersion": func() error {
			_, err := w.ActivateVersion(w.ctx, w.Actor, job.ID, 1, stale)
			return err
		},
		"GrantTeams": func() error {
			_, err := w.GrantTeams(w.ctx, w.Actor, job.ID, []string{"T2"}, stale)
			return err
		},
		"RevokeTeam": func() error { return w.RevokeTeam(w.ctx, w.Actor, job.ID, "T1", stale) },
		"DeleteJob":  func() error { return w.DeleteJob(w.ctx, w.Actor, job.ID, stale) },
		"none holds": func() error { return w.DeleteJob(w.ctx, w.Actor, job.ID, jobs.IfEdition()) },
	} {
		require.ErrorIs(t, call(), jobs.ErrPrecondition, name)
		require.Empty(t, cmp.Diff(job, w.job(job.ID)), name)
	}
	_, err := w.UpdateJob(w.ctx, w.Actor, job.ID, jobs.JobPatch{Description: new("x")}, jobs.IfEdition(999, job.Edition))
	require.NoError(t, err)
}

func TestIfEditionIsAboutTheDraft(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("daily")
	_, err := w.CreateDraft(w.ctx, w.Actor, job.ID, jobs.NewDraft{}, jobs.IfEdition(job.Edition))
	require.ErrorIs(t, err, jobs.ErrPrecondition, "there is no draft to have an edition")
	draft := w.draft(job.ID, versions.Patch{})
	stale := jobs.IfEdition(job.Edition)

	_, err = w.UpdateDraft(w.ctx, w.Actor, job.ID, versions.Patch{}, stale)
	require.ErrorIs(t, err, jobs.ErrPrecondition)
	require.ErrorIs(t, w.DiscardDraft(w.ctx, w.Actor, job.ID, stale), jobs.ErrPrecondition)
	_, err = w.PublishDraft(w.ctx, w.Actor, job.ID, stale)
	require.ErrorIs(t, err, jobs.ErrPrecondition)

	edited, err := w.UpdateDraft(w.ctx, w.Actor, job.ID, versions.Patch{TimeoutSeconds: new(1)}, jobs.IfEdition(draft.Edition))
	require.NoError(t, err)
	_, err = w.PublishDraft(w.ctx, w.Actor, job.ID, jobs.IfEdition(draft.Edition))
	require.ErrorIs(t, err, jobs.ErrPrecondition)
	_, err = w.PublishDraft(w.ctx, w.Actor, job.ID, jobs.IfEdition(edited.Edition))
	require.NoError(t, err)
}

func TestEditionsAreNeverUsedTwice(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("daily")
	first := w.draft(job.ID, versions.Patch{})
	require.NoError(t, w.DiscardDraft(w.ctx, w.Actor, job.ID))
	second := w.draft(job.ID, versions.Patch{})
	require.NotEqual(t, first.Edition, second.Edition)
	require.NotEqual(t, job.Edition, w.job(job.ID).Edition, "a draft shows in the job")
}

func TestTwoWritersWithOneEdition(t *testing.T) {
	const rounds, writers = 50, 8
	w := newWorld(t, nil)
	job := w.create("daily")
	other := jobs.NewService(w.store, nil) // as another process would be
	for range rounds {
		edition := w.job(job.ID).Edition
		errs := make([]error, writers)
		var group sync.WaitGroup
		for i := range writers {
			service := w.Service
			if i%2 == 1 {
				service = other
			}
			group.Go(func() {
				text := string(rune('a' + i))
				_, errs[i] = service.UpdateJob(w.ctx, w.Actor, job.ID, jobs.JobPatch{Description: new(w.job(job.ID).Description + text)}, jobs.IfEdition(edition))
			})
		}
		group.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
				continue
			}
			require.ErrorIs(t, err, jobs.ErrPrecondition)
		}
		require.Equal(t, 1, won)
	}
}

func TestWritersWithoutAPreconditionLoseNothing(t *testing.T) {
	const writers, each = 4, 10
	w := newWorld(t, nil)
	job := w.create("daily")
	services := []*jobs.Service{w.Service, jobs.NewService(w.store, nil)}
	var group sync.WaitGroup
	for i := range writers {
		group.Go(func() {
			for range each {
				_, err := services[i%2].PublishVersion(w.ctx, w.Actor, job.ID, versions.Patch{})
				if err != nil && !errors.Is(err, jobs.ErrBusy) {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	list, err := w.ListVersions(w.ctx, w.Actor, job.ID, jobs.PageOptions{})
	require.NoError(t, err)
	require.Equal(t, 1+writers*each, list.Total)
	for i, v := range list.Versions {
		require.Equal(t, i+1, v.Number)
		require.Equal(t, i, v.BasedOn, "each was made from the one before")
	}
}
