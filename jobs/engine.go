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

// engine is the dispatcher as a scheduler sees it: how much it takes now, and
// which requests it has not returned from.
type engine struct {
	Dispatcher
	s *Scheduler
	// capacity is the dispatcher's own word on how much it takes; nil without.
	capacity Capacity
	// cleans is whether its Cleanup does anything.
	cleans bool

	// slots are for dispatches, and the others for requests that never hold
	// those up, nor each other. One that hangs keeps its slot.
	slots, cancels, cleanups *slots
	outage                   outage
	// turn is held by who reserves: what one takes, the next does not count on.
	turn chan struct{}

	mu sync.Mutex
	// busyUntil is until when, by the scheduler's stopwatch, the engine is not
	// asked to take another run. window is how many it is asked to take at once
	// when it was busy, twice as many after each that it took; 0 for no bound.
	busyUntil time.Duration
	window    int
	// asking counts the requests whose answers are waited for, by run.
	asking map[RunRef]int
}

func newEngine(s *Scheduler, dispatcher Dispatcher) *engine {
	e := &engine{
		Dispatcher: dispatcher, s: s, cleans: true, asking: map[RunRef]int{}, turn: make(chan struct{}, 1),
		outage: outage{who: "the engine", log: s.core.opts.Logger, watch: s.clock},
	}
	freed := make(chan struct{}, 1)
	if capacity, ok := dispatcher.(Capacity); ok {
		e.capacity, e.cleans = &guardedCapacity{Capacity: capacity, c: &s.core.callouts, answered: freed}, capacity.Cleans()
	}
	e.slots = newSlots(4*s.opts.Workers, freed) // for those that are claimed and those that are handed over
	e.cancels, e.cleanups = newSlots(2*s.opts.Workers, freed), newSlots(2*s.opts.Workers, make(chan struct{}, 1))
	return e
}

// reserve takes up to n slots for dispatches of an organization's runs, as many
// as the engine has room for.
func (e *engine) reserve(organizationID string, n int) int {
	e.turn <- struct{}{}
	defer func() { <-e.turn }()
	return e.slots.take(organizationID, min(n, e.left(organizationID)))
}

// hasRoom reports whether the engine may take a run now.
func (e *engine) hasRoom() bool { return e.left("") > 0 }

// left is how many more runs of an organization the engine may take; of any, when
// the ID is empty. One organization has at most half of the room. Requests that
// were left behind take none of it: they only keep their slots.
func (e *engine) left(organizationID string) int {
	// These first: a request that returns meanwhile counts twice, and never not at all.
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

// bound is how many runs the engine is asked to take at once.
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

// noteAnswer notes how a dispatch was answered.
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

// engineError is an error of the dispatcher, told apart from the store's
// whatever it wraps.
type engineError struct{ err error }

func (e engineError) Error() string { return "the dispatcher: " + e.err.Error() }
func (e engineError) Unwrap() error { return e.err }

func told(err error) error {
	if err == nil || errors.Is(err, errNoRoom) {
		return err
	}
	return engineError{err}
}

// ErrHanging is what SchedulerOptions.OnError hears of a request that the
// dispatcher has not returned from although its context has ended. The request
// keeps its slot until it returns.
var ErrHanging = errors.New("jobs: the dispatcher does not return from a request")

// request makes a request about a run that waits for no others of its kind.
func (e *engine) request(ctx context.Context, slots *slots, what string, run RunRef, request func(context.Context, RunRef) error) error {
	if slots.take(run.OrganizationID, 1) == 0 {
		return errNoRoom
	}
	return told(e.ask(ctx, slots, what, run, func(ctx context.Context) error { return request(ctx, run) }))
}

// ask makes one request, in bounded time. It holds a slot, which is given back
// when the request has really returned: one that does not return when its
// context ends is left behind. A panic of the embedder's code is an error of that
// request.
func (e *engine) ask(ctx context.Context, slots *slots, what string, run RunRef, request func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, e.s.opts.RequestTimeout)
	defer cancel()
	e.note(run, 1)
	answer := make(chan error, 1)
	var over atomic.Bool // it has returned, or was left behind
	go func() {
		err := errors.New("it ended its goroutine")
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("it panicked: %v", p)
			}
			left := !over.CompareAndSwap(false, true)
			if left {
				slots.leave(run.OrganizationID, -1)
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
	case !over.CompareAndSwap(false, true): // it returns just now
		err = <-answer
	default:
		slots.leave(run.OrganizationID, 1)
		e.s.core.log(ctx, slog.LevelWarn, what+" does not return; its slot stays taken", run)
		e.s.onError(context.WithoutCancel(ctx), fmt.Errorf("%w: %s of run %s of job %s of organization %s", ErrHanging, what, run.RunID, run.JobID, run.OrganizationID))
	}
	if !errors.Is(err, ErrEngineBusy) && !errors.Is(err, ErrRejected) {
		e.outage.note(ctx, err, slog.String("organization", run.OrganizationID), slog.String("job", run.JobID), slog.String("run", run.RunID))
	}
	return err
}

// askGrace is how long a request may take to notice that its context ended.
const askGrace = 100 * time.Millisecond

// await waits for an answer until the context ends, and a moment longer: who
// heeds its context answers now.
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

func (e *engine) note(run RunRef, more int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.asking[run] += more; e.asking[run] == 0 {
		delete(e.asking, run)
	}
}

// asks reports whether the answer of a request about the run is waited for.
func (e *engine) asks(run RunRef) bool {
	if e == nil {
		return false
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.asking[run] > 0
}
