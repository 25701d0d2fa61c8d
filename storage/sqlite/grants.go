package sqlite

import (
	"context"
	"sync"

	"github.com/jobledger/jobledger/storage"
)

// grantSets remembers the teams of sets of teams, by the set's id. An id is
// never used for another set, so what is remembered stays true.
type grantSets struct {
	mu   sync.Mutex
	sets map[int64]stringSet
}

// setsMost is the most sets that are remembered.
const setsMost = 1 << 15

// of returns the sets with these ids.
func (g *grantSets) of(ctx context.Context, r reader, ids []int64) ([]stringSet, error) {
	const read = `SELECT id, team_ids FROM grants WHERE id IN (SELECT value FROM json_each(?1))`
	sets := make([]stringSet, len(ids))
	missing := make(map[int64]int)
	g.mu.Lock()
	for i, id := range ids {
		set, known := g.sets[id]
		if !known {
			missing[id] = i
		}
		sets[i] = set
	}
	g.mu.Unlock()
	if len(missing) == 0 {
		return sets, nil
	}
	unknown := make([]int64, 0, len(missing))
	for id := range missing {
		unknown = append(unknown, id)
	}
	err := r.query(ctx, read, []any{listed(unknown)}, func(row scanner) error {
		var id int64
		var set stringSet
		err := row.Scan(&id, &set)
		sets[missing[id]] = set
		return err
	})
	if err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.sets == nil || len(g.sets)+len(unknown) > setsMost {
		g.sets = make(map[int64]stringSet)
	}
	for id, i := range missing {
		g.sets[id] = sets[i]
	}
	return sets, nil
}

// selection is what a query sees of a scope, by sets of teams.
type selection struct {
	// grants are the ids of the sets that the query sees.
	grants []int64
	// jobs is how many jobs have one of these sets. all is how many jobs the
	// scope has.
	jobs, all int
	// gather is true when the jobs are collected by their sets: see
	// [reader.weigh].
	gather bool
}

// selectGrants reads the sets of teams in a scope, and finds those that the
// query sees.
func (s *Store) selectGrants(ctx context.Context, r reader, organization int64, query storage.JobQuery) (found selection, err error) {
	const read = `SELECT grants, iif(?3, keyed, jobs) FROM counts WHERE organization = ?1 AND scope = ?2`
	var ids []int64
	var counts []int
	err = r.query(ctx, read, []any{organization, query.Scope, query.Order == storage.ByKey}, func(row scanner) error {
		var id int64
		var count int
		err := row.Scan(&id, &count)
		ids, counts = append(ids, id), append(counts, count)
		return err
	})
	if err != nil {
		return found, err
	}
	sets, err := s.sets.of(ctx, r, ids)
	if err != nil {
		return found, err
	}
	seen := make(map[string]bool, len(query.TeamIDs))
	for _, team := range query.TeamIDs {
		seen[team] = true
	}
	for i, set := range sets {
		found.all += counts[i]
		for _, team := range set {
			if seen[team] {
				found.grants = append(found.grants, ids[i])
				found.jobs += counts[i]
				break
			}
		}
	}
	return found, nil
}
