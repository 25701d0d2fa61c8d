package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// callouts are calls of the embedder's code. Each goes through ask. A panic becomes
// an error of that call. A call that hangs is left behind when its context ends. No
// call holds the lock of a job.
type callouts struct {
	logger *slog.Logger

	mu sync.Mutex
	// hanging counts, by what was called, the calls that were left behind and have
	// not returned yet.
	hanging map[string]int
	// troubles are, by what was called, the calls that fail.
	troubles map[string]trouble
	now      func() time.Time
}

// note notes whether a call failed. It ignores a call whose caller has gone.
func (c *callouts) note(what string, err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	if err == nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.troubles, what)
		return
	}
	now := c.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.troubles == nil {
		c.troubles = map[string]trouble{}
	}
	t := c.troubles[what]
	t.note(err, now)
	c.troubles[what] = t
}

// tell adds the failures of the embedder's code.
func (c *callouts) tell(found *failures) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for what, t := range c.troubles {
		switch what {
		case askDirectory:
			found.add(cause{part: partDirectory}, "the directory does not answer", t)
		case askPolicy:
			found.add(cause{part: partPolicy}, "the policy does not answer", t)
		default: // the error says which
			found.add(cause{part: partCallback}, "a callback of the program does not answer", t)
		}
	}
}

// What is called, in logs and errors, and is a part of its own in [Health].
const (
	askDirectory = "the directory"
	askPolicy    = "the policy"
)

// maxLeft bounds how many calls of one kind may hang. Further calls are refused.
const maxLeft = 1000

// hang adds to how many calls of a kind hang, and returns how many do.
func (c *callouts) hang(what string, more int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.hanging == nil {
		c.hanging = map[string]int{}
	}
	c.hanging[what] += more
	return c.hanging[what]
}

// answer is what a call returned.
type answer[T any] struct {
	value T
	err   error
}

// ask calls the embedder's code. It returns when the code returns or the context
// ends.
func ask[T any](ctx context.Context, c *callouts, what string, call func(context.Context) (T, error)) (_ T, err error) {
	releaseLock(ctx)
	defer func() { c.note(what, err) }()
	if ctx.Done() == nil { // nothing can end the call early
		a := guarded(ctx, c, what, call)
		return a.value, a.err
	}
	var none T
	if c.hang(what, 0) >= maxLeft {
		return none, fmt.Errorf("%s: %d calls have not returned", what, maxLeft)
	}
	answers := make(chan answer[T], 1)
	var over atomic.Bool // the call has returned, or was left behind
	go func() {
		answers <- guarded(ctx, c, what, call)
		if !over.CompareAndSwap(false, true) {
			c.hang(what, -1)
		}
	}()
	select {
	case a := <-answers:
		return a.value, a.err
	case <-ctx.Done():
	}
	if over.CompareAndSwap(false, true) {
		c.hang(what, 1)
		return none, fmt.Errorf("%s: %w", what, ctx.Err())
	}
	a := <-answers
	return a.value, a.err
}

// guarded makes a call, and turns a panic into an error. A call that ends its
// goroutine, as a failing test does, is an error too.
func guarded[T any](ctx context.Context, c *callouts, what string, call func(context.Context) (T, error)) (a answer[T]) {
	returned := false
	defer func() {
		if returned {
			return
		}
		p := recover()
		c.panicked(ctx, what, p)
		a = answer[T]{err: fmt.Errorf("%s panicked: %v", what, p)}
	}()
	a.value, a.err = call(ctx)
	returned = true
	return a
}

// panicked logs where the embedder's code panicked. The caller's error holds no
// stack.
func (c *callouts) panicked(ctx context.Context, what string, p any) {
	c.logger.ErrorContext(ctx, "jobledger: a callback panicked",
		slog.String("what", what), slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
}

// callOut makes one call of the embedder's code that returns nothing.
func (c *core) callOut(ctx context.Context, what string, call func(context.Context)) error {
	_, err := ask(ctx, &c.callouts, what, func(ctx context.Context) (struct{}, error) {
		call(ctx)
		return struct{}{}, nil
	})
	return err
}

// guardedDirectory calls the embedder's directory through ask.
type guardedDirectory struct {
	c    *callouts
	asks teams.Directory
}

func (d guardedDirectory) Teams(ctx context.Context, organizationID string, ids []string) (map[string]teams.Team, error) {
	return ask(ctx, d.c, askDirectory, func(ctx context.Context) (map[string]teams.Team, error) {
		return d.asks.Teams(ctx, organizationID, ids)
	})
}

func (d guardedDirectory) Cluster(ctx context.Context, organizationID, id string) (teams.Cluster, bool, error) {
	type found struct {
		teams.Cluster
		ok bool
	}
	f, err := ask(ctx, d.c, askDirectory, func(ctx context.Context) (f found, err error) {
		f.Cluster, f.ok, err = d.asks.Cluster(ctx, organizationID, id)
		return f, err
	})
	return f.Cluster, f.ok, err
}

// guardedCapacity guards the calls of the embedder's [Capacity].
type guardedCapacity struct {
	Capacity
	c *callouts
	// answered gets a value when a call that was left behind has returned.
	answered chan struct{}
	now      func() time.Time
	// hangsSince is when the first of the calls that hang was left behind.
	hangsSince atomic.Pointer[time.Time]
	// hanging counts the calls that were left behind and have not returned.
	hanging atomic.Int64
}

// Free answers within askGrace. It is 0 when the embedder's Free panics, and while
// a call of it hangs.
func (g *guardedCapacity) Free(organizationID string) int {
	if g.hanging.Load() > 0 {
		return 0
	}
	free := make(chan int, 1)
	var over atomic.Bool // the call has returned, or was left behind
	go func() {
		free <- guarded(context.Background(), g.c, "Capacity.Free", func(context.Context) (int, error) {
			return g.Capacity.Free(organizationID), nil
		}).value
		if !over.CompareAndSwap(false, true) {
			g.hanging.Add(-1)
			tell(g.answered)
		}
	}()
	timer := time.NewTimer(askGrace)
	defer timer.Stop()
	select {
	case n := <-free:
		return n
	case <-timer.C:
	}
	if !over.CompareAndSwap(false, true) {
		return <-free
	}
	if now := g.now(); g.hanging.Load() == 0 {
		g.hangsSince.Store(&now)
	}
	g.hanging.Add(1)
	return 0
}

// guardPolicy returns a policy that calls the embedder's through ask.
func guardPolicy(c *callouts, policy Policy) Policy {
	return func(ctx context.Context, a Access) (bool, error) {
		return ask(ctx, c, askPolicy, func(ctx context.Context) (bool, error) { return policy(ctx, a) })
	}
}

// validate checks the values of a definition and fills in defaults. If the
// embedder's check refuses the config, that is a field error. If the check panics
// or hangs, the error is no field error.
func (c *core) validate(ctx context.Context, d versions.Definition) (versions.Definition, versions.JobType, error) {
	v := versions.Validator{Limits: c.opts.Limits.Limits}
	var broken error
	if check := c.opts.CheckConfig; check != nil {
		type verdict struct {
			jobType versions.JobType
			err     error
		}
		v.CheckConfig = func(config json.RawMessage) (versions.JobType, error) {
			var said verdict
			said, broken = ask(ctx, &c.callouts, "Options.CheckConfig", func(context.Context) (v verdict, _ error) {
				v.jobType, v.err = check(config)
				return v, nil
			})
			return said.jobType, said.err
		}
	}
	valid, jobType, err := v.Validate(d)
	if broken != nil {
		err = fmt.Errorf("jobs: %w", broken)
	}
	return valid, jobType, err
}
