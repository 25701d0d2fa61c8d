package jobs

import (
	"context"
	"iter"

	"github.com/jobledger/jobledger/storage"
)

// eachJob lists all that a query selects, a page of the store at a time.
func (s *Service) eachJob(ctx context.Context, query storage.JobQuery) iter.Seq2[*storage.JobRecord, error] {
	return func(yield func(*storage.JobRecord, error) bool) {
		query.Offset, query.Limit = 0, storage.MaxLimit
		for {
			page, err := s.store.ListJobs(ctx, query)
			if err != nil {
				yield(nil, storeError("list jobs", err))
				return
			}
			for i := range page.Jobs {
				if !yield(&page.Jobs[i], nil) {
					return
				}
			}
			if !page.More || len(page.Jobs) == 0 {
				return
			}
			query.After = position(&page.Jobs[len(page.Jobs)-1])
		}
	}
}
