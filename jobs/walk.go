package jobs

import (
	"context"
	"iter"
	"slices"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
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

// walk visits a page of jobs that no store can select: it looks at each job that
// the query selects whatever its teams, since a policy may widen what roles
// allow, and asks about it.
type walk struct {
	s     *Service
	actor teams.Actor
	// scope is a second scope that a job must stand in; empty for none.
	scope string
	// first is how many of the jobs that are kept stand before the page, and
	// limit how many it holds.
	first, limit int
}

func (w walk) visit(ctx context.Context, query storage.JobQuery, visit func(JobList) error) error {
	query.AllTeams, query.TeamIDs = true, nil
	var list JobList
	bytes := 0
	var last *storage.JobPosition // on the page, once it has grown too long
	for record, err := range w.s.eachJob(ctx, query) {
		if err != nil {
			return err
		}
		l, ok, err := w.keeps(ctx, record)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if list.Total >= w.first && list.Total < w.first+w.limit && last == nil {
			list.Jobs = append(list.Jobs, l.Job)
			if bytes += len(record.Doc); bytes > storage.PageBytes {
				last = position(record)
			}
		}
		list.Total++
	}
	left := min(w.limit, list.Total-w.first) - len(list.Jobs)
	if err := visit(list); err != nil || last == nil || left <= 0 {
		return err
	}
	query.After = last
	return w.rest(ctx, query, JobList{Total: list.Total}, left, visit)
}

// rest visits the next so many jobs of a page, of which the total is known.
func (w walk) rest(ctx context.Context, query storage.JobQuery, part JobList, left int, visit func(JobList) error) error {
	bytes := 0
	for record, err := range w.s.eachJob(ctx, query) {
		if err != nil {
			return err
		}
		l, ok, err := w.keeps(ctx, record)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		part.Jobs = append(part.Jobs, l.Job)
		bytes += len(record.Doc)
		left--
		if bytes <= storage.PageBytes && left > 0 {
			continue
		}
		if err := visit(part); err != nil || left == 0 {
			return err
		}
		part.Jobs, bytes = nil, 0
	}
	if len(part.Jobs) == 0 {
		return nil
	}
	return visit(part)
}

// keeps decodes a job, and reports whether the page may show it.
func (w walk) keeps(ctx context.Context, record *storage.JobRecord) (l ledger, ok bool, err error) {
	if w.scope != "" && !slices.Contains(record.Scopes, w.scope) {
		return l, false, nil
	}
	if w.s.opts.Policy == nil && !w.actor.RoleOn(record.TeamIDs).Permits(teams.View) {
		return l, false, nil
	}
	if !w.s.reads(ctx, record, &l) {
		return l, false, nil
	}
	ok, err = w.s.allowed(ctx, w.actor, teams.View, &l)
	return l, ok, err
}
