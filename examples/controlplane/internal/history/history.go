// Package history makes two weeks of history for the demo: jobs that ran,
// failed, were skipped, paused and edited. It uses only the library. A service
// and a scheduler run through the two weeks with a clock in the past, on a
// store in memory, which is then copied.
package history

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
)

// Cast says who takes part in the history.
type Cast struct {
	Directory    *teams.Static
	Organization string
	Cluster      string
	// Teams are three teams. Members are two members: the first may do
	// everything, the second works in the first team.
	Teams   [3]string
	Members [2]string
	// FirstID is the ID of the first job. NewID makes the IDs of the others.
	FirstID string
	NewID   func() string
	// Until is when the history ends.
	Until time.Time
}

// span is how long the history is.
const span = 14 * 24 * time.Hour

// Make makes the history, and returns the store that contains it. At its end no
// run is going.
func Make(ctx context.Context, cast Cast) (storage.Store, error) {
	w := newWorld(cast)
	for _, act := range w.story() {
		if err := w.liveUntil(ctx, act.at); err != nil {
			return nil, err
		}
		if err := act.do(ctx); err != nil {
			return nil, fmt.Errorf("history: %s: %w", act.what, err)
		}
	}
	if err := w.liveUntil(ctx, cast.Until); err != nil {
		return nil, err
	}
	return w.store, w.engine.finish(ctx, w)
}

// world is the place where the history happens.
type world struct {
	cast      Cast
	store     *memory.Store
	service   *jobs.Service
	scheduler *jobs.Scheduler
	engine    *engine
	clock     clock
	// away is whether no scheduler works.
	away bool
	ids  map[string]string // of jobs, by key
}

func newWorld(cast Cast) *world {
	w := &world{cast: cast, store: memory.New(), engine: newEngine(), ids: map[string]string{}}
	w.clock.set(cast.Until.Add(-span).Truncate(time.Minute))
	var begun atomic.Bool
	newID := func() string { // it is called from many goroutines
		if cast.FirstID != "" && begun.CompareAndSwap(false, true) {
			return cast.FirstID
		}
		return cast.NewID()
	}
	w.service = jobs.NewService(w.store, &jobs.Options{
		Now: w.clock.now, NewID: newID, Directory: cast.Directory,
		// The engine of the history is never silent, however far the clock moves at once.
		Runs: jobs.RunOptions{Lease: span},
	})
	w.scheduler = jobs.NewScheduler(w.service, w.engine, nil)
	return w
}

// maxSteps bounds how often the scheduler looks in two weeks: far more than there
// are ticks.
const maxSteps = 200_000

// liveUntil moves the clock to a time, from one thing that happens to the next.
func (w *world) liveUntil(ctx context.Context, until time.Time) error {
	for range maxSteps {
		next, err := w.look(ctx)
		if err != nil {
			return err
		}
		if end := w.engine.next(); !end.IsZero() && (next.IsZero() || end.Before(next)) {
			next = end
		}
		if next.IsZero() || !next.Before(until) {
			w.clock.set(until)
			return w.engine.report(ctx, w)
		}
		w.clock.set(later(w.clock.now().Add(time.Millisecond), next))
		if err := w.engine.report(ctx, w); err != nil {
			return err
		}
	}
	return errors.New("history: it does not come to an end")
}

// look lets the scheduler do what is due, unless it is away.
func (w *world) look(ctx context.Context) (next time.Time, err error) {
	if w.away {
		return time.Time{}, nil
	}
	next, err = w.scheduler.Tick(ctx)
	if err != nil {
		return next, fmt.Errorf("history: at %s: %w", w.clock.now(), err)
	}
	return next, nil
}

// clock is the time of a world. What the service does beside the story reads it, too.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// actor is one of the members.
func (w *world) actor(n int) teams.Actor {
	actor, _ := w.cast.Directory.Actor(w.cast.Organization, w.cast.Members[n])
	return actor
}
