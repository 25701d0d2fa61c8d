package redis

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// Due implements [storage.Store]. On one server it is one script, which sees
// one state. On a cluster it is one script for each partition, sent to all
// masters at the same time. Each partition is read as of one state, and a
// commit is to one partition, so half of a commit is never seen. But a commit
// that is made meanwhile may be seen in one partition, and a simultaneous one
// in another not. Time is that of the master whose clock is the slowest.
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
	behind := ""
	if query.After != (storage.DueItem{}) {
		behind = dueMember(query.After)
	}
	later := after(timeBytes(query.Until))
	if query.Until.IsZero() {
		later = after(noTime) // nothing is due at the zero time
	}
	replies, err := s.readPartitions(ctx, dueScript, func(p *partition) []string {
		return []string{p.due(query.Kind), p.removed()}
	}, behind, later, query.Limit, passedOver, flag(query.Kind != storage.DueTombstones))
	if err != nil {
		return storage.DuePage{}, err
	}
	return assemble(replies, query.Limit)
}

// dueReply is the reply of due.lua for some partitions. Times and items are
// written as in the sets; a time that is absent is "".
type dueReply struct {
	time    time.Time
	next    string
	more    bool
	last    string // the last item that was looked at
	members []string
}

func newDueReply(reply []any) (r dueReply, err error) {
	if len(reply) < 5 {
		return r, errReply
	}
	seconds, err1 := strconv.ParseInt(text(reply[0]), 10, 64)
	micros, err2 := strconv.ParseInt(text(reply[1]), 10, 64)
	if err1 != nil || err2 != nil {
		return r, errReply
	}
	r.time = time.Unix(seconds, micros*1000).UTC()
	r.next, r.more, r.last = text(reply[2]), text(reply[3]) == "1", text(reply[4])
	for _, member := range reply[5:] {
		r.members = append(r.members, text(member))
	}
	return r, nil
}

// and joins two replies. When both have a value, the smaller counts: nothing is
// known after the last item of a reply that has more.
func (r dueReply) and(other dueReply) dueReply {
	if other.time.Before(r.time) {
		r.time = other.time
	}
	if r.next == "" || other.next != "" && other.next < r.next {
		r.next = other.next
	}
	if other.more && (!r.more || other.last < r.last) {
		r.more, r.last = true, other.last
	}
	r.members = append(r.members, other.members...)
	return r
}

// assemble makes one page of several replies.
func assemble(replies [][]any, limit int) (storage.DuePage, error) {
	var all dueReply
	for i, reply := range replies {
		one, err := newDueReply(reply)
		if err != nil {
			return storage.DuePage{}, err
		}
		if i == 0 {
			all = one
		} else {
			all = all.and(one)
		}
	}
	return all.page(limit)
}

func (r dueReply) page(limit int) (storage.DuePage, error) {
	page := storage.DuePage{Clock: true, Time: r.time}
	if r.next != "" {
		page.Next = timeOf(r.next)
	}
	slices.Sort(r.members)
	if r.more {
		known, found := slices.BinarySearch(r.members, r.last)
		if found {
			known++
		}
		r.members = r.members[:known]
	}
	if len(r.members) > limit {
		r.members = r.members[:limit]
		r.more, r.last = true, r.members[limit-1]
	}
	for _, member := range r.members {
		item, err := dueItem(member)
		if err != nil {
			return storage.DuePage{}, err
		}
		page.Items = append(page.Items, item)
	}
	if !r.more {
		return page, nil
	}
	page.More = true
	var err error
	page.After, err = dueItem(r.last)
	return page, err
}

// dueMember writes an item as a member of a due set, with its time in front.
func dueMember(i storage.DueItem) string {
	member := timeBytes(i.At) + nameBytes(i.OrganizationID) + nameBytes(i.JobID)
	return member + i.RunID
}

// dueItem reads what dueMember wrote.
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
