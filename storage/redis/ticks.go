package redis

import (
	"context"
	"fmt"

	"github.com/jobledger/jobledger/jobs"
)

// ListTicks implements [jobs.Store].
func (s *Store) ListTicks(ctx context.Context, query jobs.TickQuery) ([]jobs.TickRecord, error) {
	high := "(u"
	if !query.Before.IsZero() {
		high = "(t" + timeBytes(ceiling(query.Before))
	}
	_, found, err := s.details(ctx, query.JobRef, "[t", high, 0, query.Limit, true)
	ticks := make([]jobs.TickRecord, 0, len(found)/2)
	for i := 0; err == nil && i < len(found); i += 2 {
		var tick jobs.TickRecord
		tick, err = decodeTick(query.JobRef, text(found[i])[1:], found[i+1])
		ticks = append(ticks, tick)
	}
	if err != nil {
		return nil, fmt.Errorf("redis: list ticks of job %s: %w", query.JobID, err)
	}
	return ticks, nil
}
