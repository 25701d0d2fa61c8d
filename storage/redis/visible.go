package redis

import (
	"context"
	"slices"

	"github.com/jobledger/jobledger/storage"
)

// A list for some teams needs to know which grant sets they may see. It is read
// in several short scripts, none of which holds the server for long, and all of
// which check that the index has not changed since the first.
//
// Then either the scope's list is walked over, and what is not visible is left
// out; or the visible sets are looked at, and what does not stand in the scope is
// left out. Estimated costs decide.

const (
	// stretch is how many jobs one script walks over: some 2 ms.
	stretch = 4000
	// mergedSets is how many lists one script merges: some 5 ms at worst.
	mergedSets = 300
	// mergedCost is what a list costs that is merged, in steps of a walk.
	mergedCost = 20
	// countedSets is how many sets one script counts the jobs of.
	countedSets = 2000
)

// visiblePage reads the page of a query for some teams, or nil when the index
// changed between two steps.
func (l *jobLister) visiblePage(ctx context.Context, depth string) (*jobPage, error) {
	v, err := l.visible(ctx)
	if v == nil || err != nil {
		return nil, err
	}
	few := len(v.sets) <= mergedSets && len(v.sets)*mergedCost < v.size
	switch {
	case len(v.sets) == 0 || v.size == 0:
		return &jobPage{fetched: &fetched{}}, nil
	case few && l.query.Scope == "" && l.query.Order == storage.ByCreation:
		return l.merged(ctx, v, depth)
	case v.size <= stretch:
		return l.walk(ctx, v, unknownTotal, depth)
	case few:
		reach, err := l.count(ctx, v, "")
		if reach < 0 || err != nil {
			return nil, err
		}
		if reach <= stretch {
			return l.standing(ctx, v, depth)
		}
	}
	total, err := l.count(ctx, v, l.query.Scope)
	if total < 0 || err != nil {
		return nil, err
	}
	return l.walk(ctx, v, total, depth)
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
	return l.read(reply, depth)
}

// readVersion is readList for a script that returns false when the index is at
// another version: then it returns nil.
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

// count counts the visible jobs of a scope; -1 when the index has changed.
func (l *jobLister) count(ctx context.Context, v *visibility, scope string) (int, error) {
	p, org := l.partition(l.query.OrganizationID), l.query.OrganizationID
	keys, prefix := []string{l.keys[0], p.sets(org)}, ""
	if scope != "" {
		keys[1], prefix = p.counts(org), nameBytes(scope)
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
	// version is that of the organization's index.
	version string
	// size is how many jobs the scope lists.
	size int
	// sets are the visible grant sets of the organization.
	sets []string
}

// visible finds the grant sets that hold one of the query's teams; nil when the
// index changed between two steps.
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
	for _, set := range list(reply[4]) {
		v.sets = append(v.sets, text(set))
	}
	if text(reply[3]) == "1" || v.size == 0 {
		return v, nil // they are the visible ones already
	}
	if len(v.sets) < count(reply[2]) {
		if v.sets, err = l.allSets(ctx, v.version); v.sets == nil || err != nil {
			return nil, err
		}
	}
	v.sets, err = l.teams.visible(ctx, l.Store, org, v.sets, teams)
	return v, err
}

// allSets walks over the grant sets of the organization; nil when the index
// changed meanwhile.
func (l *jobLister) allSets(ctx context.Context, version string) ([]string, error) {
	keys := []string{l.keys[0], l.partition(l.query.OrganizationID).sets(l.query.OrganizationID)}
	found := []string{}
	seen := map[string]bool{}
	for cursor := "0"; ; {
		reply, err := l.readVersion(ctx, setsScript, keys, version, cursor)
		if reply == nil || err != nil {
			return nil, err
		}
		if len(reply) != 2 {
			return nil, errReply
		}
		pairs := list(reply[1])
		for i := 0; i < len(pairs); i += 2 {
			if set := text(pairs[i]); !seen[set] {
				seen[set] = true
				found = append(found, set)
			}
		}
		if cursor = text(reply[0]); cursor == "0" {
			return found, nil
		}
	}
}
