package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"

	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// callouts are calls of the embedder's code. Each goes through ask: a panic is
// an error of that call, one that hangs is left behind when its context ends, and
// none holds the lock of a job.
type callouts struct {
	logger *slog.Logger

	mu sync.Mutex
	// hanging counts, by what was called, the calls that were left behind.
	hanging map[string]int
}

// maxHanging bounds how many calls of one kind may hang: further ones are
// refused.
const maxHanging = 1000

// answer is what a call returned.
type answer[T any] struct {
	value T
	err   error
}

// ask calls the embedder's code, and returns when it does or the context ends.
func ask[T any](ctx context.Context, c *callouts, what string, call func(context.Context) (T, error)) (T, error) {
	var none T
	leaveTurn(ctx)
	if ctx.Done() == nil { // nothing bounds it
		a := guarded(ctx, c, what, call)
		return a.value, a.err
	}
	if c.hang(what, 0) >= maxHanging {
		return none, fmt.Errorf("%s: %d calls of it hang", what, maxHanging)
	}
	answers := make(chan answer[T])
	go func() {
		a := guarded(ctx, c, what, call)
		select {
		case answers <- a:
			return
		case <-ctx.Done():
		}
		// Nobody may wait any more, and then the call was counted.
		select {
		case answers <- a:
		case <-c.left(what):
		}
	}()
	select {
	case a := <-answers:
		return a.value, a.err
	case <-ctx.Done():
		return none, fmt.Errorf("%s: %w", what, ctx.Err())
	}
}
