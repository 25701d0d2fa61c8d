package jobs

import (
	"context"
	"hash/maphash"

	"github.com/jobledger/jobledger/storage"
)

// keyedLocks keep the writers of one job in one process from racing each other
// to the store. Jobs share a fixed number of locks. The store's revisions are
// what correctness rests on; these only save work.
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

// lock waits for the job's lock and returns what releases it, or the context's
// error.
func (k keyedLocks) lock(ctx context.Context, ref storage.JobRef) (unlock func(), err error) {
	stripe := k.stripes[maphash.Comparable(k.seed, ref)%lockStripes]
	select {
	case stripe <- struct{}{}:
		return func() { <-stripe }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
