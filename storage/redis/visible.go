package redis

import (
	"context"
	"slices"
)

// A list for some teams needs to know which grant sets they may see. It is read
// in several short scripts, none of which holds the server for long, and all of
// which check that the index has not changed since the first.
//
// Of a scope with few jobs, or with many visible sets in it, the list of all jobs
// is walked over, and what is not visible is left out; else the lists of the
// visible sets are merged. Estimated costs decide.

const (
	// stretch is how many jobs of a list one script walks over: some 2 ms.
	stretch = 4000
	// mergedSets is how many lists one script merges: some 5 ms at worst.
	mergedSets = 300
	// mergedCost is what a list costs that is merged, in steps of a walk.
	mergedCost = 20
)

// visiblePage reads the page of a query for some teams, or nil when the index
// changed between two steps.
func (l *jobLister) visiblePage(ctx context.Context, depth string) (*jobPage, error) {
	v, err := l.visible(ctx)
	if v == nil || err != nil {
		return nil, err
	}
	if len(v.sets) == 0 || v.size == 0 {
		return &jobPage{fetched: &fetched{}}, nil
	}
	if len(v.sets) <= mergedSets && len(v.sets)*mergedCost < v.size {
		args := []any{v.version, l.order, l.descending, l.query.Offset, l.limit, l.after, depth, scriptBytes}
		for _, set := range v.sets {
			args = append(args, set)
		}
		reply, err := l.read1(ctx, mergedScript, l.keys, args...)
		if reply == nil || err != nil {
			return nil, err
		}
		return l.read(reply, depth)
	}
	return l.walk(ctx, v, depth)
}

// read1 is readList for a script that returns false when the index is at another
// version: then it returns nil.
func (l *jobLister) read1(ctx context.Context, sc *script, keys []string, args ...any) ([]any, error) {
	reply, err := l.Store.read(ctx, sc, keys, args...)
	if reply == nil || err != nil {
		return nil, err
	}
	if reply, ok := reply.([]any); ok {
		return reply, nil
	}
	return nil, errReply
}

// walk reads the page from the list of all jobs of the scope. Unless After is
// given it goes to the end, as what is visible is counted.
func (l *jobLister) walk(ctx context.Context, v *visibility, depth string) (*jobPage, error) {
	visible := make(map[string]bool, len(v.sets))
	for _, set := range v.sets {
		visible[set] = true
	}
	page := &jobPage{}
	var names []any
	low, high := l.low, l.high
	for {
		members, err := l.read1(ctx, scanScript, l.keys, v.version, low, high, stretch, l.descending)
		if members == nil || err != nil {
			return nil, err
		}
		for _, value := range members {
			member := text(value)
			if len(member) <= signatureSize || !visible[member[len(member)-signatureSize:]] {
				continue
			}
			page.total++
			if (l.after != "" || page.total > l.query.Offset) && len(names) < l.limit {
				names = append(names, l.nameIn(member))
			}
		}
		if len(members) < stretch || l.after != "" && len(names) == l.limit {
			break
		}
		last := text(members[len(members)-1])
		if l.query.Descending {
			high = "(" + last
		} else {
			low = "(" + last
		}
	}
	page.full = len(names)
	reply, err := l.read1(ctx, namedScript, l.keys[:1], append([]any{v.version, depth, scriptBytes}, names...)...)
	if reply == nil || err != nil {
		return nil, err
	}
	read, err := l.read(reply, depth)
	if err == nil {
		read.total = page.total
	}
	return read, err
}

// nameIn returns the job's name, as names write it, in a member of the list of
// all jobs.
func (l *jobLister) nameIn(member string) string {
	place := member[1 : len(member)-signatureSize]
	if l.order == "c" {
		return place[8:]
	}
	_, name, _ := cutName(place)
	return name
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
		reply, err := l.read1(ctx, setsScript, keys, version, cursor)
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
