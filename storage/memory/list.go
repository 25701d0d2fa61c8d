package memory

import (
	"context"
	"fmt"

	"github.com/jobledger/jobledger/storage"
	"github.com/tidwall/btree"
)

// stepsPerCheck is how far a walk goes before it looks at its context again.
const stepsPerCheck = 1 << 12

// ListJobs implements [storage.Store]. A page of all teams costs the same at
// every offset. For some teams it is found in the order of the list, where what
// they may not see is passed over; or, when that is little beside it, by sorting
// what they may see.
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
func (o *organization) listJobs(ctx context.Context, query storage.JobQuery, found *page[snapshot]) (total int, err error) {
	key := listKey{query.Scope, query.Order}
	l := o.lists[key]
	if l == nil {
		return 0, nil
	}
	w := jobWalk{query: query, places: l.places, skip: query.Offset}
	if query.After != nil {
		w.start, w.skip = new(placeAt(query.Order, *query.After, nil)), 0
	}
	total = l.places.Len()
	if !query.AllTeams {
		total = o.narrow(&w, l, key)
	}
	switch {
	case w.skip >= total:
	case query.Limit == 0:
		found.more = query.After == nil
	default:
		err = w.run(ctx, found)
	}
	if query.After != nil {
		total = 0
	}
	return total, err
}

// narrow narrows a walk to what the query's teams may see, and returns how
// many jobs of the list that are.
func (o *organization) narrow(w *jobWalk, l *list, key listKey) (total int) {
	visible := o.grants.visible(l, w.query.TeamIDs)
	reach := 0
	for set := range visible {
		total += l.sets[set]
		reach += len(set.jobs)
	}
	// To sort a job costs several times what it costs to pass over one.
	passed := (w.skip + w.query.Limit) * (l.places.Len() / max(total, 1))
	switch {
	case total == l.places.Len():
	case min(passed, l.places.Len()) <= 8*reach:
		w.visible = visible
	default:
		w.places = newTree(placeBefore)
		for set := range visible {
			for _, j := range set.jobs {
				if standsIn(j.record, key) {
					w.places.Set(placeAt(key.order, position(j.record), j))
				}
			}
		}
	}
	return total
}

// jobWalk finds a page of jobs.
type jobWalk struct {
	query  storage.JobQuery
	places *btree.BTreeG[place]
	// visible are the grant sets that the query selects; nil for all.
	visible map[*grantSet]bool
	// start is where the walk begins, nil for the beginning.
	start *place
	// skip is how many of the selected jobs are left out.
	skip int
}

func (w *jobWalk) run(ctx context.Context, found *page[snapshot]) (err error) {
	if w.visible == nil && w.start == nil {
		at := w.skip
		if w.query.Descending {
			at = w.places.Len() - 1 - at
		}
		first, _ := w.places.GetAt(at)
		w.start, w.skip = &first, 0
	}
	steps := 0
	walk([]*btree.BTreeG[place]{w.places}, w.start, w.query.Descending, func(p place) bool {
		if steps++; steps%stepsPerCheck == 0 {
			if err = ctx.Err(); err != nil {
				return false
			}
		}
		if w.visible != nil && !w.visible[p.job.granted] || !w.behind(p) {
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
