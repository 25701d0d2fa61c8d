package jobs_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// meddler is the embedder's code of one kind: each call of it does what it is
// told to, and then answers as it should.
type meddler struct {
	// act is what a call does now; nil for nothing.
	act   atomic.Pointer[func(context.Context)]
	calls atomic.Int64
}

// does says what calls do from now on; nil for nothing.
func (m *meddler) does(act func(context.Context)) { m.act.Store(&act) }

func (m *meddler) called(ctx context.Context) {
	m.calls.Add(1)
	if act := m.act.Load(); act != nil && *act != nil {
		(*act)(ctx)
	}
}

func (m *meddler) Teams(ctx context.Context, organizationID string, ids []string) (map[string]teams.Team, error) {
	m.called(ctx)
	return teams.Open().Teams(ctx, organizationID, ids)
}

func (m *meddler) Cluster(ctx context.Context, organizationID, id string) (teams.Cluster, bool, error) {
	m.called(ctx)
	return teams.Open().Cluster(ctx, organizationID, id)
}

// callbacks are all that a service calls of its embedder, as options with one of
// them in place.
var callbacks = map[string]func(m *meddler) *jobs.Options{
	"Policy": func(m *meddler) *jobs.Options {
		return &jobs.Options{Policy: func(ctx context.Context, a jobs.Access) (bool, error) {
			m.called(ctx)
			return a.Allowed, nil
		}}
	},
	"Directory": func(m *meddler) *jobs.Options { return &jobs.Options{Directory: m} },
	"CheckConfig": func(m *meddler) *jobs.Options {
		return &jobs.Options{CheckConfig: func(json.RawMessage) (versions.JobType, error) {
			m.called(context.Background())
			return versions.SQL, nil
		}}
	},
	"NewID": func(m *meddler) *jobs.Options {
		var n atomic.Int64
		return &jobs.Options{NewID: func() string {
			m.called(context.Background())
			return string(rune('A'+n.Load()/26)) + string(rune('A'+n.Add(1)%26))
		}}
	},
	"Observer": func(m *meddler) *jobs.Options {
		return &jobs.Options{Observer: func(ctx context.Context, _ jobs.Event) { m.called(ctx) }}
	},
}

// everyCallback runs a test, in simulated time, for each callback in each
// operation: do is the operation. What the service logs goes to log.
func everyCallback(t *testing.T, test func(t *testing.T, w *World, m called, do func(context.Context) error)) {
	t.Helper()
	for name, options := range callbacks {
		calls := 0
		for _, o := range writes {
			t.Run(name+" in "+o.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c := called{meddler: &meddler{}, harmless: name == "Observer", log: &bytes.Buffer{}}
					opts := options(c.meddler)
					opts.Logger = slog.New(slog.NewTextHandler(c.log, nil))
					w := newWorld(t, opts)
					id, given := o.prepare(w)
					synctest.Wait() // an observer hears of some of it later
					c.calls.Store(0)
					test(t, w, c, func(ctx context.Context) error {
						bounded := *w
						bounded.ctx = ctx
						return o.do(&bounded, w.Actor, id, given)
					})
					calls += int(c.calls.Load())
				})
			})
		}
		require.NotZero(t, calls, name)
	}
}

// called is a callback in a test.
type called struct {
	*meddler
	// harmless is whether an operation is done all the same without it.
	harmless bool
	log      *bytes.Buffer
}

// A panic of the embedder's code is an error of the operation that it was called
// in, or a line in the log; and the next operation goes well.
func TestAPanicOfACallbackIsAnError(t *testing.T) {
	everyCallback(t, func(t *testing.T, w *World, m called, do func(context.Context) error) {
		m.does(func(context.Context) { panic("boom") })
		for _, ctx := range []context.Context{w.ctx, context.WithoutCancel(w.ctx)} {
			m.calls.Store(0)
			err := do(ctx)
			synctest.Wait()
			if m.calls.Load() == 0 {
				return
			}
			require.Contains(t, m.log.String(), "boom")
			if m.harmless {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, "boom")
		}
		m.does(nil)
		require.NoError(t, do(w.ctx))
	})
}

// While the clock panics, time stands still.
func TestAPanicOfTheClockStopsTime(t *testing.T) {
	broken := false
	now := epoch
	var log bytes.Buffer
	service := jobs.NewService(newWorld(t, nil).store, &jobs.Options{
		Logger: slog.New(slog.NewTextHandler(&log, nil)),
		Now: func() time.Time {
			if broken {
				panic("no time")
			}
			return now
		},
	})
	create := func(key string) jobs.Job {
		job, err := service.CreateJob(t.Context(), teams.System(org), jobs.NewJob{Definition: definition(), Key: key, TeamIDs: []string{"T1"}})
		require.NoError(t, err)
		return job
	}
	create("before")
	broken, now = true, epoch.Add(time.Hour)
	require.Equal(t, epoch, create("meanwhile").CreatedAt)
	require.Contains(t, log.String(), "no time")
	broken = false
	require.Equal(t, now, create("after").CreatedAt)
}

