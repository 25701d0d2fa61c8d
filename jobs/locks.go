package jobs

import (
	"context"
	"hash/maphash"
	"sync"

	"github.com/jobledger/jobledger/storage"
)

// keyedLocks make the writers of one job in one process take turns. They only save
// work: the store's revisions keep changes correct. Jobs share a fixed number of
// locks.
type keyedLocks struct {
	seed    maphash.Seed
	stripes []chan struct{}
}

const lockStripes = 256

func newKeyedLocks() keyedLocks {
	k := keyedLocks{seed: maphash.MakeSeed(), stripes: make([]chan struct{}, lockStripes)}
	for i := range k.stripes {
		k.stripes[i] = make(chan struct{}, 1)
	}
	return k
}

// heldLock is the lock of a job that an operation holds. The first call of the
// embedder's code gives it back, because that code may call the service for the
// same job; see releaseLock.
type heldLock struct {
	stripe chan struct{}
	once   sync.Once
}

// leave gives the lock back. Further calls do nothing.
func (t *heldLock) leave() { t.once.Do(func() { <-t.stripe }) }

type lockKey struct{}

// enter waits for the job's lock. It returns a context that holds the lock, or the
// context's error.
func (k keyedLocks) enter(ctx context.Context, ref storage.JobRef) (held context.Context, leave func(), err error) {
	t := &heldLock{stripe: k.stripes[maphash.Comparable(k.seed, ref)%lockStripes]}
	select {
	case t.stripe <- struct{}{}:
		return context.WithValue(ctx, lockKey{}, t), t.leave, nil
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
}

// releaseLock gives back the lock that a context holds, if any.
func releaseLock(ctx context.Context) {
	if t, ok := ctx.Value(lockKey{}).(*heldLock); ok {
		t.leave()
	}
}
