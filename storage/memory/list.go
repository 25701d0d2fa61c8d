package memory

import (
	"context"
	"fmt"
	"slices"

	"github.com/jobledger/jobledger/storage"
	"github.com/tidwall/btree"
)

// stepsPerCheck is how far a walk goes before it looks at its context again.
const stepsPerCheck = 1 << 12

// ListJobs implements [storage.Store]. A page of all teams costs the same at
// every offset. For some teams it is found in the order of the scope, where
// what they may not see is passed over, or merged from the grant sets that they
// may see, where what is not in the scope is: whichever passes over less.
func (s *Store) ListJobs(ctx context.Context, query storage.JobQuery) (storage.JobPage, error) {
	found := newPage[snapshot](query.Limit)
	total := 0
	err := query.Validate()
	if err == nil {
		err = s.read(ctx, func() (err error) {
			total, err = s.organization(query.OrganizationID).listJobs(ctx, query, found)
			return err
		})
	}
	if err != nil {
		return storage.JobPage{}, fmt.Errorf("memory: list jobs of organization %s: %w", query.OrganizationID, err)
	}
	jobs := make([]storage.JobRecord, len(found.found))
	for i := range found.found {
		jobs[i] = found.found[i].copy()
	}
	return storage.JobPage{Total: total, Jobs: jobs, More: found.more}, nil
}

// listJobs finds the page, and how many jobs the query selects.
func (o *organization) listJobs(ctx context.Context, query storage.JobQuery, found *page[snapshot]) (int, error) {
	l := o.lists[listKey{query.Scope, query.Order}]
	if l == nil {
		return 0, nil
	}
	w := jobWalk{query: query, from: []*btree.BTreeG[place]{l.places}, skip: query.Offset}
	total := l.places.Len()
	if !query.AllTeams {
		total = o.narrow(&w, l)
	}
	if query.After != nil {
		w.start, w.skip = new(placeAt(query.Order, *query.After, nil)), 0
	}
	if w.skip >= total || query.Limit == 0 {
		found.more = w.skip < total && query.After == nil
	} else if err := w.run(ctx, found); err != nil {
		return 0, err
	}
	if query.After != nil {
		total = 0
	}
	return total, nil
}

// narrow narrows a walk to what the query's teams may see, and returns how
// many jobs of the list that are.
func (o *organization) narrow(w *jobWalk, l *list) (total int) {
	teams := slices.Sorted(slices.Values(w.query.TeamIDs))
	sets := o.grants.visible(l, teams)
	reach := 0
	for _, set := range sets {
		total += l.sets[set]
		reach += set.jobs[0].Len()
	}
	if total == l.places.Len() {
		return total
	}
	// To merge costs a search in each set, and each step several comparisons.
	wanted := min(w.skip+w.query.Limit, total)
	scanned := wanted * (l.places.Len() / max(total, 1))
	merged := len(sets)*8 + 4*wanted*(reach/max(total, 1))
	if scanned <= merged {
		visible := make(map[*grantSet]bool, len(sets))
		for _, set := range sets {
			visible[set] = true
		}
		w.matches = func(j *job) bool { return visible[j.granted] }
		return total
	}
	w.from = nil
	for _, set := range sets {
		w.from = append(w.from, set.jobs[w.query.Order])
	}
	if reach > total {
		w.matches = func(j *job) bool { return standsIn(j.record, listKey{w.query.Scope, w.query.Order}) }
	}
	return total
}

// jobWalk finds a page of jobs.
type jobWalk struct {
	query storage.JobQuery
	// from are disjoint indexes that hold what the query selects.
	from []*btree.BTreeG[place]
	// matches tells those that the query selects; nil for all.
	matches func(*job) bool
	// start is where the walk begins, nil for the beginning.
	start *place
	// skip is how many of the selected jobs are left out.
	skip int
}

func (w *jobWalk) run(ctx context.Context, found *page[snapshot]) (err error) {
	if len(w.from) == 1 && w.matches == nil && w.start == nil {
		at := w.skip
		if w.query.Descending {
			at = w.from[0].Len() - 1 - at
		}
		first, _ := w.from[0].GetAt(at)
		w.start, w.skip = &first, 0
	}
	steps := 0
	walk(w.from, w.start, w.query.Descending, func(p place) bool {
		if steps++; steps%stepsPerCheck == 0 {
			if err = ctx.Err(); err != nil {
				return false
			}
		}
		if w.matches != nil && !w.matches(p.job) || !w.behind(p) {
			return true
		}
		if w.skip > 0 {
			w.skip--
			return true
		}
		s := p.job.snapshot(w.query.Brief)
		return found.add(s, s.size())
	})
	return err
}

// behind reports whether a place is behind the position of the query, where
// the walk begins. The key there may belong to another job by now.
func (w *jobWalk) behind(p place) bool {
	if w.query.After == nil || placeBefore(p, *w.start) || placeBefore(*w.start, p) {
		return true
	}
	id := p.job.record.JobID
	return id != w.query.After.JobID && (id > w.query.After.JobID) != w.query.Descending
}
