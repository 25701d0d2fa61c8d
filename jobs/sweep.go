package jobs

import (
	"context"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/versions"
)

// Sweep erases records that no read returns any more: those that deleted jobs left,
// and events older than RunOptions.KeepEvents. It does so in all organizations, up
// to limit records, and returns how many. A number below limit means that nothing
// is left now. [Scheduler.Run] sweeps by itself; hosts without it call Sweep from
// time to time. It returns [versions.FieldErrors] when limit is below 1.
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
	// sweepChunk bounds how many records one sweep erases, and so how long it
	// blocks the store.
	sweepChunk = 500
	// sweepEvery is the wait after a sweep that left nothing. sweepPause is the
	// wait between two chunks.
	sweepEvery = time.Minute
	sweepPause = 50 * time.Millisecond
)

// sweep sweeps, a chunk at a time, until the context ends.
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
