package sqlite

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// The states of a request. It leaves waiting once: either the writer takes it, or
// its caller abandons it, and then it never runs.
const (
	waiting int32 = iota
	taken
	abandoned
)

// request is something that the writer is to write.
type request struct {
	// run writes within a transaction. After a rollback it may run again.
	run func(*session) error
	// at is the time of the change; zero when the request is not a change.
	at     time.Time
	state  atomic.Int32
	result chan error
}

// queue passes requests to the writer, in the order in which they come.
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

// submit waits until run was written, or the context ends. When the context
// ends before the writer has taken the request, run never runs. When it ends
// later, the outcome is unknown.
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

// signal wakes the writer. The caller holds the lock.
func (q *queue) signal() {
	select {
	case q.filled <- struct{}{}:
	default:
	}
}

// take returns up to n requests that were not abandoned. The writer must answer
// each of them.
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

// drop removes the first n requests. The caller holds the lock.
func (q *queue) drop(n int) {
	rest := copy(q.requests, q.requests[n:])
	clear(q.requests[rest:])
	q.requests = q.requests[:rest]
}

// length is how many requests wait, including abandoned ones.
func (q *queue) length() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.requests)
}

// close refuses further requests, and reports whether the queue was open.
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
