package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// follower follows a journal in the background, and keeps what it was told.
type follower struct {
	mu   sync.Mutex
	seqs []int64
	err  error
	stop context.CancelFunc
	done chan struct{}
}

// followed starts a follower; visit, unless nil, is called with each event, too.
func (w *World) followed(actor teams.Actor, after int64, visit func(jobs.Event) error) *follower {
	ctx, stop := context.WithCancel(w.ctx)
	f := &follower{stop: stop, done: make(chan struct{})}
	go func() {
		defer close(f.done)
		f.err = w.Follow(ctx, actor, after, func(e jobs.Event) error {
			f.mu.Lock()
			f.seqs = append(f.seqs, e.Seq)
			f.mu.Unlock()
			if visit != nil {
				return visit(e)
			}
			return nil
		})
	}()
	return f
}

func (f *follower) told() []int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]int64(nil), f.seqs...)
}

func (f *follower) end() error {
	f.stop()
	<-f.done
	return f.err
}

// pass lets time pass in a synctest bubble, and all happen that it brings.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func TestFollowersAreToldOfEachEventAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		job := w.create("job")
		w.create("theirs", func(j *jobs.NewJob) { j.TeamIDs = []string{"T2"} })
		all := w.followed(w.Actor, 0, nil)
		fromNow := w.followed(w.Actor, jobs.FromNow, nil)
		some := w.followed(member("M", teams.Viewer, "T1"), 0, nil)
		foreign := w.followed(teams.System("ORG2"), 0, nil)
		pass(time.Minute)
		w.publish(job.ID, versions.Patch{})
		w.create("theirs too", func(j *jobs.NewJob) { j.TeamIDs = []string{"T2"} })
		pass(50 * time.Millisecond) // far less than between two looks
		require.Equal(t, []int64{1, 2, 3, 4}, all.told())
		require.Equal(t, []int64{3, 4}, fromNow.told())
		require.Equal(t, []int64{1, 3}, some.told())
		require.Empty(t, foreign.told())
		for _, f := range []*follower{all, fromNow, some, foreign} {
			require.ErrorIs(t, f.end(), context.Canceled)
		}
		enough := errors.New("enough")
		f := w.followed(w.Actor, 2, func(jobs.Event) error { return enough })
		<-f.done
		require.Equal(t, enough, f.err)
		require.Equal(t, []int64{3}, f.told())
		require.ErrorIs(t, w.Follow(w.ctx, teams.Actor{}, 0, nil), teams.ErrUnauthenticated)
	})
}

// Commits of other processes are seen within a second, and a thousand followers
// cost the store one read a second.
func TestAThousandFollowersCostOneReadASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, s := newSpiedWorld(t, nil)
		other := newWorldOn(t, s.Store, nil)
		w.create("job")
		var followers []*follower
		for n := range 1000 {
			actor := w.Actor
			if n%2 == 0 {
				actor = member("M", teams.Viewer, "T1")
			}
			followers = append(followers, w.followed(actor, jobs.FromNow, nil))
		}
		pass(10 * time.Second)
		s.read()
		pass(time.Minute)
		idle, byName := s.read()
		require.LessOrEqual(t, idle, 61, "%v", byName)
		for n := range 5 {
			other.create(fmt.Sprint(n))
			pass(1100 * time.Millisecond)
		}
		busy, byName := s.read()
		require.LessOrEqual(t, busy, 15, "%v", byName)
		for _, f := range followers {
			require.Equal(t, []int64{2, 3, 4, 5, 6}, f.told())
			require.ErrorIs(t, f.end(), context.Canceled)
		}
		pass(5 * time.Second)
		s.read()
		pass(time.Minute)
		left, byName := s.read()
		require.Zero(t, left, "nobody follows: %v", byName)
	})
}

