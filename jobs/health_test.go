package jobs_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// errAddress is an error of another library, with an address in it.
var errAddress = errors.New("dial tcp 10.0.0.7:443: connection refused")

// newSick begins a world with a healthy scheduler and one hourly job, on a store
// that can be made to fail.
func newSick(t *testing.T, opts *jobs.Options) (*World, *sickStore, jobs.Job) {
	t.Helper()
	store := &sickStore{rewriting: rewriting{Store: memory.New()}}
	w := newWorldOn(t, store, opts)
	job := w.create("job", scheduled("@hourly", "allow", ""))
	w.Advance(0)
	return w, store, job
}

// sickStore is a store that fails to read what is due, to commit, or to show one job.
type sickStore struct {
	rewriting
	due, commit error
}

func (s *sickStore) Due(ctx context.Context, q storage.DueQuery) (storage.DuePage, error) {
	if s.due != nil {
		return storage.DuePage{}, s.due
	}
	return s.Store.Due(ctx, q)
}

func (s *sickStore) Commit(ctx context.Context, c storage.Change) error {
	if s.commit != nil {
		return s.commit
	}
	return s.Store.Commit(ctx, c)
}

func TestASchedulerThatNeverStartedKnowsNothing(t *testing.T) {
	w := newWorld(t, nil)
	require.Equal(t, jobs.Health{At: epoch}, w.Scheduler.Health())
}

func TestHealthSaysWhenTheSchedulerLookedAndWhatItIsBehindBy(t *testing.T) {
	w, store, _ := newSick(t, nil)
	at := func(d time.Duration, looked time.Duration, behind time.Duration) {
		t.Helper()
		h := w.Scheduler.Health()
		require.Equal(t, epoch.Add(d), h.At)
		require.Equal(t, epoch.Add(looked), h.LookedAt)
		require.Equal(t, behind, h.Behind)
	}
	at(0, 0, 0)
	w.Outage(59 * time.Minute)
	at(59*time.Minute, 0, 0)
	w.Outage(11 * time.Minute) // and nobody looks at the tick of 13:00
	at(70*time.Minute, 0, 10*time.Minute)

	store.commit = errAddress
	w.look()
	at(70*time.Minute, 70*time.Minute, 10*time.Minute)
	w.Outage(time.Minute)
	w.look() // which finds the tick again
	at(71*time.Minute, 71*time.Minute, 11*time.Minute)

	store.commit = nil
	w.Outage(time.Minute)
	w.Advance(0)
	at(72*time.Minute, 72*time.Minute, 0)

	store.due = errAddress
	w.Outage(time.Minute)
	w.look()
	at(73*time.Minute, 72*time.Minute, 0)
	require.Equal(t, epoch.Add(73*time.Minute), w.Scheduler.Health().TriedAt)
}

// Each part that fails is named, with since when and why; what members read has no
// address in it; and when the part works again nothing is left.
func TestHealthSaysWhatFailsAndSinceWhen(t *testing.T) {
	for _, test := range []struct {
		name          string
		fail          func(p *World, store *sickStore, job jobs.Job, err error)
		part, message string
	}{
		{"the store, for reads", func(_ *World, store *sickStore, _ jobs.Job, err error) { store.due = err }, "store", "requests to the store fail"},
		{"the store, for writes", func(_ *World, store *sickStore, _ jobs.Job, err error) { store.commit = err }, "store", "requests to the store fail"},
		{"the store, which is newer", func(_ *World, store *sickStore, _ jobs.Job, err error) {
			if store.due = err; err != nil {
				store.due = fmt.Errorf("%w: %w", jobs.ErrOutdated, err)
			}
		}, "store", "a newer version of the library has taken over the store, so this process must be upgraded"},
		{"the dispatcher", func(p *World, _ *sickStore, _ jobs.Job, err error) {
			p.engine.answer = func() error { return err }
		}, "dispatcher", "requests to the dispatcher fail"},
		{"one job", func(_ *World, store *sickStore, job jobs.Job, err error) {
			store.only, store.doc = job.ID, nil
			if err != nil {
				store.doc = func([]byte) []byte { return []byte{0xff} }
			}
		}, "jobs", "1 due item of the organization cannot be done"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, store, job := newSick(t, nil)
			require.Empty(t, p.Scheduler.Health().Failing)
			p.Outage(time.Hour)
			began := p.Now()
			test.fail(p, store, job, errAddress)
			for range 20 {
				p.look()
				failing := p.Scheduler.Health().Failing
				require.Len(t, failing, 1)
				require.Error(t, failing[0].Err)
				if test.part != "jobs" {
					require.ErrorIs(t, failing[0].Err, errAddress)
				}
				organizationID := ""
				if test.part == "jobs" {
					organizationID = org
				}
				failing[0].Err = nil
				require.Equal(t, []jobs.Failure{{Part: test.part, OrganizationID: organizationID, Since: began, Message: test.message}}, failing)
				p.Outage(7 * time.Second)
			}
			test.fail(p, store, job, nil)
			for range 120 {
				p.look()
				p.Outage(5 * time.Second)
			}
			require.Empty(t, p.Scheduler.Health().Failing)
			require.Zero(t, p.Scheduler.Health().Behind)
		})
	}
}

