package memory

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// ListTicks implements [storage.Store].
func (s *Store) ListTicks(ctx context.Context, query storage.TickQuery) (storage.TickPage, error) {
	found := newPage[*storage.TickRecord](query.Limit)
	newest := int64(math.MaxInt64)
	if !query.Before.IsZero() {
		// The last microsecond before query.Before.
		newest = query.Before.Add(-time.Nanosecond).UnixMicro()
	}
	err := query.Validate()
	if err == nil {
		err = s.read(ctx, func() error {
			s.job(query.JobRef).ticks.descend(newest, func(t *storage.TickRecord) bool {
				return found.add(t, len(t.Doc))
			})
			return nil
		})
	}
	if err != nil {
		return storage.TickPage{}, fmt.Errorf("memory: list ticks of job %s: %w", query.JobID, err)
	}
	return storage.TickPage{Ticks: copies(found.found), More: found.more}, nil
}

// putTicks records ticks, then removes old ones.
func (j *job) putTicks(ticks []storage.TickRecord, trim time.Time) {
	for _, t := range ticks {
		j.ticks.set(t.NominalAt.UnixMicro(), &t)
	}
	for range storage.TrimAtOnce {
		oldest := j.ticks.first()
		if oldest == nil || trim.IsZero() || !oldest.NominalAt.Before(trim) {
			return
		}
		j.ticks.pop()
	}
}
