package redis

import (
	"context"
	"slices"
)

// standing reads the page from all jobs of the visible sets; there must be few.
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

// unknownTotal makes a walk count the visible jobs, to the end of the list.
const unknownTotal = -1

// walk reads the page along the list of all jobs of the scope. Steps is the
// estimated length of the walk. With After it ends when the page is full, since
// nothing is counted.
func (l *jobLister) walk(
	ctx context.Context, v *visibility, total, steps int, depth string,
) (*jobPage, error) {
	w := walker{jobLister: l, visible: make(map[string]bool, len(v.sets))}
	for _, set := range v.sets {
		w.visible[set] = true
	}
	counts := total == unknownTotal && l.after == ""
	low, high := l.low, l.high
	chunk := min(max(steps+steps/4, 100), stretch)
	for more := true; more; {
		members, err := l.scan(ctx, v, low, high, chunk)
		if members == nil || err != nil {
			return nil, err
		}
		w.take(members)
		more = len(members) == chunk && (counts || len(w.names) < l.limit && w.seen != total)
		if more {
			chunk = min(2*chunk, stretch)
			low, high = l.behind(low, high, text(members[len(members)-1]))
		}
	}
	if counts {
		total = w.seen
	}
	return l.named(ctx, v, total, w.names, depth)
}

// walker collects the names of a page while it walks along a list.
type walker struct {
	*jobLister
	visible map[string]bool
	seen    int // visible jobs
	names   []any
}

func (w *walker) take(members []any) {
	for _, value := range members {
		member := text(value)
		if len(member) <= signatureSize || !w.visible[member[len(member)-signatureSize:]] {
			continue
		}
		w.seen++
		if (w.after != "" || w.seen > w.query.Offset) && len(w.names) < w.limit {
			w.names = append(w.names, w.nameIn(member))
		}
	}
}

// scan reads a part of the scope's list of all jobs. It returns nil when the
// index has changed.
func (l *jobLister) scan(ctx context.Context, v *visibility, low, high string, most int) ([]any, error) {
	command, from, to := "zrangebylex", low, high
	if l.query.Descending {
		command, from, to = "zrevrangebylex", high, low
	}
	replies, err := l.readTogether(ctx, []any{"hget", l.keys[0], "I"}, []any{command, l.keys[1], from, to, "limit", 0, most})
	if err != nil || v.version != "" && text(replies[0]) != v.version {
		return nil, err
	}
	return list(replies[1]), nil
}

// behind returns the bounds of what comes after a member in the query's order.
func (l *jobLister) behind(low, high, member string) (string, string) {
	if l.query.Descending {
		return low, "(" + member
	}
	return "(" + member, high
}

// named reads a page of jobs whose names are known.
func (l *jobLister) named(
	ctx context.Context, v *visibility, total int, names []any, depth string,
) (*jobPage, error) {
	args := append([]any{v.version, depth, scriptBytes}, names...)
	reply, err := l.readVersion(ctx, namedScript, l.keys[:1], args...)
	if reply == nil || err != nil {
		return nil, err
	}
	page, err := l.read(ctx, reply, depth)
	if page != nil {
		page.total = total
	}
	return page, err
}

// nameIn returns the job's name in a member of the list of all jobs, as
// nameBytes writes it.
func (l *jobLister) nameIn(member string) string {
	place := member[1 : len(member)-signatureSize]
	if l.order == "c" {
		return place[8:]
	}
	_, name, _ := cutName(place)
	return name
}
