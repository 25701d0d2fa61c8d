package redis

import (
	"context"
	"errors"
	"net"
	"time"
)

// await runs a call to the client. It returns when the call does, or when the
// context ends. Most clients ignore a deadline while they wait for a reply (see
// the client's option ContextTimeoutEnabled), and all ignore cancellation. The
// call then goes on until the client's read timeout.
func await[T any](ctx context.Context, call func() (T, error)) (T, error) {
	if err := ctx.Err(); err != nil {
		var none T
		return none, err
	}
	ended := ctx.Done()
	if ended == nil {
		return call()
	}
	type answer struct {
		value T
		err   error
	}
	answers := make(chan answer, 1) // the caller may have left when the answer comes
	go func() {
		value, err := call()
		answers <- answer{value, err}
	}()
	select {
	case a := <-answers:
		return a.value, withContext(ctx, a.err)
	case <-ended:
		var none T
		return none, ctx.Err()
	}
}

// withContext adds the context's error to an error that the end of the context
// caused. A client that honours deadlines reports a network timeout, and may do
// so just before the context ends.
func withContext(ctx context.Context, err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if ended := ctx.Err(); ended != nil {
		return errors.Join(ended, err)
	}
	var timeout net.Error
	deadline, ok := ctx.Deadline()
	if ok && errors.As(err, &timeout) && timeout.Timeout() && !time.Now().Before(deadline) {
		return errors.Join(context.DeadlineExceeded, err)
	}
	return err
}
