package memory

import (
	"context"
	"fmt"

	"github.com/jobledger/jobledger/storage"
	"github.com/tidwall/btree"
)

// stepsPerCheck is how many steps a walk makes before it checks its context
// again.
const stepsPerCheck = 1 << 12

// ListJobs implements [storage.Store]. For a caller who sees all teams, a page
// costs the same at every offset. For other callers, it either reads along the
// list and passes over what they do not see, or sorts what they see, whichever
// is cheaper.
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
	w := jobWalk{query: query, entries: l.entries, skip: query.Offset}
	if query.After != nil {
		w.start, w.skip = new(jobAt(query.Order, *query.After, nil)), 0
	}
	total = l.entries.Len()
	if !query.AllTeams {
		w.visible = o.grants.visible(l, query.TeamIDs)
		total = l.count(w.visible)
	}
	if w.skip < total && query.Limit > 0 {
		w.narrow(key, total)
		err = w.run(ctx, found)
	} else {
		found.more = w.skip < total && query.After == nil
	}
	if query.After != nil {
		total = 0
	}
	return total, err
}

// jobWalk finds a page of jobs.
type jobWalk struct {
	query   storage.JobQuery
	entries *btree.BTreeG[jobEntry]
	// visible are the grant sets that the query selects; nil for all.
	visible map[*grantSet]bool
	// start is where the walk begins; nil for the beginning of the list.
	start *jobEntry
	// skip is how many of the selected jobs to leave out.
	skip int
}

// narrow sorts what the query's teams see of the list, when this costs less
// than passing over the rest. They see total jobs of it.
func (w *jobWalk) narrow(key listKey, total int) {
	reach := 0
	for set := range w.visible {
		reach += len(set.jobs)
	}
	wanted := min(total, w.skip+min(w.query.Limit, storage.MaxLimit))
	// Sorting a job costs several times as much as passing over one.
	switch passed := wanted * (w.entries.Len() / total); {
	case total == w.entries.Len():
		w.visible = nil
	case passed > 8*reach:
		w.entries = newTree(jobBefore)
		for set := range w.visible {
			for _, j := range set.jobs {
				if standsIn(j.record, key) {
					w.entries.Set(jobAt(key.order, position(j.record), j))
				}
			}
		}
		w.visible = nil
	}
}

func (w *jobWalk) run(ctx context.Context, found *page[snapshot]) (err error) {
	if w.visible == nil && w.start == nil {
		at := w.skip
		if w.query.Descending {
			at = w.entries.Len() - 1 - at
		}
		first, _ := w.entries.GetAt(at)
		w.start, w.skip = &first, 0
	}
	steps := 0
	walk([]*btree.BTreeG[jobEntry]{w.entries}, w.start, w.query.Descending, func(p jobEntry) bool {
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

// behind reports whether an entry comes after the query's position. The key of
// the position may belong to another job now.
func (w *jobWalk) behind(p jobEntry) bool {
	if w.query.After == nil || jobBefore(p, *w.start) || jobBefore(*w.start, p) {
		return true
	}
	id := p.job.record.JobID
	return id != w.query.After.JobID && (id > w.query.After.JobID) != w.query.Descending
}