func TestHealthSaysThatTheClockIsNotBelieved(t *testing.T) {
	w, _, _ := newSick(t, nil)
	w.Outage(400 * 24 * time.Hour)
	w.look()
	h := w.Scheduler.Health()
	require.Equal(t, epoch, h.LookedAt)
	require.Len(t, h.Failing, 1)
	require.Equal(t, "clock", h.Failing[0].Part)
	require.Equal(t, w.Now(), h.Failing[0].Since)
	require.ErrorIs(t, h.Failing[0].Err, jobs.ErrClock)
	w.Outage(-400 * 24 * time.Hour)
	w.Advance(0)
	require.Empty(t, w.Scheduler.Health().Failing)
}

// brokenDirectory is a directory that does not answer.
type brokenDirectory struct {
	teams.Directory
	err error
}

func (d *brokenDirectory) Teams(ctx context.Context, organizationID string, ids []string) (map[string]teams.Team, error) {
	if d.err != nil {
		return nil, d.err
	}
	return d.Directory.Teams(ctx, organizationID, ids)
}

func TestHealthSaysThatTheDirectoryOrThePolicyFails(t *testing.T) {
	directory := &brokenDirectory{Directory: teams.Open()}
	var policyErr error
	w, _, job := newSick(t, &jobs.Options{Directory: directory, Policy: func(context.Context, jobs.Access) (bool, error) { return true, policyErr }})
	require.Empty(t, w.Scheduler.Health().Failing)

	directory.err = errAddress
	_, err := w.GrantTeams(w.ctx, w.Actor, job.ID, []string{"T2"})
	require.ErrorIs(t, err, jobs.ErrUnavailable)
	began := w.Now()
	w.Outage(time.Minute)
	policyErr = errAddress
	_, err = w.Job(w.ctx, w.Actor, job.ID)
	require.ErrorIs(t, err, jobs.ErrUnavailable)
	require.Equal(t, []jobs.Failure{
		{Part: "directory", Since: began, Message: "the directory does not answer", Err: errAddress},
		{Part: "policy", Since: began.Add(time.Minute), Message: "the policy does not answer", Err: errAddress},
	}, w.Scheduler.Health().Failing)

	directory.err, policyErr = nil, nil
	_, err = w.GrantTeams(w.ctx, w.Actor, job.ID, []string{"T2"})
	require.NoError(t, err)
	require.Empty(t, w.Scheduler.Health().Failing)
}

// A failing callback is told without its Go name, which the error has.
func TestHealthSaysThatACallbackFails(t *testing.T) {
	broken := false
	w, _, job := newSick(t, &jobs.Options{CheckConfig: func(json.RawMessage) (versions.JobType, error) {
		if broken {
			panic("no table")
		}
		return "sql", nil
	}})
	broken = true
	began, edit := w.Now(), jobs.NewDraft{Patch: versions.Patch{Config: new(json.RawMessage(`{"sql":{"source":"select 2"}}`))}}
	_, err := w.CreateDraft(w.ctx, w.Actor, job.ID, edit)
	require.Error(t, err)
	failing := w.Scheduler.Health().Failing
	require.Len(t, failing, 1)
	require.ErrorContains(t, failing[0].Err, "Options.CheckConfig panicked: no table")
	failing[0].Err = nil
	require.Equal(t, []jobs.Failure{{Part: "callback", Since: began, Message: "a callback of the program does not answer"}}, failing)

	broken = false
	_, err = w.CreateDraft(w.ctx, w.Actor, job.ID, edit)
	require.NoError(t, err)
	require.Empty(t, w.Scheduler.Health().Failing)
}

// However many organizations fail, the answer is bounded, and begins with the oldest.
func TestHealthIsBounded(t *testing.T) {
	w, store, _ := newSick(t, nil)
	for i := range 120 {
		_, err := w.CreateJob(w.ctx, teams.System(fmt.Sprintf("ORG%03d", i)), jobs.NewJob{Key: "job", TeamIDs: []string{"T1"}, Definition: hourly()})
		require.NoError(t, err)
	}
	store.doc = func([]byte) []byte { return []byte{0xff} }
	w.Outage(time.Hour)
	w.look()
	failing := w.Scheduler.Health().Failing
	require.Len(t, failing, 100)
	require.Equal(t, "ORG000", failing[0].OrganizationID)
}

// Health may be asked by anyone while the scheduler runs, and after.
func TestHealthWhileTheSchedulerRunsAndAfter(t *testing.T) {
	service := jobs.NewService(memory.New(), nil)
	_, err := service.CreateJob(t.Context(), teams.System(org), jobs.NewJob{Key: "job", TeamIDs: []string{"T1"}, Definition: hourly()})
	require.NoError(t, err)
	scheduler := jobs.NewScheduler(service, &engine{}, nil)
	ctx, stop := context.WithCancel(t.Context())
	var group, asking sync.WaitGroup
	group.Go(func() { _ = scheduler.Run(ctx) })
	var looked atomic.Bool
	for range 8 {
		asking.Go(func() {
			for h := scheduler.Health(); h.LookedAt.IsZero(); h = scheduler.Health() {
				looked.Store(true)
			}
		})
	}
	asking.Wait()
	require.True(t, scheduler.Health().Running)
	stop()
	group.Wait()
	h := scheduler.Health()
	require.False(t, h.Running)
	require.False(t, h.LookedAt.IsZero())
	require.Empty(t, h.Failing)
}
