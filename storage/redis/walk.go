package redis

import (
	"context"
	"slices"
)

// standing reads the page from all jobs of the visible sets, which are few.
func (l *jobLister) standing(ctx context.Context, v *visibility, depth string) (*jobPage, error) {
	p := l.partition(l.query.OrganizationID)
	args := []any{v.version, l.order}
	for _, set := range v.sets {
		args = append(args, set)
	}
	keys := []string{l.keys[0], p.scope(l.query.OrganizationID, ""), l.keys[1]}
	reply, err := l.readVersion(ctx, standsScript, keys, args...)
	if reply == nil || err != nil {
		return nil, err
	}
	var members []string
	for _, value := range reply {
		if member := text(value); member > l.low[1:] && member < l.high[1:] {
			members = append(members, member)
		}
	}
	slices.Sort(members)
	if l.query.Descending {
		slices.Reverse(members)
	}
	var names []any
	offset := l.query.Offset
	if l.after != "" {
		offset = 0
	}
	for _, member := range members[min(offset, len(members)):] {
		if len(names) < l.limit {
			names = append(names, l.nameIn(member))
		}
	}
	return l.named(ctx, v, len(members), names, depth)
}

// unknownTotal has a walk count what is visible, to the end of the list.
const unknownTotal = -1

// walk reads the page from the list of all jobs of the scope. With After it ends
// as soon as the page is full, as there is nothing to count.
// Its length is estimated.
func (l *jobLister) walk(
	ctx context.Context, v *visibility, total, steps int, depth string,
) (*jobPage, error) {
	visible := make(map[string]bool, len(v.sets))
	for _, set := range v.sets {
		visible[set] = true
	}
	counts := total == unknownTotal && l.after == ""
	var names []any
	low, high, seen := l.low, l.high, 0
	chunk := min(max(steps+steps/4, 100), stretch)
	for more := true; more; {
		members, err := l.readVersion(ctx, scanScript, l.keys, v.version, low, high, chunk, l.descending)
		if members == nil || err != nil {
			return nil, err
		}
		for _, value := range members {
			member := text(value)
			if len(member) <= signatureSize || !visible[member[len(member)-signatureSize:]] {
				continue
			}
			seen++
			if (l.after != "" || seen > l.query.Offset) && len(names) < l.limit {
				names = append(names, l.nameIn(member))
			}
		}
		more = len(members) == chunk && (counts || len(names) < l.limit && seen != total)
		if more {
			chunk = min(2*chunk, stretch)
			low, high = l.behind(low, high, text(members[len(members)-1]))
		}
	}
	if counts {
		total = seen
	}
	return l.named(ctx, v, total, names, depth)
}

// behind returns the bounds of what is behind a member in the query's order.
func (l *jobLister) behind(low, high, member string) (string, string) {
	if l.query.Descending {
		return low, "(" + member
	}
	return "(" + member, high
}

// named reads a page of jobs that are known by name.
func (l *jobLister) named(
	ctx context.Context, v *visibility, total int, names []any, depth string,
) (*jobPage, error) {
	args := append([]any{v.version, depth, scriptBytes}, names...)
	reply, err := l.readVersion(ctx, namedScript, l.keys[:1], args...)
	if reply == nil || err != nil {
		return nil, err
	}
	page, err := l.read(reply, depth)
	if err == nil {
		page.total = total
	}
	return page, err
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
