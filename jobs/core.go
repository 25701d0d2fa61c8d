package jobs

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// core is what a [Service] and its schedulers share: the store, the options, and
// how a decision is read for and committed.
type core struct {
	store storage.Store
	opts  Options

	unreadable unreadable
}

// now is the service's time as it is kept.
func (c *core) now() time.Time { return canonical(c.opts.Now()) }

// readLedger reads a job, whoever asks.
func (c *core) readLedger(ctx context.Context, ref storage.JobRef) (ledger, error) {
	record, err := c.store.Job(ctx, ref)
	if err != nil {
		return ledger{}, storeError("read job "+ref.JobID, err)
	}
	return decodeLedger(record)
}

const (
	// maxAttempts bounds how often a decision is made anew after a lost race.
	maxAttempts = 24
	// maxRepeats bounds how often one change is committed again to learn its outcome.
	maxRepeats = 3
	// maxBackoff bounds the wait between two attempts.
	maxBackoff = 50 * time.Millisecond
)

// retry decides anew for as long as other writers win, within bounds.
func retry[T any](ctx context.Context, attempt func() (T, error)) (T, error) {
	for n := range maxAttempts {
		result, err := attempt()
		if !errors.Is(err, storage.ErrStale) {
			return result, err
		}
		if err := pause(ctx, n); err != nil {
			return result, fmt.Errorf("jobs: retry after a lost race: %w", err)
		}
	}
	var none T
	return none, ErrBusy
}

// pause waits a random time that grows with the number of lost races.
func pause(ctx context.Context, lost int) error {
	bound := min(time.Millisecond<<lost, maxBackoff)
	timer := time.NewTimer(rand.N(bound))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// commit commits a change, and commits it again, which has effect once, while
// its outcome is unknown. Once it is unknown, only success or a guard that does
// not hold resolves it. It is not repeated when the store may have forgotten the
// operation.
func (c *core) commit(ctx context.Context, change storage.Change) error {
	var err, doubt error
	for n := range maxRepeats {
		err = c.store.Commit(ctx, change)
		if err == nil || errors.Is(err, storage.ErrStale) {
			doubt = nil
			break
		}
		if errors.Is(err, ErrOutcomeUnknown) {
			doubt = err
		}
		if doubt == nil || c.now().Sub(change.At) > storage.OperationRetention/2 || pause(ctx, n) != nil {
			break
		}
	}
	if doubt != nil && !errors.Is(err, ErrOutcomeUnknown) {
		err = errors.Join(doubt, err)
	}
	if err != nil {
		return storeError("commit job "+change.JobID, err)
	}
	return nil
}

// storeError says what was asked of the store when it failed. An error that is
// neither one of the store's own nor the context's means that it cannot answer now.
func storeError(doing string, err error) error {
	for _, known := range []error{
		ErrOutcomeUnknown, ErrNotFound, ErrOutdated, storage.ErrStale, storage.ErrInvalid, context.Canceled, context.DeadlineExceeded,
	} {
		if errors.Is(err, known) {
			return fmt.Errorf("jobs: %s: %w", doing, err)
		}
	}
	return fmt.Errorf("%w: %s: %w", ErrUnavailable, doing, err)
}
