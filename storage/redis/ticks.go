package redis

import (
	"context"
	"fmt"

	"github.com/jobledger/jobledger/storage"
)

// ListTicks implements [storage.Store].
func (s *Store) ListTicks(ctx context.Context, query storage.TickQuery) (storage.TickPage, error) {
	page := storage.TickPage{}
	high := "(u"
	if !query.Before.IsZero() {
		high = "(t" + timeBytes(ceiling(query.Before))
	}
	err := query.Validate()
	var found details
	if err == nil {
		found, err = s.details(ctx, query.JobRef, "[t", high, 0, query.Limit, true)
	}
	if err != nil {
		return page, fmt.Errorf("redis: list ticks of job %s: %w", query.JobID, err)
	}
	for _, pair := range found.pairs {
		at, doc := text(pair[0])[1:], document(text(pair[1]))
		page.Ticks = append(page.Ticks, storage.TickRecord{JobRef: query.JobRef, NominalAt: timeOf(at), Doc: doc})
	}
	page.More = found.more
	return page, nil
}
