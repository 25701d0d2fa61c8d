package jobs

import (
	"context"
	"iter"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
)

// eachVisible lists the jobs that the actor may see and that can be read, a page
// of the store at a time. With a policy, which is asked about each job, it also
// yields nil for one that is passed over, so that the caller can bound that.
func (s *Service) eachVisible(ctx context.Context, actor teams.Actor, order storage.JobOrder) iter.Seq2[*ledger, error] {
	query := storage.JobQuery{OrganizationID: actor.OrganizationID, Order: order}
	if query.TeamIDs, query.AllTeams = actor.VisibleTeams(); s.opts.Policy != nil {
		query.TeamIDs, query.AllTeams = nil, true // it may widen what roles allow
	}
	return func(yield func(*ledger, error) bool) {
		for record, err := range s.eachJob(ctx, query) {
			if err != nil {
				yield(nil, err)
				return
			}
			var l ledger
			ok, err := s.sees(ctx, actor, record)
			ok = ok && s.reads(ctx, record, &l)
			switch {
			case err != nil:
				yield(nil, err)
				return
			case ok && !yield(&l, nil), !ok && !yield(nil, nil):
				return
			}
		}
	}
}
