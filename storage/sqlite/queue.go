package sqlite

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// The states of a request. Whoever moves it out of waiting decides its fate:
// the writer takes it, or its caller gives it up, and then it is never run.
const (
	waiting int32 = iota
	taken
	abandoned
)

// request is one piece of writing that waits for the writer.
type request struct {
	// run writes within a transaction. It may be run again, after a rollback.
	run func(*session) error
	// at is the time of the change; zero for what is no change.
	at     time.Time
	state  atomic.Int32
	result chan error
}

// queue hands requests to the writer, first come, first served.
type queue struct {
	mu       sync.Mutex
	requests []*request
	closed   bool
	// filled wakes the writer; it holds one token at most.
	filled chan struct{}
	// closing ends the writer's wait for other processes.
	closing chan struct{}
}

func newQueue() *queue {
	return &queue{filled: make(chan struct{}, 1), closing: make(chan struct{})}
}

// submit waits for run to be written, or for the context. When the context
// ends before the writer took the request, it is never run; afterwards its
// outcome is unknown to this caller.
func (q *queue) submit(ctx context.Context, at time.Time, run func(*session) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r := &request{run: run, at: at, result: make(chan error, 1)}
	if !q.add(r) {
		return ErrClosed
	}
	select {
	case err := <-r.result:
		return err
	case <-ctx.Done():
	}
	if r.state.CompareAndSwap(waiting, abandoned) {
		return ctx.Err()
	}
	select {
	case err := <-r.result:
		return err
	default:
		return errors.Join(storage.ErrOutcomeUnknown, ctx.Err())
	}
}

func (q *queue) add(r *request) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false
	}
	q.requests = append(q.requests, r)
	q.signal()
	return true
}

// signal wakes the writer. The lock is held.
func (q *queue) signal() {
	select {
	case q.filled <- struct{}{}:
	default:
	}
}

// take returns up to n requests that nobody gave up. The writer owes each an
// answer.
func (q *queue) take(n int) []*request {
	q.mu.Lock()
	defer q.mu.Unlock()
	var group []*request
	i := 0
	for ; i < len(q.requests) && len(group) < n; i++ {
		if r := q.requests[i]; r.state.CompareAndSwap(waiting, taken) {
			group = append(group, r)
		}
	}
	q.drop(i)
	if len(q.requests) > 0 {
		q.signal()
	}
	return group
}

// drop forgets the first n requests. The lock is held.
func (q *queue) drop(n int) {
	rest := copy(q.requests, q.requests[n:])
	clear(q.requests[rest:])
	q.requests = q.requests[:rest]
}

// length is how many requests wait, given up or not.
func (q *queue) length() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.requests)
}

// close refuses what comes from now on, and reports whether it was open.
func (q *queue) close() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false
	}
	q.closed = true
	close(q.closing)
	return true
}