// One that takes its time holds up no other, and reads on from its place.
func TestASlowFollowerHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		job := w.create("job")
		goOn := make(chan struct{})
		slow := w.followed(w.Actor, 0, func(jobs.Event) error { <-goOn; return nil })
		quick := w.followed(w.Actor, 0, nil)
		const many = 5000
		for n := range many {
			w.publish(job.ID, versions.Patch{Description: new(fmt.Sprint(n))})
		}
		pass(time.Minute)
		require.Len(t, quick.told(), many+1)
		require.Len(t, slow.told(), 1)
		close(goOn)
		pass(time.Second)
		require.Equal(t, quick.told(), slow.told())
		require.ErrorIs(t, slow.end(), context.Canceled)
		require.ErrorIs(t, quick.end(), context.Canceled)
	})
}

func TestAFollowerOfALostJournalEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		restored := &restorable{Store: w.store}
		w = newWorldOn(t, restored, nil)
		for n := range 5 {
			w.create(fmt.Sprint(n))
			w.Outage(time.Hour)
		}
		restored.backup = newWorld(t, nil).store
		before := w.followed(w.Actor, 2, nil)
		held := make(chan struct{})
		slow := w.followed(w.Actor, 2, func(jobs.Event) error { <-held; return nil })
		pass(time.Minute)
		_, err := w.store.Sweep(w.ctx, storage.SweepOptions{Limit: 9, EventsBefore: epoch.Add(99 * time.Hour)})
		require.NoError(t, err)
		trimmed := w.followed(w.Actor, 2, nil)
		<-trimmed.done
		require.ErrorIs(t, trimmed.err, jobs.ErrCursorLost)

		restored.restore()
		<-before.done
		require.ErrorIs(t, before.err, jobs.ErrCursorLost, "the journal is an older one")
		require.Equal(t, []int64{3, 4, 5}, before.told())
		close(held)
		<-slow.done
		require.ErrorIs(t, slow.err, jobs.ErrCursorLost)
	})
}

// restorable is a store of which an older copy is restored.
type restorable struct {
	storage.Store
	mu     sync.Mutex
	backup storage.Store
	is     bool
}

func (r *restorable) restore() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.is = true
}

func (r *restorable) ListEvents(ctx context.Context, query storage.EventQuery) (storage.EventPage, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.is {
		return r.backup.ListEvents(ctx, query)
	}
	return r.Store.ListEvents(ctx, query)
}

// While the store cannot answer, a follower waits, and misses nothing.
func TestAFollowerOutlivesAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		store := &silent{Store: w.store}
		w = newWorldOn(t, store, nil)
		w.create("1")
		f := w.followed(w.Actor, 0, nil)
		pass(time.Minute)
		store.set(errors.New("down"))
		w.create("2")
		pass(time.Minute)
		require.Equal(t, []int64{1}, f.told())
		store.set(nil)
		pass(3 * time.Second)
		require.Equal(t, []int64{1, 2}, f.told())
		require.ErrorIs(t, f.end(), context.Canceled)
	})
}

// silent is a store whose journal cannot be read for a time.
type silent struct {
	storage.Store
	mu  sync.Mutex
	err error
}

func (s *silent) set(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

func (s *silent) ListEvents(ctx context.Context, query storage.EventQuery) (storage.EventPage, error) {
	s.mu.Lock()
	err := s.err
	s.mu.Unlock()
	if err != nil {
		return storage.EventPage{}, err
	}
	return s.Store.ListEvents(ctx, query)
}

// What a follower is shown follows the job's teams.
func TestAFollowerSeesWhatItMaySeeNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		job := w.create("job")
		f := w.followed(member("M", teams.Viewer, "T2"), 0, nil)
		pass(time.Minute)
		_, err := w.GrantTeams(w.ctx, w.Actor, job.ID, []string{"T2"}) // 2
		require.NoError(t, err)
		w.publish(job.ID, versions.Patch{}) // 3
		pass(time.Second)
		require.NoError(t, w.RevokeTeam(w.ctx, w.Actor, job.ID, "T2")) // 4
		w.publish(job.ID, versions.Patch{})
		pass(time.Minute)
		require.Equal(t, []int64{2, 3}, f.told())
		require.ErrorIs(t, f.end(), context.Canceled)
	})
}
