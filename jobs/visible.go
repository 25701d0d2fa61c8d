package jobs

import (
	"context"
	"iter"
	"slices"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
)

// eachVisible yields the jobs that the actor may see and that can be read. It reads
// them page by page. It yields nil for each other job, so that the caller can bound
// how many are read.
func (s *Service) eachVisible(ctx context.Context, actor teams.Actor, order storage.JobOrder) iter.Seq2[*ledger, error] {
	query := storage.JobQuery{OrganizationID: actor.OrganizationID, Order: order}
	if query.TeamIDs, query.AllTeams = actor.VisibleTeams(); s.opts.Policy != nil {
		query.TeamIDs, query.AllTeams = nil, true // a policy may allow what roles forbid
	}
	return func(yield func(*ledger, error) bool) {
		for records, err := range s.eachPage(ctx, query) {
			if err != nil {
				yield(nil, err)
				return
			}
			for some := range slices.Chunk(records, asksAtOnce) {
				if !s.yieldVisible(ctx, actor, some, yield) {
					return
				}
			}
		}
	}
}

// yieldVisible yields the jobs that the actor may see, and nil for each other one.
// It reports whether to go on.
func (s *Service) yieldVisible(ctx context.Context, actor teams.Actor, some []storage.JobRecord, yield func(*ledger, error) bool) bool {
	sees, err := s.seesEach(ctx, actor, some)
	if err != nil {
		yield(nil, err)
		return false
	}
	for i := range some {
		var l ledger
		if !sees[i] || !s.reads(ctx, &some[i], &l) {
			if !yield(nil, nil) {
				return false
			}
		} else if !yield(&l, nil) {
			return false
		}
	}
	return true
}
