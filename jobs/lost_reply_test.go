package jobs_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/versions"
)

// lossy is a store that loses the reply of one commit, and remembers it no longer:
// a replica whose clock is ahead commits right after it.
type lossy struct {
	storage.Store
	// lose is whether the next commit's reply is lost; made whether that commit
	// is made all the same.
	lose, made bool
	ahead      func()
	// journal, unless nil, fails reads of the journal.
	journal error
}

func (l *lossy) Commit(ctx context.Context, c storage.Change) error {
	if !l.lose {
		return l.Store.Commit(ctx, c)
	}
	l.lose = false
	if l.made {
		if err := l.Store.Commit(ctx, c); err != nil {
			return err
		}
	}
	l.ahead()
	return jobs.ErrOutcomeUnknown
}

func (l *lossy) ListEvents(ctx context.Context, query storage.EventQuery) (storage.EventPage, error) {
	if l.journal != nil {
		return storage.EventPage{}, l.journal
	}
	return l.Store.ListEvents(ctx, query)
}

// newLossyWorld is a world with a second replica, whose clock is 15 minutes ahead.
func newLossyWorld(t *testing.T, opts *jobs.Options) (*World, *lossy, *jobs.Service) {
	t.Helper()
	store := &lossy{Store: memory.New()}
	w := newWorldOn(t, store, opts)
	ahead := jobs.NewService(store.Store, &jobs.Options{Now: func() time.Time { return w.Now().Add(15 * time.Minute) }})
	store.ahead = func() {
		_, err := ahead.CreateJob(w.ctx, w.Actor, jobs.NewJob{Definition: definition(), Key: "far", TeamIDs: []string{"T1"}})
		require.NoError(t, err)
	}
	return w, store, ahead
}

// journaled counts the events of a kind, of all jobs but the other replica's.
func (w *World) journaled(kind jobs.EventKind) int {
	w.t.Helper()
	page, err := w.store.ListEvents(w.ctx, storage.EventQuery{OrganizationID: org, Limit: 1000})
	require.NoError(w.t, err)
	n := 0
	for _, record := range page.Events {
		event, err := jobs.DecodeEvent(record)
		require.NoError(w.t, err)
		if event.Kind == kind && event.JobKey != "far" {
			n++
		}
	}
	return n
}

// What somebody does happens once, also when the reply is lost and the store has
// forgotten it: and then it is known to have happened.
func TestAnOperationThatWasForgottenHappensOnce(t *testing.T) {
	kinds := map[jobs.EventKind]bool{}
	for _, o := range writes {
		t.Run(o.name, func(t *testing.T) {
			var told []jobs.EventKind
			w, store, _ := newLossyWorld(t, &jobs.Options{Observer: func(_ context.Context, e jobs.Event) {
				if e.Kind != jobs.RunEndCancelled { // that comes by itself
					told = append(told, e.Kind)
				}
			}})
			id, given := o.prepare(w)
			before := w.journaled(o.kind)
			told, store.lose, store.made = nil, true, true

			require.NoError(t, o.do(w, w.Actor, id, given))

			require.False(t, store.lose)
			require.Equal(t, 1, w.journaled(o.kind)-before)
			require.Equal(t, []jobs.EventKind{o.kind}, told)
		})
		kinds[o.kind] = true
	}
	require.Len(t, kinds, 15, "every kind of operation is in the table")
}

// What was not made is decided anew, and made once.
func TestAnOperationThatWasNotMadeIsDecidedAnew(t *testing.T) {
	for _, o := range writes {
		if o.kind == jobs.JobCreated {
			continue // needs nothing of a job that another could have changed
		}
		t.Run(o.name, func(t *testing.T) {
			w, store, ahead := newLossyWorld(t, nil)
			id, given := o.prepare(w)
			before := w.journaled(o.kind)
			store.ahead = func() { // the job, and its run if there is one, are moved on
				_, err := ahead.UpdateJob(w.ctx, w.Actor, id, jobs.JobPatch{Description: new("by the other")})
				require.NoError(t, err)
			}
			want := 1
			if o.kind == jobs.JobUpdated {
				want = 2
			}
			store.lose, store.made = true, false

			require.NoError(t, o.do(w, w.Actor, id, given))

			require.Equal(t, want, w.journaled(o.kind)-before)
		})
	}
}

// Where even the journal cannot tell, the outcome is said to be unknown.
func TestAnOperationThatNobodyCanTellOfIsUnknown(t *testing.T) {
	for _, o := range writes {
		t.Run(o.name, func(t *testing.T) {
			w, store, _ := newLossyWorld(t, nil)
			id, given := o.prepare(w)
			before := w.journaled(o.kind)
			store.lose, store.made, store.journal = true, true, errors.New("no journal")

			require.ErrorIs(t, o.do(w, w.Actor, id, given), jobs.ErrOutcomeUnknown)

			store.journal = nil
			require.Equal(t, 1, w.journaled(o.kind)-before)
		})
	}
}

// A very long journal is not looked through to its end.
func TestTheJournalIsLookedThroughWithinBounds(t *testing.T) {
	w, store, ahead := newLossyWorld(t, nil)
	job := w.create("daily")
	store.ahead = func() {
		for range 5001 {
			_, err := ahead.GrantTeams(w.ctx, w.Actor, job.ID, []string{"T2"})
			require.NoError(t, err)
			require.NoError(t, ahead.RevokeTeam(w.ctx, w.Actor, job.ID, "T2"))
		}
	}
	store.lose, store.made = true, true
	_, err := w.PublishVersion(w.ctx, w.Actor, job.ID, versions.Patch{})
	require.ErrorIs(t, err, jobs.ErrOutcomeUnknown)
	require.NotErrorIs(t, err, storage.ErrStale)
}

// A hold whose reply was lost, and which the store has forgotten, is known to be set.
func TestAHoldThatWasForgottenIsSetOnce(t *testing.T) {
	for _, kind := range []jobs.EventKind{jobs.HoldSet, jobs.HoldLifted} {
		w, store, _ := newLossyWorld(t, nil)
		if kind == jobs.HoldLifted {
			w.hold("deploy")
		}
		store.lose, store.made = true, true
		if kind == jobs.HoldLifted {
			w.lift()
		} else {
			w.hold("deploy")
		}
		require.False(t, store.lose)
		require.Equal(t, 1, w.journaled(kind))
	}
}
