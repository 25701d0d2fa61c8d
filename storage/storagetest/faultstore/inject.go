package faultstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/jobledger/jobledger/storage"
)

// call makes a call of the store, unless and until something befalls it.
func call[T any](ctx context.Context, s *Store, m Method, do func(context.Context) (T, error)) (T, error) {
	if s.off.Load() {
		return do(ctx)
	}
	tally := s.tallies[m]
	fate := s.plan.fateOf(m, tally.calls.Add(1))
	var nothing T
	if fate.delay > 0 {
		tally.delays.Add(1)
		if err := s.plan.Wait(ctx, fate.delay); err != nil {
			return nothing, fmt.Errorf("faultstore: delay %s: %w", m, err)
		}
	}
	switch fate.fault {
	case failed:
		tally.errors.Add(1)
		return nothing, fmt.Errorf("%w: %s was not called", ErrInjected, m)
	case lostReply:
		tally.lostReplies.Add(1)
		_, _ = do(ctx) // whatever the answer, it is lost
		return nothing, lost(m)
	case cancelled:
		return cutOff(ctx, s, m, fate, do)
	}
	return do(ctx)
}

// lost is the error of a call whose answer did not come back.
func lost(m Method) error {
	if m == Commit {
		return fmt.Errorf("%w: the reply of %s was lost: %w", ErrInjected, m, storage.ErrOutcomeUnknown)
	}
	return fmt.Errorf("%w: the reply of %s was lost", ErrInjected, m)
}

// cutOff makes a call under a context that ends on the way.
func cutOff[T any](
	ctx context.Context, s *Store, m Method, f fate, do func(context.Context) (T, error),
) (T, error) {
	ending := interrupt(ctx, f, s.plan.Wait)
	defer ending.cancel()
	value, err := do(ending)
	if !ending.ended.Load() {
		return value, err
	}
	s.tallies[m].cancels.Add(1)
	if errors.Is(err, context.Canceled) {
		err = fmt.Errorf("%w: the context of %s ended: %w", ErrInjected, m, err)
	}
	return value, err
}
