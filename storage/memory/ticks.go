package memory

import (
	"context"
	"fmt"
	"math"

	"github.com/jobledger/jobledger/jobs"
)

// ListTicks implements [jobs.Store].
func (s *Store) ListTicks(ctx context.Context, query jobs.TickQuery) ([]jobs.TickRecord, error) {
	found, err := s.listTicks(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("memory: list ticks of job %s: %w", query.JobID, err)
	}
	out := make([]jobs.TickRecord, len(found))
	for i, t := range found {
		out[i] = copyTick(t)
	}
	return out, nil
}

func (s *Store) listTicks(ctx context.Context, query jobs.TickQuery) ([]*jobs.TickRecord, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	j := s.job(query.JobRef)
	if j == nil || query.Limit <= 0 {
		return nil, nil
	}
	newest := int64(math.MaxInt64)
	if !query.Before.IsZero() {
		newest = query.Before.UnixMicro()
	}
	var found []*jobs.TickRecord
	j.ticks.Descend(newest, func(_ int64, t *jobs.TickRecord) bool {
		if query.Before.IsZero() || t.NominalAt.Before(query.Before) {
			found = append(found, t)
		}
		return len(found) < query.Limit
	})
	return found, nil
}

// putTicks records ticks, then removes all but the newest so many; 0 keeps all.
func (j *job) putTicks(ticks []*jobs.TickRecord, keep int) {
	for _, t := range ticks {
		j.ticks.Set(t.NominalAt.UnixMicro(), t)
	}
	for keep > 0 && j.ticks.Len() > keep {
		j.ticks.PopMin()
	}
}
