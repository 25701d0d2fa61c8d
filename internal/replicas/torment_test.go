//go:build unix

package replicas_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// torment is what befalls the replicas of a fleet, and their engine.
type torment struct {
	replicas int
	// each is how often each thing happens at the least.
	each times
	// until is the real time at which it may end.
	until time.Time
	// lull bounds how long a replica is left alone.
	lull time.Duration
	seed uint64

	w     *World
	fleet []*replica
	// alone is held by what befalls all replicas.
	alone sync.RWMutex

	killed, paused, stepped, outages, hung, died atomic.Int64
}

// times are how often things happen.
type times struct{ kills, pauses, steps, outages, hangs, deaths int }

// maxStep bounds by how much a clock is set: ten minutes where a lease is one.
const maxStep = 10 * lease

// inflict keeps replicas running while all this happens, until there was enough
// of it. In the end it kills all.
func (t *torment) inflict(ctx context.Context, w *World) error {
	t.w, t.fleet = w, make([]*replica, t.replicas)
	errs := make([]error, t.replicas+2)
	var group sync.WaitGroup
	for n := range t.replicas {
		if t.fleet[n], errs[n] = w.spawn(t.random(n)); errs[n] != nil {
			return errs[n]
		}
	}
	for n := range t.replicas {
		group.Go(func() { errs[n] = t.one(ctx, n) })
	}
	group.Go(func() { errs[t.replicas] = t.all(ctx) })
	group.Go(func() { errs[t.replicas+1] = t.engine(ctx) })
	group.Wait()
	result := errors.Join(errs...)
	for _, r := range t.fleet {
		result = errors.Join(result, r.kill())
	}
	return result
}

func (t *torment) random(n int) *rand.Rand { return rand.New(rand.NewPCG(t.seed, uint64(n))) }

func (t *torment) over() bool {
	for _, c := range []struct {
		counted *atomic.Int64
		least   int
	}{
		{&t.killed, t.each.kills}, {&t.paused, t.each.pauses}, {&t.stepped, t.each.steps},
		{&t.outages, t.each.outages}, {&t.hung, t.each.hangs}, {&t.died, t.each.deaths},
	} {
		if c.counted.Load() < int64(c.least) {
			return false
		}
	}
	return time.Now().After(t.until)
}

// one is what befalls one replica after the other.
func (t *torment) one(ctx context.Context, n int) error {
	random := t.random(100 + n)
	for !t.over() {
		if err := wait(ctx, time.Duration(random.Int64N(int64(t.lull)))); err != nil {
			return err
		}
		t.alone.RLock()
		var err error
		switch what := random.IntN(5); {
		case what < 2:
			err = t.restart(n, random)
		case what < 4:
			err = t.pause(ctx, t.fleet[n], random)
		default:
			err = t.step(ctx, t.fleet[n], random)
		}
		t.alone.RUnlock()
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *torment) restart(n int, random *rand.Rand) error {
	t.killed.Add(1)
	if err := t.fleet[n].kill(); err != nil {
		return err
	}
	next, err := t.w.spawn(random)
	if err == nil {
		t.fleet[n] = next
	}
	return err
}

// pause holds a replica still, one time in three for longer than a lease.
func (t *torment) pause(ctx context.Context, r *replica, random *rand.Rand) error {
	t.paused.Add(1)
	d := time.Duration(random.Int64N(int64(lease / 3)))
	if random.IntN(3) == 0 {
		d = lease + lease/5
	}
	return t.hold(ctx, d, r)
}

func (t *torment) hold(ctx context.Context, d time.Duration, replicas ...*replica) error {
	for _, r := range replicas {
		if err := r.hold(); err != nil {
			return fmt.Errorf("pause a replica: %w", err)
		}
	}
	_ = wait(ctx, d)
	errs := make([]error, len(replicas))
	for i, r := range replicas {
		errs[i] = r.resume()
	}
	return errors.Join(errs...)
}

// step sets the clock of a replica, ahead or back, and right again after a while.
func (t *torment) step(ctx context.Context, r *replica, random *rand.Rand) error {
	t.stepped.Add(1)
	by := time.Duration(random.Int64N(int64(2*maxStep))) - maxStep
	from := t.w.now()
	if err := r.step(by); err != nil {
		return err
	}
	_ = wait(ctx, time.Duration(random.Int64N(int64(lease))))
	err := r.step(-by)
	_ = wait(ctx, 20*time.Millisecond) // until it has read that
	t.w.mu.Lock()
	defer t.w.mu.Unlock()
	faster := func(d time.Duration) time.Duration { return d * time.Duration(t.w.factor) }
	t.w.doubts = append(t.w.doubts, interval{from.Add(faster(by - maxSkew)), t.w.now().Add(faster(by + maxSkew))})
	return err
}

// all is what befalls all replicas at once: none is there for longer than a lease.
// Half the times the engine's reports go nowhere meanwhile, and half the times it
// loses what it has.
func (t *torment) all(ctx context.Context) error {
	random := t.random(200)
	for !t.over() {
		if err := wait(ctx, t.lull+time.Duration(random.Int64N(int64(2*t.lull)))); err != nil {
			return err
		}
		if err := t.outage(ctx, random); err != nil {
			return err
		}
	}
	return nil
}

func (t *torment) outage(ctx context.Context, random *rand.Rand) error {
	t.alone.Lock()
	defer t.alone.Unlock()
	t.outages.Add(1)
	e := t.w.engine
	e.set(func(e *engine) { e.away = random.IntN(2) == 0 })
	defer e.set(func(e *engine) { e.away = false })
	if random.IntN(2) == 0 {
		t.died.Add(int64(e.crash(1)))
	}
	d := lease*6/5 + time.Duration(random.Int64N(int64(2*lease)))
	if random.IntN(2) == 0 {
		return t.hold(ctx, d, t.fleet...) // reports get through a moment after the replicas work again
	}
	for _, r := range t.fleet {
		if err := r.kill(); err != nil {
			return err
		}
	}
	_ = wait(ctx, d)
	// Where schedulers watch, reports get through.
	e.set(func(e *engine) { e.away = false })
	for n := range t.fleet {
		next, err := t.w.spawn(random)
		if err != nil {
			return err
		}
		t.fleet[n] = next
	}
	return nil
}

// engine is what befalls the engine: it hangs, is out of reach, or loses some of
// its runs.
func (t *torment) engine(ctx context.Context) error {
	random := t.random(300)
	for !t.over() {
		if err := wait(ctx, time.Duration(random.Int64N(int64(2*t.lull)))); err != nil {
			return err
		}
		d := time.Duration(random.Int64N(int64(2 * lease)))
		switch random.IntN(3) {
		case 0:
			t.hung.Add(1)
			end := t.w.engine.hang()
			_ = wait(ctx, d)
			end()
		case 1:
			t.w.engine.set(func(e *engine) { e.unreachable = true })
			_ = wait(ctx, d)
			t.w.engine.set(func(e *engine) { e.unreachable = false })
		case 2:
			t.died.Add(int64(t.w.engine.crash(0.5)))
		}
	}
	return nil
}