// Code that calls the service again for the same job, whatever context it uses,
// does not wait for itself. In the bubble, waiting for ever fails the test.
func TestACallbackMayCallTheServiceAgain(t *testing.T) {
	everyCallback(t, func(t *testing.T, w *World, m called, do func(context.Context) error) {
		var again atomic.Bool
		m.does(func(ctx context.Context) {
			if again.Swap(true) {
				return
			}
			for _, ctx := range []context.Context{ctx, context.Background()} {
				list, err := w.ListJobs(ctx, w.Actor, jobs.JobQuery{})
				require.NoError(t, err)
				for _, job := range list.Jobs {
					_, err = w.UpdateJob(ctx, w.Actor, job.ID, jobs.JobPatch{Description: new("by the callback" + job.Description)})
					require.NoError(t, err)
					_, err = w.CreateRun(ctx, w.Actor, job.ID, jobs.NewRun{})
					require.NoError(t, err)
				}
			}
		})
		require.NoError(t, do(w.ctx))
	})
}

// Code that never returns holds up its operation until the context ends, and
// nobody else.
func TestACallbackThatHangsIsLeftBehind(t *testing.T) {
	everyCallback(t, func(t *testing.T, w *World, m called, do func(context.Context) error) {
		release := make(chan struct{})
		defer synctest.Wait()
		defer close(release)
		m.does(func(context.Context) { <-release })
		ctx, cancel := context.WithTimeout(w.ctx, time.Minute)
		defer cancel()
		err := do(ctx)
		if m.calls.Load() == 0 {
			return
		}
		require.Error(t, ctx.Err())
		if m.harmless {
			require.NoError(t, err)
			return
		}
		require.ErrorIs(t, err, context.DeadlineExceeded)
		m.does(nil)
		require.NoError(t, do(w.ctx))
	})
}

// Calls that hang do not pile up for ever.
func TestCallsThatHangAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &meddler{}
		w := newWorld(t, callbacks["Policy"](m))
		job := w.create("daily")
		release := make(chan struct{})
		m.does(func(context.Context) { <-release })
		m.calls.Store(0)
		for range 1200 {
			ctx, cancel := context.WithTimeout(w.ctx, time.Millisecond)
			_, err := w.Job(ctx, w.Actor, job.ID)
			require.ErrorIs(t, err, jobs.ErrUnavailable)
			cancel()
		}
		require.EqualValues(t, 1000, m.calls.Load())
		close(release)
		synctest.Wait()
		require.Equal(t, "daily", w.job(job.ID).Key)
	})
}

// Reads call the embedder's code, too.
func TestAPanicInAReadIsAnError(t *testing.T) {
	for name, read := range map[string]func(w *World, id string) error{
		"Job":      func(w *World, id string) error { _, err := w.Job(w.ctx, w.Actor, id); return err },
		"ListJobs": func(w *World, _ string) error { _, err := w.ListJobs(w.ctx, w.Actor, jobs.JobQuery{}); return err },
		"ListRuns": func(w *World, id string) error { _, err := w.ListRuns(w.ctx, w.Actor, id, jobs.RunQuery{}); return err },
		"ListMyRuns": func(w *World, _ string) error {
			_, err := w.ListMyRuns(w.ctx, w.Actor, jobs.RunQuery{})
			return err
		},
		"ListTicks": func(w *World, id string) error {
			_, err := w.ListTicks(w.ctx, w.Actor, id, jobs.TickQuery{})
			return err
		},
		"ListTeams": func(w *World, id string) error {
			_, err := w.ListTeams(w.ctx, w.Actor, id, jobs.PageOptions{})
			return err
		},
		"Teams": func(w *World, _ string) error { _, err := w.Teams(w.ctx, w.Actor, []string{"T1"}); return err },
	} {
		t.Run(name, func(t *testing.T) {
			m := &meddler{}
			opts := callbacks["Policy"](m)
			opts.Directory = m
			w := newWorld(t, opts)
			job := w.create("daily")
			_, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{Hold: true})
			require.NoError(t, err)
			m.does(func(context.Context) { panic("boom") })
			require.ErrorContains(t, read(w, job.ID), "boom")
			m.does(nil)
			require.NoError(t, read(w, job.ID))
		})
	}
}
