package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// engine is a scheduler's view of its dispatcher: how many runs it takes now, and
// which requests have not returned.
type engine struct {
	Dispatcher
	s *Scheduler
	// capacity is nil when the dispatcher does not implement [Capacity].
	capacity Capacity
	// cleans is whether the dispatcher's Cleanup does anything.
	cleans bool

	// slots are for dispatches. Cancels and cleanups have slots of their own, so
	// that no kind of request delays another. A request that hangs keeps its slot.
	slots, cancels, cleanups *slots
	outage                   outage
	// turn is held while somebody reserves slots, so that two do not count on the
	// same room.
	turn chan struct{}

	mu sync.Mutex
	// busyUntil is until when, by the scheduler's stopwatch, no run is dispatched
	// because the engine said that it is busy. window bounds the dispatches at one
	// time after that. It is 1 at first, and doubles with each run that the engine
	// takes; 0 is no bound.
	busyUntil time.Duration
	window    int
	// asking counts, by run, the requests that somebody waits for.
	asking map[RunRef]int
	// hangs are the requests that were left behind and have not returned.
	hangs trouble
}

func newEngine(s *Scheduler, dispatcher Dispatcher) *engine {
	e := &engine{
		Dispatcher: dispatcher, s: s, cleans: true, asking: map[RunRef]int{}, turn: make(chan struct{}, 1),
		outage: outage{who: "the engine", log: s.core.opts.Logger, watch: s.clock},
	}
	freed := make(chan struct{}, 1)
	if capacity, ok := dispatcher.(Capacity); ok {
		e.capacity, e.cleans = &guardedCapacity{Capacity: capacity, c: &s.core.callouts, now: s.core.now, answered: freed}, capacity.Cleans()
	}
	e.slots = newSlots(4*s.opts.Workers, freed) // for runs that are claimed and for runs that are handed over
	e.cancels, e.cleanups = newSlots(2*s.opts.Workers, freed), newSlots(2*s.opts.Workers, make(chan struct{}, 1))
	return e
}

// reserve takes up to n slots for dispatches of an organization's runs, but no more
// than the engine has room for.
func (e *engine) reserve(organizationID string, n int) int {
	e.turn <- struct{}{}
	defer func() { <-e.turn }()
	return e.slots.take(organizationID, min(n, e.left(organizationID)))
}

// hasRoom reports whether the engine may take a run now.
func (e *engine) hasRoom() bool { return e.left("") > 0 }

// left is how many more runs of an organization the engine may take; with an empty
// ID, of all together. One organization gets at most half of the room. Requests
// that were left behind take no room, only slots.
func (e *engine) left(organizationID string) int {
	// Read these first: then a request that returns meanwhile is counted twice
	// rather than not at all.
	all, own := e.slots.inUse(""), e.slots.inUse(organizationID)
	room := e.bound()
	if e.capacity != nil && room > 0 {
		room = min(room, e.capacity.Free(""))
	}
	left := room - all
	if organizationID == "" || left <= 0 {
		return left
	}
	most := max(room/2, 1)
	if e.capacity != nil {
		most = min(most, e.capacity.Free(organizationID))
	}
	return min(left, most-own)
}

// bound is how many runs may be dispatched at one time.
func (e *engine) bound() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.window == 0:
		return e.slots.all
	case e.s.clock.read() < e.busyUntil:
		return 0
	}
	return e.window
}

// noteAnswer notes the answer of a dispatch.
func (e *engine) noteAnswer(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case errors.Is(err, ErrEngineBusy):
		e.window = 1
		e.busyUntil = e.s.clock.read() + e.s.core.opts.Runs.DispatchBackoff
	case err == nil && e.window > 0:
		if e.window *= 2; e.window >= e.slots.all {
			e.window = 0
		}
	}
}

// engineError marks an error of the dispatcher, so that it is not taken for an
// error of the store.
type engineError struct{ err error }

func (e engineError) Error() string { return "the dispatcher: " + e.err.Error() }
func (e engineError) Unwrap() error { return e.err }

func told(err error) error {
	if err == nil || errors.Is(err, errNoRoom) {
		return err
	}
	return engineError{err}
}

// ErrHanging is passed to SchedulerOptions.OnError when a call of the [Dispatcher]
// does not return although its context has ended. The call keeps its slot until it
// returns.
var ErrHanging = errors.New("jobs: the dispatcher does not return from a request")

