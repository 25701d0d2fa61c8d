package jobs

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jobledger/jobledger/storage"
)

const (
	// maxAttempts bounds how often a decision is made again after a lost race.
	maxAttempts = 24
	// maxRepeats bounds how often one change is committed to learn its outcome.
	maxRepeats = 3
	// maxBackoff bounds the wait between two attempts.
	maxBackoff = 50 * time.Millisecond
)

// retry calls attempt again while it returns [storage.ErrStale]. After maxAttempts
// it returns [ErrBusy].
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

// commit commits a change. When the reply is lost, it commits the change again,
// which has effect only once. It does not do so when the store may have forgotten
// the operation's ID.
//
// [storage.ErrStale] means that the change was not made, and may be decided again.
// After a lost reply, a guard may also fail because the change itself was made.
// Then commit looks for the operation in the journal. If that does not show it, the
// outcome is unknown.
func (c *core) commit(ctx context.Context, change storage.Change) error {
	ctx, end := c.begin(ctx, Operation{Name: "commit"})
	err := c.commitOnce(ctx, change)
	end(err)
	if err == nil {
		c.tellCommitted(ctx, change)
	}
	if err == nil && len(change.Events) > 0 {
		c.tails.wake(change.OrganizationID)
		c.observe(change)
	}
	return err
}

func (c *core) commitOnce(ctx context.Context, change storage.Change) error {
	var err, doubt error
	for n := range maxRepeats {
		if err = c.store.Commit(ctx, change); err == nil {
			return nil
		}
		if errors.Is(err, storage.ErrStale) {
			break
		}
		if errors.Is(err, ErrOutcomeUnknown) {
			doubt = err
		}
		if doubt == nil || c.now().Sub(change.At) > storage.OperationRetention/2 || pause(ctx, n) != nil {
			break
		}
	}
	if doubt != nil && errors.Is(err, storage.ErrStale) && operationOf(change) != "" {
		var made bool
		if made, err = c.journalHas(ctx, change); made {
			return nil
		}
	}
	if doubt != nil && !errors.Is(err, storage.ErrStale) && !errors.Is(err, ErrOutcomeUnknown) {
		err = errors.Join(doubt, err)
	}
	return storeError("commit job "+change.JobID, err)
}

// operationOf is the operation ID in the first event of a change; empty when no
// member asked for the change.
func operationOf(change storage.Change) string {
	if len(change.Events) == 0 {
		return ""
	}
	event, err := decodeEvent(change.Events[0])
	if err != nil {
		return ""
	}
	return event.operation
}

const (
	// journalPage and journalPages bound how far back the journal of a job is
	// searched for an operation. If it was made, that was a moment ago.
	journalPage  = 500
	journalPages = 10
)

// errNotInJournal means that the search of a job's journal reached its bound.
var errNotInJournal = errors.New("the job's journal is too long to search")

// journalHas reports true when the journal shows that a change was made. It returns
// [storage.ErrStale] when the change was not made, and another error when it cannot
// find out.
func (c *core) journalHas(ctx context.Context, change storage.Change) (bool, error) {
	wanted := operationOf(change)
	query := storage.EventQuery{OrganizationID: change.OrganizationID, JobID: change.JobID, Limit: journalPage}
	for range journalPages {
		page, err := c.store.ListEvents(ctx, query)
		if err != nil {
			return false, storeError("read the journal", err)
		}
		for _, record := range page.Events {
			if event, err := decodeEvent(record); err == nil && event.operation == wanted {
				return true, nil
			}
			query.Before = record.Seq
		}
		if !page.More {
			return false, fmt.Errorf("%w: the journal does not hold the change", storage.ErrStale)
		}
	}
	return false, errNotInJournal
}

// storeError adds to an error what the store was asked to do. An error that is
// neither the store's own nor the context's becomes [ErrUnavailable].
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
