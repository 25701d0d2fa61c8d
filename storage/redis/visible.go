package redis

import (
	"context"
	"slices"
	"strconv"

	"github.com/jobledger/jobledger/storage"
)

// A list for some teams must know which grant sets contain them. It is read by
// several short scripts, so that none holds up the server for long. Each checks that
// the index has not changed since the first.
//
// There are two ways to read the page. One reads along the scope's list, and leaves
// out the jobs that are not visible. The other reads the jobs of the visible sets, and
// leaves out those that are not in the scope. The lower estimated cost decides.

const (
	// stretch is the most jobs that one script reads along a list: about 2 ms.
	stretch = 4000
	// shortList is the length up to which a list is always read along.
	shortList = 300
	// fewSets is how many lists one script merges: about 5 ms at most.
	fewSets = 300
	fewJobs = 1000
	// countedSets is for how many sets one script counts the jobs.
	countedSets = 2000
)

// visiblePage reads the page of a query for some teams. It returns nil when the
// index changed between two steps.
func (l *jobLister) visiblePage(ctx context.Context, depth string) (*jobPage, error) {
	v, err := l.visible(ctx)
	if v == nil || err != nil {
		return nil, err
	}
	if len(v.sets) == 0 || v.size == 0 {
		return &jobPage{fetched: &fetched{}}, nil
	}
	if v.size <= shortList {
		return l.walk(ctx, v, unknownTotal, v.size, depth)
	}
	total := v.reach
	if l.query.Scope != "" || l.query.Order != storage.ByCreation {
		total, err = l.count(ctx, v, l.query.Scope)
	}
	switch {
	case total < 0 || err != nil:
		return nil, err
	case total == 0 || l.limit == 0 || l.after == "" && l.query.Offset >= total:
		return &jobPage{fetched: &fetched{}, total: total}, nil
	}
	// Costs are in steps of a walk. One step of a merge costs several.
	wanted := min(l.query.Offset+l.limit, total)
	walked := min(wanted*(v.size/total+1), v.size)
	merged := 20*len(v.sets) + 8*l.limit
	switch few := len(v.sets) <= fewSets; {
	case few && merged < walked && l.query.Scope == "" && l.query.Order == storage.ByCreation:
		return l.merged(ctx, v, depth)
	case few && v.reach <= fewJobs && 8*v.reach < walked:
		return l.standing(ctx, v, depth)
	}
	return l.walk(ctx, v, total, walked, depth)
}

// merged reads the page from the lists of the visible sets.
func (l *jobLister) merged(ctx context.Context, v *visibility, depth string) (*jobPage, error) {
	args := []any{v.version, l.descending, l.query.Offset, l.limit, l.after, depth, scriptBytes}
	for _, set := range v.sets {
		args = append(args, set)
	}
	reply, err := l.readVersion(ctx, mergedScript, l.keys, args...)
	if reply == nil || err != nil {
		return nil, err
	}
	return l.read(ctx, reply, depth)
}

// readVersion is readList for a script that returns false when the index has
// another version. It then returns nil.
func (l *jobLister) readVersion(ctx context.Context, sc *script, keys []string, args ...any) ([]any, error) {
	reply, err := l.Store.read(ctx, sc, keys, args...)
	if reply == nil || err != nil {
		return nil, err
	}
	if reply, ok := reply.([]any); ok {
		return reply, nil
	}
	return nil, errReply
}

// count counts the visible jobs of a scope. It returns -1 when the index has
// changed.
func (l *jobLister) count(ctx context.Context, v *visibility, scope string) (int, error) {
	p, org := l.partition(l.query.OrganizationID), l.query.OrganizationID
	keys, prefix := []string{l.keys[0], p.sets(org)}, ""
	if scope != "" {
		keys[1], prefix = keys[0], countField(scope)
	}
	total := 0
	for some := range slices.Chunk(v.sets, countedSets) {
		args := []any{v.version}
		for _, set := range some {
			args = append(args, prefix+set)
		}
		reply, err := l.readVersion(ctx, countsScript, keys, args...)
		if reply == nil || err != nil {
			return -1, err
		}
		total += count(reply[0])
	}
	return total, nil
}

// visibility is which grant sets some teams may see.
type visibility struct {
	// version is the version of the organization's index; "" accepts any
	// version.
	version string
	// size is the number of jobs in the scope.
	size int
	// sets are the visible grant sets of the organization. reach is how many
	// jobs they have.
	sets  []string
	reach int
}

// visible finds the grant sets that contain one of the query's teams. It
// returns nil when the index changed between two steps.
func (l *jobLister) visible(ctx context.Context) (*visibility, error) {
	org := l.query.OrganizationID
	p := l.partition(org)
	teams := slices.Compact(slices.Sorted(slices.Values(l.query.TeamIDs)))
	args := make([]any, 0, 1+len(teams))
	args = append(args, l.order)
	for _, team := range teams {
		args = append(args, nameBytes(team))
	}
	keys := []string{l.keys[0], p.sets(org), p.members(org), l.keys[1]}
	reply, err := l.readList(ctx, visibleScript, keys, args...)
	if err != nil {
		return nil, err
	}
	if len(reply) != 5 {
		return nil, errReply
	}
	v := &visibility{version: text(reply[0]), size: count(reply[1])}
	if l.lenient {
		v.version = ""
	}
	if v.size == 0 {
		return v, nil
	}
	sets := newSetCounts(list(reply[4]))
	if text(reply[3]) == "1" {
		v.sets = sets.names // the script returned only visible sets
	} else {
		if l.manySets = len(sets.names) < count(reply[2]); l.manySets {
			if sets, err = l.allSets(ctx, v.version); sets == nil || err != nil {
				return nil, err
			}
		}
		var same bool
		if v.sets, same, err = l.teams.visible(ctx, l.Store, org, sets.names, teams); !same || err != nil {
			return nil, err
		}
	}
	for _, set := range v.sets {
		v.reach += sets.jobs[set]
	}
	return v, nil
}

// setCounts are grant sets, with the number of jobs of each.
type setCounts struct {
	names []string
	jobs  map[string]int
}

func newSetCounts(pairs []any) *setCounts {
	c := &setCounts{jobs: make(map[string]int, len(pairs)/2)}
	c.add(pairs)
	return c
}

func (c *setCounts) add(pairs []any) {
	for i := 0; i+1 < len(pairs); i += 2 {
		set := text(pairs[i])
		if _, twice := c.jobs[set]; !twice {
			c.names = append(c.names, set)
			c.jobs[set], _ = strconv.Atoi(text(pairs[i+1]))
		}
	}
}

// allSets reads all grant sets of the organization. It returns nil when the
// index changed meanwhile.
func (l *jobLister) allSets(ctx context.Context, version string) (*setCounts, error) {
	keys := []string{l.keys[0], l.partition(l.query.OrganizationID).sets(l.query.OrganizationID)}
	sets := newSetCounts(nil)
	for cursor := "0"; ; {
		reply, err := l.readVersion(ctx, setsScript, keys, version, cursor)
		if reply == nil || err != nil {
			return nil, err
		}
		if len(reply) != 2 {
			return nil, errReply
		}
		sets.add(list(reply[1]))
		if cursor = text(reply[0]); cursor == "0" {
			return sets, nil
		}
	}
}
