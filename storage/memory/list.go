package memory

import (
	"context"
	"fmt"
	"slices"

	"github.com/jobledger/jobledger/jobs"
	"github.com/tidwall/btree"
)

// stepsPerCheck is how far a walk goes before it looks at its context again.
const stepsPerCheck = 1 << 12

// ListJobs implements [jobs.Store]. A page out of one grant set, or of all
// teams, costs the same at every offset. One that is merged from several grant
// sets costs as many steps as its offset, and a little for each set. Only a
// query for both a cluster and a dependency looks through jobs: those of the
// rarer of the two.
func (s *Store) ListJobs(ctx context.Context, query jobs.JobQuery) (jobs.JobPage, error) {
	found, total, err := s.listJobs(ctx, query)
	if err != nil {
		return jobs.JobPage{}, fmt.Errorf("memory: list jobs of organization %s: %w", query.OrganizationID, err)
	}
	return jobs.JobPage{Total: total, Jobs: copyJobs(found)}, nil
}

func (s *Store) listJobs(ctx context.Context, query jobs.JobQuery) ([]snapshot, int, error) {
	if query.Order != jobs.ByCreation && query.Order != jobs.ByKey {
		return nil, 0, fmt.Errorf("no order %d", query.Order)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	sc, matches := s.organization(query.OrganizationID).narrow(query)
	if sc == nil {
		return nil, 0, nil
	}
	trees := sc.selected(query)
	if matches != nil {
		return filter(ctx, trees, query, matches)
	}
	return page(ctx, trees, query)
}

// narrow returns the scope that a query looks at, nil when it selects nothing,
// and what else a job must match, nil for nothing.
func (o *organization) narrow(query jobs.JobQuery) (*scope, func(*jobs.JobRecord) bool) {
	cluster := o.scopes[scopeKey{inCluster, query.ClusterID}]
	dependency := o.scopes[scopeKey{dependingOn, query.DependsOn}]
	switch {
	case query.ClusterID == "" && query.DependsOn == "":
		return o.scopes[scopeKey{kind: inOrganization}], nil
	case query.DependsOn == "":
		return cluster, nil
	case query.ClusterID == "":
		return dependency, nil
	case cluster == nil || dependency == nil:
		return nil, nil
	case cluster.all.len() < dependency.all.len():
		return cluster, func(r *jobs.JobRecord) bool {
			_, found := slices.BinarySearch(r.DependsOn, query.DependsOn)
			return found
		}
	}
	return dependency, func(r *jobs.JobRecord) bool { return r.ClusterID == query.ClusterID }
}

// selected returns disjoint indexes that together hold the jobs of the scope
// that the query's team conditions select.
func (s *scope) selected(query jobs.JobQuery) []*btree.BTreeG[place] {
	var trees []*btree.BTreeG[place]
	switch {
	case query.AllTeams && query.GrantedTo == "":
		trees = append(trees, s.all[query.Order])
	case query.GrantedTo != "":
		for set := range s.byTeam[query.GrantedTo] {
			if query.AllTeams || set.holdsAny(query.TeamIDs) {
				trees = append(trees, set.jobs[query.Order])
			}
		}
	default:
		for i, team := range query.TeamIDs {
			for set := range s.byTeam[team] {
				// A set that an earlier team holds is there already.
				if !set.holdsAny(query.TeamIDs[:i]) {
					trees = append(trees, set.jobs[query.Order])
				}
			}
		}
	}
	return trees
}

// page returns the page, and how many jobs the indexes hold in all.
func page(ctx context.Context, trees []*btree.BTreeG[place], query jobs.JobQuery) ([]snapshot, int, error) {
	total := 0
	for _, tree := range trees {
		total += tree.Len()
	}
	if query.Offset >= total || query.Limit <= 0 {
		return nil, total, nil
	}
	var from *place
	skip := query.Offset
	if len(trees) == 1 {
		at := query.Offset
		if query.Descending {
			at = total - 1 - query.Offset
		}
		first, _ := trees[0].GetAt(at)
		from, skip = &first, 0
	}
	found := make([]snapshot, 0, min(query.Limit, total-query.Offset))
	var err error
	steps := 0
	walk(trees, from, query.Descending, func(p place) bool {
		if steps++; steps%stepsPerCheck == 0 {
			err = ctx.Err()
		}
		if steps > skip {
			found = append(found, p.job.snapshot())
		}
		return err == nil && len(found) < query.Limit
	})
	return found, total, err
}

// filter is page for what only looking at the jobs can tell.
func filter(
	ctx context.Context, trees []*btree.BTreeG[place], query jobs.JobQuery, matches func(*jobs.JobRecord) bool,
) ([]snapshot, int, error) {
	var found []snapshot
	var err error
	total, steps := 0, 0
	walk(trees, nil, query.Descending, func(p place) bool {
		if steps++; steps%stepsPerCheck == 0 {
			err = ctx.Err()
		}
		if matches(p.job.record) {
			if total >= query.Offset && len(found) < query.Limit {
				found = append(found, p.job.snapshot())
			}
			total++
		}
		return err == nil
	})
	return found, total, err
}
