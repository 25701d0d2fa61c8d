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

// torment is what befalls the replicas of a fleet.
type torment struct {
	replicas int
	// kills and pauses are how many there are at the least, of all replicas.
	kills, pauses int
	// until is the real time at which it may end.
	until time.Time
	// lull bounds how long a replica is left alone.
	lull time.Duration
	seed uint64

	killed, paused, long atomic.Int64
}

// inflict keeps replicas running, and kills and pauses them, until there was
// enough of it. In the end it kills all.
func (t *torment) inflict(ctx context.Context, w *world) error {
	errs := make([]error, t.replicas)
	var group sync.WaitGroup
	for n := range t.replicas {
		group.Go(func() { errs[n] = t.one(ctx, w, rand.New(rand.NewPCG(t.seed, uint64(n)))) })
	}
	group.Wait()
	return errors.Join(errs...)
}

func (t *torment) over() bool {
	return t.killed.Load() >= int64(t.kills) && t.paused.Load() >= int64(t.pauses) && time.Now().After(t.until)
}

// one is the life of one replica after the other.
func (t *torment) one(ctx context.Context, w *world, random *rand.Rand) error {
	r, err := w.spawn(random)
	if err != nil {
		return err
	}
	for !t.over() {
		if err := wait(ctx, time.Duration(random.Int64N(int64(t.lull)))); err != nil {
			break
		}
		if t.paused.Load() < t.killed.Load() {
			err = t.pause(ctx, r, random)
		} else {
			r, err = t.restart(w, r, random)
		}
		if err != nil {
			return err
		}
	}
	return errors.Join(r.kill(), ctx.Err())
}

// pause holds a replica still, one time in three for longer than a lease.
func (t *torment) pause(ctx context.Context, r *replica, random *rand.Rand) error {
	t.paused.Add(1)
	d := time.Duration(random.Int64N(int64(lease / 3)))
	if random.IntN(3) == 0 {
		t.long.Add(1)
		d = lease + lease/5
	}
	if err := r.hold(); err != nil {
		return fmt.Errorf("pause a replica: %w", err)
	}
	_ = wait(ctx, d)
	return r.resume()
}

func (t *torment) restart(w *world, r *replica, random *rand.Rand) (*replica, error) {
	t.killed.Add(1)
	if err := r.kill(); err != nil {
		return r, err
	}
	next, err := w.spawn(random)
	if err != nil {
		return r, err
	}
	return next, nil
}

// wait lets real time pass.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
