package main

import (
	"context"
	"sync"
	"time"
)

const (
	// probeWithin is how long the store, or this process itself, may take to answer.
	probeWithin = 2 * time.Second
	// probeKeep is for how long one answer serves all who ask.
	probeKeep = 500 * time.Millisecond
)

// probe asks one question at a time, for all who want to know: however many there
// are, and however long the answer takes, one goroutine waits for it.
type probe[T any] struct {
	question func(context.Context) (T, error)

	mu    sync.Mutex
	asked *asked[T]
}

// asked is a question that was asked, and its answer once done is closed.
type asked[T any] struct {
	at, answeredAt time.Time
	done           chan struct{}
	answer         T
	err            error
}

func newProbe[T any](question func(context.Context) (T, error)) *probe[T] {
	return &probe[T]{question: question}
}

// ask returns an answer that is at most probeKeep old, or an error when there is none
// in time.
func (p *probe[T]) ask(ctx context.Context) (none T, _ error) {
	a := p.current(ctx)
	ctx, cancel := context.WithDeadline(ctx, a.at.Add(probeWithin))
	defer cancel()
	select {
	case <-a.done:
	case <-ctx.Done():
		if !a.answered() {
			return none, ctx.Err()
		}
	}
	return a.answer, a.err
}

// current is the question that is being asked, or was answered lately, or a new one.
func (p *probe[T]) current(ctx context.Context) *asked[T] {
	p.mu.Lock()
	defer p.mu.Unlock()
	if a := p.asked; a != nil && (!a.answered() || time.Since(a.answeredAt) < probeKeep) {
		return a
	}
	a := &asked[T]{at: time.Now(), done: make(chan struct{})}
	p.asked = a
	go func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), probeWithin)
		defer cancel()
		a.answer, a.err = p.question(ctx)
		a.answeredAt = time.Now()
		close(a.done)
	}()
	return a
}

func (a *asked[T]) answered() bool {
	select {
	case <-a.done:
		return true
	default:
		return false
	}
}
