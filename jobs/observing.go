package jobs

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// observing is what happened that the observer is still to be told of. Nobody waits
// for it: a scheduler goes on while the observer takes its time.
type observing struct {
	mu      sync.Mutex
	waiting []Event
	// busy is whether somebody tells the observer, and dropped how many events
	// found too many others waiting.
	busy    bool
	dropped int
}

const (
	// maxObserving bounds how many events wait for the observer, and observeFor
	// how long one call of it may take.
	maxObserving = 1000
	observeFor   = 10 * time.Second
)

// observe has the observer told of those events of a commit that its operation does
// not tell of.
func (c *core) observe(change storage.Change) {
	if c.opts.Observer == nil {
		return
	}
	o := &c.observing
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, record := range change.Events {
		record.JobRef, record.At = change.JobRef, change.At
		switch e, err := decodeEvent(record); {
		case err != nil || i == 0 && e.operation != "": // of that the operation tells
		case len(o.waiting) >= maxObserving:
			o.dropped++
		default:
			o.waiting = append(o.waiting, e)
		}
	}
	if len(o.waiting) > 0 && !o.busy {
		o.busy = true
		go c.tellWaiting()
	}
}

// tellWaiting tells the observer what waits, one event after the other.
func (c *core) tellWaiting() {
	for e, ok := c.observing.next(); ok; e, ok = c.observing.next() {
		ctx, cancel := context.WithTimeout(context.Background(), observeFor)
		c.tell(ctx, &e)
		cancel()
	}
}

// next takes the oldest event that waits. Without one nobody is busy any more.
func (o *observing) next() (e Event, ok bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.waiting) == 0 {
		o.waiting, o.busy = nil, false
		return e, false
	}
	e = o.waiting[0]
	o.waiting = o.waiting[1:]
	return e, true
}

// tell calls the observer, if there is one and something to tell. What goes
// wrong there is logged, and does not undo what was done.
func (c *core) tell(ctx context.Context, e *Event) {
	if e == nil || c.opts.Observer == nil {
		return
	}
	run := RunRef{OrganizationID: e.Actor.OrganizationID, JobID: e.JobID, RunID: e.RunID}
	err := c.callOut(ctx, "the observer", func(ctx context.Context) { c.opts.Observer(ctx, *e) })
	if err != nil {
		level := slog.LevelError
		if ctx.Err() != nil { // nobody waits for it any more
			level = slog.LevelWarn
		}
		c.log(ctx, level, "an observer could not be told", run, slog.String("what", string(e.Kind)), slog.Any("error", err))
	}
	c.observing.mu.Lock()
	dropped := c.observing.dropped
	c.observing.dropped = 0
	c.observing.mu.Unlock()
	if dropped > 0 {
		c.log(ctx, slog.LevelWarn, "an observer is too slow to be told of all that happened", run, slog.Int("events", dropped))
	}
}
