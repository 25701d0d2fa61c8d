package redis

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jobledger/jobledger/storage"
)

// ListJobs implements [storage.Store]. The cost of a page for a caller who sees
// all teams depends on its length, at every offset. For other callers see
// visible.go.
func (s *Store) ListJobs(ctx context.Context, query storage.JobQuery) (storage.JobPage, error) {
	page, err := s.listJobs(ctx, query)
	if err != nil {
		return storage.JobPage{}, fmt.Errorf("redis: list jobs of organization %s: %w", query.OrganizationID, err)
	}
	return page, nil
}

type jobPage struct {
	*fetched
	// total is how many jobs the query selects. full is how many jobs the page
	// would have if nothing had ended it early.
	total, full int
	// more is true when there are jobs after those, when After is given.
	more bool
}

// listJobs reads a small page in one script. For a larger one, the script
// returns what to read, and one command reads it. When the index or a latest
// run has changed in between, it reads the page again.
func (s *Store) listJobs(ctx context.Context, query storage.JobQuery) (storage.JobPage, error) {
	if err := query.Validate(); err != nil {
		return storage.JobPage{}, err
	}
	if err := ctx.Err(); err != nil {
		return storage.JobPage{}, err
	}
	query.Limit = min(query.Limit, storage.MaxLimit)
	l := newJobLister(s, query)
	depth := wholeDepth
	switch {
	case query.Brief:
		depth = briefDepth
	case query.Limit > wholePage:
		depth = planDepth
	}
	for try := range manyTries + fewTries {
		l.lenient = try >= fewTries && l.manySets || try >= manyTries
		page, err := l.page(ctx, depth)
		if err != nil {
			return storage.JobPage{}, err
		}
		if page == nil {
			if depth == planDepth {
				depth = wholeDepth
			}
			continue // the index changed between two steps
		}
		if l.lenient {
			page.keep(l.selects)
		}
		page.end()
		return l.answer(page), nil
	}
	return storage.JobPage{}, errBusy
}

// jobLister lists the jobs of one query.
type jobLister struct {
	*Store
	query      storage.JobQuery
	keys       []string // records, scope
	order      string   // "c" or "k"
	descending string
	// limit is how many jobs are asked for. With After it is one more than the
	// page takes, to know whether there are more.
	limit int
	// after is the position after which to list, written as in place.lua; ""
	// when there is none.
	after string
	// low and high are the bounds of the scope's list after this position.
	low, high string
	// manySets is true when reading the grant sets takes several scripts.
	manySets bool
	// lenient makes the steps of a list go on, although the index has changed
	// between them.
	lenient bool
}

// A list starts again when the index changes between its steps. After so many tries
// it becomes lenient, so that it does not fail or take long because others write. Its
// total is then that of one of its steps, and a job that moved may be missing.
const (
	fewTries  = 3 // when there are many grant sets
	manyTries = 500
)

// selects reports whether the query selects a job as it is now.
func (l *jobLister) selects(job *storage.JobRecord) bool {
	_, stands := slices.BinarySearch(job.Scopes, l.query.Scope)
	visible := l.query.AllTeams || slices.ContainsFunc(l.query.TeamIDs, func(team string) bool {
		_, granted := slices.BinarySearch(job.TeamIDs, team)
		return granted
	})
	return visible && (stands || l.query.Scope == "")
}

func newJobLister(s *Store, query storage.JobQuery) *jobLister {
	p := s.partition(query.OrganizationID)
	l := &jobLister{
		Store: s, query: query, order: "c", descending: flag(query.Descending), limit: query.Limit,
		keys: []string{p.records(query.OrganizationID), p.scope(query.OrganizationID, query.Scope)},
	}
	if query.Order == storage.ByKey {
		l.order = "k"
	}
	l.low, l.high = "["+l.order, "("+string(l.order[0]+1)
	if a := query.After; a != nil && query.Limit > 0 {
		l.limit++
		name := nameBytes(a.JobID)
		l.after = timeBytes(a.CreatedAt) + name
		if query.Order == storage.ByKey {
			l.after = nameBytes(a.Key) + name
		}
		if query.Descending {
			l.high = "(" + l.order + l.after
		} else {
			l.low = "(" + l.order + l.after + strings.Repeat("\xff", signatureSize+1)
		}
	}
	return l
}

// page reads the page. It returns nil when the index changed between its steps.
func (l *jobLister) page(ctx context.Context, depth string) (*jobPage, error) {
	switch {
	case l.query.After != nil && l.query.Limit == 0:
		return &jobPage{fetched: &fetched{}}, nil
	case !l.query.AllTeams && len(l.query.TeamIDs) == 0:
		return &jobPage{fetched: &fetched{}}, nil
	case !l.query.AllTeams:
		return l.visiblePage(ctx, depth)
	}
	low, high := l.low, l.high
	if l.after == "" {
		low, high = "", ""
	}
	reply, err := l.readList(ctx, pageScript, l.keys,
		l.order, l.descending, l.query.Offset, l.limit, low, high, depth, scriptBytes)
	if err != nil {
		return nil, err
	}
	return l.read(ctx, reply, depth)
}

// scriptBytes ends a script's page early. It is more than [storage.PageBytes],
// since it counts more than documents.
const scriptBytes = 4 * storage.PageBytes

// read reads the reply of a script that lists jobs, and what the script planned
// to read. It returns nil when that has changed meanwhile.
func (l *jobLister) read(ctx context.Context, reply []any, depth string) (*jobPage, error) {
	if len(reply) != 3 {
		return nil, errReply
	}
	var found *fetched
	var err error
	if depth == planDepth {
		var plan *planned
		if plan, err = newPlanned(reply[2]); err == nil {
			found, err = l.readPlanned(ctx, l.query.OrganizationID, plan)
		}
	} else {
		found, err = newFetched(l.query.OrganizationID, depth, reply[2])
	}
	if found == nil || err != nil {
		return nil, err
	}
	page := &jobPage{fetched: found, total: count(reply[0]), full: count(reply[1])}
	l.cutLast(page)
	return page, nil
}

// cutLast removes the one job that was asked for beyond the limit.
func (l *jobLister) cutLast(page *jobPage) {
	if limit := l.query.Limit; l.after != "" && page.full > limit {
		page.full, page.more = limit, true
		if len(page.jobs) > limit {
			page.jobs = page.jobs[:limit]
		}
	}
}

func (l *jobLister) answer(page *jobPage) storage.JobPage {
	answer := storage.JobPage{Jobs: page.jobs, More: page.more || len(page.jobs) < page.full}
	if l.query.After == nil {
		answer.Total = page.total
		answer.More = l.query.Offset+len(page.jobs) < page.total
	}
	return answer
}
