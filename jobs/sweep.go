package jobs

import (
	"context"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/versions"
)

// Sweep erases up to limit records that nobody reads any more, in all
// organizations, and returns how many: what deleted jobs left, and events that
// are older than RunOptions.KeepEvents. Less than the limit means that no more
// is left now. A running [Scheduler] does it by itself; hosts without one call
// it from time to time.
func (s *Service) Sweep(ctx context.Context, limit int) (int, error) {
	if limit < 1 {
		return 0, versions.FieldErrors{{Field: "limit", Detail: "must be at least 1"}}
	}
	return s.sweep(ctx, limit)
}

func (c *core) sweep(ctx context.Context, limit int) (int, error) {
	options := storage.SweepOptions{Limit: limit}
	if keep := c.opts.Runs.KeepEvents; keep > 0 {
		options.EventsBefore = c.now().Add(-keep)
	}
	erased, err := c.store.Sweep(ctx, options)
	if err != nil {
		return erased, storeError("sweep", err)
	}
	return erased, nil
}

const (
	// sweepChunk bounds what one sweep erases, and so how long it holds a store.
	sweepChunk = 500
	// sweepEvery is the wait when nothing is left to erase, and sweepPause the
	// wait between two chunks.
	sweepEvery = time.Minute
	sweepPause = 50 * time.Millisecond
)

// sweep erases what nobody reads any more, a chunk at a time, until the context
// ends.
func (s *Scheduler) sweep(ctx context.Context) {
	for wait := sweepEvery; ; {
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return
		}
		erased, err := s.core.sweep(ctx, sweepChunk)
		if wait = sweepEvery; err != nil {
			s.storeOutage.note(ctx, err)
			s.onError(ctx, err)
		} else if erased == sweepChunk {
			wait = sweepPause
		}
	}
}
