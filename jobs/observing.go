package jobs

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// observing holds the events that wait for the observer. One goroutine passes them
// on, so that no scheduler waits for the observer.
type observing struct {
	mu      sync.Mutex
	waiting []Event
	// busy is whether that goroutine runs. dropped counts the events that were
	// dropped because too many others waited.
	busy    bool
	dropped int
}

const (
	// maxObserving bounds how many events wait for the observer. observeFor bounds
	// how long one call of it may take.
	maxObserving = 1000
	observeFor   = 10 * time.Second
)

// observe queues the events of a commit for the observer. It skips the event of the
// operation itself, which the operation passes to the observer.
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
		case err != nil || i == 0 && e.operation != "": // the operation calls tell with it
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

// tellWaiting calls the observer with each waiting event, one after the other.
func (c *core) tellWaiting() {
	for e, ok := c.observing.next(); ok; e, ok = c.observing.next() {
		ctx, cancel := context.WithTimeout(context.Background(), observeFor)
		c.tell(ctx, &e)
		cancel()
	}
}

// next takes the oldest waiting event. When there is none, it clears busy.
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

// tell calls the observer with an event; nil is no event. It logs an error or a
// panic of the observer. The change stays made.
func (c *core) tell(ctx context.Context, e *Event) {
	if e == nil || c.opts.Observer == nil {
		return
	}
	run := RunRef{OrganizationID: e.Actor.OrganizationID, JobID: e.JobID, RunID: e.RunID}
	err := c.callOut(ctx, "the observer", func(ctx context.Context) { c.opts.Observer(ctx, *e) })
	if err != nil {
		level := slog.LevelError
		if ctx.Err() != nil { // its time was over
			level = slog.LevelWarn
		}
		c.log(ctx, level, "the observer failed, or took too long", run, slog.String("what", string(e.Kind)), slog.Any("error", err))
	}
	c.observing.mu.Lock()
	dropped := c.observing.dropped
	c.observing.dropped = 0
	c.observing.mu.Unlock()
	if dropped > 0 {
		c.log(ctx, slog.LevelWarn, "the observer is too slow: events were dropped", run, slog.Int("events", dropped))
	}
}
