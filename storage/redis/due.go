package redis

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// Due implements [storage.Store]. On one server it is one script, and one state.
// On a cluster it is one script for each partition, sent to all masters at
// once: each partition is as of one state, which is never half of a commit, as
// a commit is to one partition; but what is committed meanwhile may be seen in
// one partition and not in another. The time is that of the master whose clock
// is the furthest behind.
func (s *Store) Due(ctx context.Context, query storage.DueQuery) (storage.DuePage, error) {
	page, err := s.listDue(ctx, query)
	if err != nil {
		return storage.DuePage{}, fmt.Errorf("redis: due: %w", err)
	}
	return page, nil
}

func (s *Store) listDue(ctx context.Context, query storage.DueQuery) (storage.DuePage, error) {
	if err := query.Validate(); err != nil {
		return storage.DuePage{}, err
	}
	query.Limit = min(query.Limit, storage.MaxLimit)
	low := "-"
	if query.After != (storage.DueItem{}) {
		low = "(" + dueMember(query.After)
	}
	later := after(timeBytes(query.Until))
	if query.Until.IsZero() {
		later = after(noTime) // nothing is due at no time
	}
	replies, err := s.readPartitions(ctx, dueScript, func(p *partition) []string {
		return []string{p.due(query.Kind), p.removed()}
	}, low, later, query.Limit, passedOver, flag(query.Kind != storage.DueTombstones))
	if err != nil {
		return storage.DuePage{}, err
	}
	return assemble(replies, query.Limit)
}

// assemble makes one page of several replies.
func assemble(replies [][]any, limit int) (storage.DuePage, error) {
	page := storage.DuePage{Clock: true}
	var members []string
	var next, until string // until: how far a reply that has more went
	for _, reply := range replies {
		if len(reply) < 5 {
			return storage.DuePage{}, errReply
		}
		seconds, err1 := strconv.ParseInt(text(reply[0]), 10, 64)
		micros, err2 := strconv.ParseInt(text(reply[1]), 10, 64)
		if err1 != nil || err2 != nil {
			return storage.DuePage{}, errReply
		}
		if t := time.Unix(seconds, micros*1000).UTC(); page.Time.IsZero() || t.Before(page.Time) {
			page.Time = t
		}
		if later := text(reply[2]); later != "" && (next == "" || later < next) {
			next = later
		}
		if last := text(reply[4]); text(reply[3]) == "1" && (until == "" || last < until) {
			until = last
		}
		for _, member := range reply[5:] {
			members = append(members, text(member))
		}
	}
	if next != "" {
		page.Next = timeOf(next)
	}
	slices.Sort(members)
	last := until
	for _, member := range members {
		if until != "" && member > until {
			break
		}
		if len(page.Items) == limit {
			last = dueMember(page.Items[limit-1])
			break
		}
		item, err := dueItem(member)
		if err != nil {
			return storage.DuePage{}, err
		}
		page.Items = append(page.Items, item)
	}
	if last == "" {
		return page, nil
	}
	page.More = true
	var err error
	page.After, err = dueItem(last)
	return page, err
}

// dueMember writes a member of a due set.
func dueMember(i storage.DueItem) string {
	member := timeBytes(i.At) + nameBytes(i.OrganizationID) + nameBytes(i.JobID)
	return member + i.RunID
}

// dueItem reads one.
func dueItem(member string) (storage.DueItem, error) {
	if len(member) < 8 {
		return storage.DueItem{}, errMember
	}
	item := storage.DueItem{At: timeOf(member[:8])}
	organization, rest, err1 := cutName(member[8:])
	job, run, err2 := cutName(rest)
	if err1 != nil || err2 != nil {
		return storage.DueItem{}, errMember
	}
	item.OrganizationID, item.JobID, item.RunID = organization, job, run
	return item, nil
}