// request makes a request about a run. It returns errNoRoom when no slot is free.
func (e *engine) request(ctx context.Context, slots *slots, o Operation, request func(context.Context, RunRef) error) error {
	if slots.take(o.Run.OrganizationID, 1) == 0 {
		return errNoRoom
	}
	return told(e.ask(ctx, slots, o, func(ctx context.Context) error { return request(ctx, o.Run) }))
}

// ask makes one request, in bounded time. The caller holds a slot; it is given back
// when the dispatcher has really returned. A request that does not return when its
// context ends is left behind. A panic of the embedder's code is an error of that
// request.
func (e *engine) ask(ctx context.Context, slots *slots, o Operation, request func(context.Context) error) (err error) {
	run, what := o.Run, "a "+o.Name
	ctx, end := e.s.core.begin(ctx, o)
	defer func() { end(err) }()
	ctx, cancel := context.WithTimeout(ctx, e.s.opts.RequestTimeout)
	defer cancel()
	e.note(run, 1)
	answer := make(chan error, 1)
	var over atomic.Bool // the request has returned, or was left behind
	go func() {
		err := errors.New("the call ended its goroutine")
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("the call panicked: %v", p)
			}
			left := !over.CompareAndSwap(false, true)
			if left {
				e.leave(slots, run, -1)
			}
			slots.give(run.OrganizationID, 1)
			answer <- err
			if left {
				e.s.core.log(ctx, slog.LevelInfo, what+" returned after all", run)
			}
		}()
		err = request(ctx)
	}()
	returned, err := await(ctx, answer)
	e.note(run, -1)
	switch {
	case returned:
	case !over.CompareAndSwap(false, true): // it has just returned
		err = <-answer
	default:
		e.leave(slots, run, 1)
		e.s.core.log(ctx, slog.LevelWarn, what+" does not return; its slot stays taken", run)
		e.s.onError(context.WithoutCancel(ctx), fmt.Errorf("%w: %s of run %s of job %s of organization %s", ErrHanging, what, run.RunID, run.JobID, run.OrganizationID))
	}
	if !errors.Is(err, ErrEngineBusy) && !errors.Is(err, ErrRejected) {
		e.outage.note(ctx, err, slog.String("organization", run.OrganizationID), slog.String("job", run.JobID), slog.String("run", run.RunID))
	}
	return err
}

// askGrace is how long a request may take to return after its context has ended.
const askGrace = 100 * time.Millisecond

// await waits for an answer until the context ends, and askGrace longer: code that
// watches its context answers in that time.
func await(ctx context.Context, answer <-chan error) (returned bool, err error) {
	select {
	case err := <-answer:
		return true, err
	case <-ctx.Done():
	}
	timer := time.NewTimer(askGrace)
	defer timer.Stop()
	select {
	case err := <-answer:
		return true, err
	case <-timer.C:
		return false, ctx.Err()
	}
}

// leave notes that a request was left behind, or has returned.
func (e *engine) leave(slots *slots, run RunRef, more int) {
	now := e.s.core.now()
	e.mu.Lock()
	if e.hangs.count += more; e.hangs.count == 0 {
		e.hangs = trouble{}
	} else if !e.hangs.going() {
		e.hangs.since = now
	}
	e.mu.Unlock()
	slots.leave(run.OrganizationID, more)
}

// tell adds the failures of the dispatcher.
func (e *engine) tell(found *failures) {
	if e == nil {
		return
	}
	e.mu.Lock()
	hangs := e.hangs
	e.mu.Unlock()
	c := cause{part: partDispatcher}
	if hangs.going() {
		found.add(c, "requests to the dispatcher do not return", hangs)
	}
	if capacity, ok := e.capacity.(*guardedCapacity); ok {
		if since := capacity.hangsSince.Load(); since != nil && capacity.hanging.Load() > 0 {
			found.add(c, "the dispatcher does not say how many runs it has room for", trouble{since: *since})
		}
	}
	if t := e.outage.read(); t.going() {
		_, message := blame(engineError{t.err}, "")
		found.add(c, message, t)
	}
}

func (e *engine) note(run RunRef, more int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.asking[run] += more; e.asking[run] == 0 {
		delete(e.asking, run)
	}
}

// asks reports whether somebody waits for the answer of a request about the run.
func (e *engine) asks(run RunRef) bool {
	if e == nil {
		return false
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.asking[run] > 0
}
