package jobs_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// faults is a store that fails commits as it is told to.
type faults struct {
	storage.Store
	before func() error            // instead of the commit, unless nil
	after  func() error            // after the commit was made, unless nil
	job    func() error            // instead of reading a job
	find   func(storage.FindQuery) // before jobs are found, unless nil
}

func (f *faults) FindJobs(ctx context.Context, query storage.FindQuery) (storage.JobList, error) {
	if f.find != nil {
		f.find(query)
	}
	return f.Store.FindJobs(ctx, query)
}

func (f *faults) Commit(ctx context.Context, c storage.Change) error {
	if f.before != nil {
		if err := f.before(); err != nil {
			return err
		}
	}
	err := f.Store.Commit(ctx, c)
	if err == nil && f.after != nil {
		err = f.after()
	}
	return err
}

func (f *faults) Job(ctx context.Context, ref storage.JobRef) (storage.JobRecord, error) {
	if f.job != nil {
		if err := f.job(); err != nil {
			return storage.JobRecord{}, err
		}
	}
	return f.Store.Job(ctx, ref)
}

// times returns err for the first n calls.
func times(n int, err error) func() error {
	return func() error {
		if n == 0 {
			return nil
		}
		n--
		return err
	}
}

func TestALostReplyTakesEffectOnce(t *testing.T) {
	store := &faults{Store: memory.New()}
	w := newWorldOn(t, store, nil)
	job := w.create("daily")
	store.after = times(2, jobs.ErrOutcomeUnknown)

	v := w.publish(job.ID, versions.Patch{})

	require.Equal(t, 2, v.Number)
	list, err := w.ListVersions(w.ctx, w.Actor, job.ID, jobs.PageOptions{})
	require.NoError(t, err)
	require.Equal(t, 2, list.Total)
}

func TestAnOutcomeThatStaysUnknownIsSaidToBe(t *testing.T) {
	store := &faults{Store: memory.New()}
	var events []jobs.Event
	w := newWorldOn(t, store, &jobs.Options{Observer: func(_ context.Context, e jobs.Event) { events = append(events, e) }})
	job := w.create("daily")
	store.after = times(100, jobs.ErrOutcomeUnknown)

	_, err := w.UpdateJob(w.ctx, w.Actor, job.ID, jobs.JobPatch{Description: new("x")})

	require.ErrorIs(t, err, jobs.ErrOutcomeUnknown)
	require.Len(t, events, 1, "only what is known to have happened is told")
}

func TestADoubtStaysOneUntilAnAnswerSettlesIt(t *testing.T) {
	broken := errors.New("disk gone")
	for name, second := range map[string]error{"an error": broken, "a deadline": context.DeadlineExceeded} {
		t.Run(name, func(t *testing.T) {
			store := &faults{Store: memory.New()}
			w := newWorldOn(t, store, nil)
			job := w.create("daily")
			store.after = times(1, jobs.ErrOutcomeUnknown)
			first := true
			store.before = func() error {
				if first {
					first = false
					return nil
				}
				return second
			}
			_, err := w.UpdateJob(w.ctx, w.Actor, job.ID, jobs.JobPatch{Description: new("changed")})
			require.ErrorIs(t, err, jobs.ErrOutcomeUnknown)
			require.ErrorIs(t, err, second)
			require.Equal(t, "changed", w.job(job.ID).Description)
		})
	}
}

func TestAnObserversPanicUndoesNothing(t *testing.T) {
	w := newWorld(t, &jobs.Options{Observer: func(context.Context, jobs.Event) { panic("observer") }})
	job := w.create("daily")
	_, err := w.UpdateJob(w.ctx, w.Actor, job.ID, jobs.JobPatch{Description: new("x")})
	require.NoError(t, err)
}

func TestALostRaceIsDecidedAnew(t *testing.T) {
	store := &faults{Store: memory.New()}
	w := newWorldOn(t, store, nil)
	job := w.create("daily")
	store.before = times(5, storage.ErrStale)
	_, err := w.UpdateJob(w.ctx, w.Actor, job.ID, jobs.JobPatch{Description: new("x")})
	require.NoError(t, err)
	require.Equal(t, "x", w.job(job.ID).Description)
}

