package faultstore

import (
	"context"
	"sync/atomic"

	"github.com/jobledger/jobledger/storage"
)

// Store is a [storage.Store] that fails on purpose. [New] makes one. It is safe
// for concurrent use if the given store is.
type Store struct {
	store   storage.Store
	plan    Plan
	tallies map[Method]*tally
	off     atomic.Bool
}

var _ storage.Store = (*Store)(nil)

// New returns a store that passes calls to the given store, with the faults of
// the plan. The faults are on.
func New(store storage.Store, plan Plan) *Store {
	if plan.MaxDelay == 0 {
		plan.MaxDelay = defaultMaxDelay
	}
	if plan.Wait == nil {
		plan.Wait = wait
	}
	s := &Store{store: store, plan: plan, tallies: make(map[Method]*tally)}
	for _, m := range []Method{
		Commit, Job, FindJobs, ListJobs, Draft, Version, ListVersions,
		Run, ListRuns, ListTicks, ListEvents, Due, Tombstone, Sweep,
	} {
		s.tallies[m] = &tally{}
	}
	return s
}

// Off turns the faults off for calls that begin from now on, for example to set
// up a test. These calls are not counted.
func (s *Store) Off() { s.off.Store(true) }

// On turns the faults on again. They continue where they stopped.
func (s *Store) On() { s.off.Store(false) }

// Counts returns what was injected so far.
func (s *Store) Counts() Counts {
	counts := make(Counts)
	for m, t := range s.tallies {
		if n := t.count(); n.Calls > 0 {
			counts[m] = n
		}
	}
	return counts
}

// Commit implements [storage.Store].
func (s *Store) Commit(ctx context.Context, change storage.Change) error {
	_, err := call(ctx, s, Commit, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, s.store.Commit(ctx, change)
	})
	return err
}

// Sweep implements [storage.Store].
func (s *Store) Sweep(ctx context.Context, options storage.SweepOptions) (int, error) {
	return read(ctx, s, Sweep, s.store.Sweep, options)
}
