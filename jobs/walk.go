package jobs

import (
	"context"
	"iter"

	"github.com/jobledger/jobledger/storage"
)

// eachJob yields all jobs that a query selects. It reads them page by page.
func (s *Service) eachJob(ctx context.Context, query storage.JobQuery) iter.Seq2[*storage.JobRecord, error] {
	return func(yield func(*storage.JobRecord, error) bool) {
		for records, err := range s.eachPage(ctx, query) {
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range records {
				if !yield(&records[i], nil) {
					return
				}
			}
		}
	}
}

// eachPage yields the pages of all jobs that a query selects.
func (s *Service) eachPage(ctx context.Context, query storage.JobQuery) iter.Seq2[[]storage.JobRecord, error] {
	return func(yield func([]storage.JobRecord, error) bool) {
		query.Offset, query.Limit = 0, storage.MaxLimit
		for {
			page, err := s.store.ListJobs(ctx, query)
			if err != nil {
				yield(nil, storeError("list jobs", err))
				return
			}
			if !yield(page.Jobs, nil) || !page.More || len(page.Jobs) == 0 {
				return
			}
			query.After = position(&page.Jobs[len(page.Jobs)-1])
		}
	}
}