func TestRacesThatAreAlwaysLostEnd(t *testing.T) {
	store := &faults{Store: memory.New()}
	w := newWorldOn(t, store, nil)
	job := w.create("daily")
	store.before = func() error { return storage.ErrStale }
	_, err := w.UpdateJob(w.ctx, w.Actor, job.ID, jobs.JobPatch{Description: new("x")})
	require.ErrorIs(t, err, jobs.ErrBusy)
}

func TestAStoreThatCannotAnswer(t *testing.T) {
	broken := errors.New("disk on fire")
	store := &faults{Store: memory.New()}
	w := newWorldOn(t, store, nil)
	job := w.create("daily")
	store.job = func() error { return broken }
	_, err := w.Job(w.ctx, w.Actor, job.ID)
	require.ErrorIs(t, err, jobs.ErrUnavailable)
	require.ErrorIs(t, err, broken)
	store.job = func() error { return context.DeadlineExceeded }
	_, err = w.Job(w.ctx, w.Actor, job.ID)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.NotErrorIs(t, err, jobs.ErrUnavailable)
}

func TestObserverIsToldOfEachCommit(t *testing.T) {
	var events []jobs.Event
	var w *World
	w = newWorld(t, &jobs.Options{Observer: func(ctx context.Context, e jobs.Event) {
		events = append(events, e)
		if e.Kind == jobs.JobUpdated { // an observer may use the service
			_, err := w.Job(ctx, e.Actor, e.JobID)
			require.NoError(t, err)
		}
	}})
	job := w.create("daily")
	w.draft(job.ID, versions.Patch{})
	_, err := w.UpdateDraft(w.ctx, w.Actor, job.ID, versions.Patch{TimeoutSeconds: new(60)})
	require.NoError(t, err)
	_, err = w.UpdateDraft(w.ctx, w.Actor, job.ID, versions.Patch{TimeoutSeconds: new(60)})
	require.NoError(t, err)
	_, err = w.PublishDraft(w.ctx, w.Actor, job.ID)
	require.NoError(t, err)
	w.draft(job.ID, versions.Patch{})
	require.NoError(t, w.DiscardDraft(w.ctx, w.Actor, job.ID))
	_, err = w.ActivateVersion(w.ctx, w.Actor, job.ID, 1)
	require.NoError(t, err)
	_, err = w.UpdateJob(w.ctx, w.Actor, job.ID, jobs.JobPatch{Key: new("nightly")})
	require.NoError(t, err)
	_, err = w.UpdateJob(w.ctx, w.Actor, job.ID, jobs.JobPatch{})
	require.NoError(t, err)
	_, err = w.GrantTeams(w.ctx, w.Actor, job.ID, []string{"T2"})
	require.NoError(t, err)
	require.NoError(t, w.RevokeTeam(w.ctx, w.Actor, job.ID, "T2"))
	require.NoError(t, w.DeleteJob(w.ctx, w.Actor, job.ID))

	type told struct {
		op       jobs.EventKind
		key      string
		from, to int
	}
	var got []told
	for _, e := range events {
		require.Equal(t, job.ID, e.JobID)
		require.Equal(t, teams.SystemMemberID, e.Actor.MemberID)
		require.Equal(t, epoch, e.At)
		got = append(got, told{e.Kind, e.JobKey, e.FromVersion, e.ToVersion})
	}
	require.Equal(t, []told{
		{jobs.JobCreated, "daily", 0, 1},
		{jobs.DraftCreated, "daily", 1, 1},
		{jobs.DraftUpdated, "daily", 1, 1},
		{jobs.VersionPublished, "daily", 1, 2},
		{jobs.DraftCreated, "daily", 2, 2},
		{jobs.DraftDiscarded, "daily", 2, 2},
		{jobs.VersionActivated, "daily", 2, 1},
		{jobs.JobUpdated, "nightly", 1, 1},
		{jobs.TeamsGranted, "nightly", 1, 1},
		{jobs.TeamRevoked, "nightly", 1, 1},
		{jobs.JobDeleted, "nightly", 1, 1},
	}, got)
}
