package redis

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/jobledger/jobledger/jobs"
)

// Due implements [jobs.Store]. On one server it is one script, and one state.
// On a cluster it is one script for each partition, sent to all masters at
// once: each partition is as of one state, which is never half of a commit, as
// a commit is to one partition; but what is committed meanwhile may be seen in
// one partition and not in another. The time is that of the master whose clock
// is the furthest behind.
func (s *Store) Due(ctx context.Context, query jobs.DueQuery) (jobs.DuePage, error) {
	page, err := s.due(ctx, query)
	if err != nil {
		return jobs.DuePage{}, fmt.Errorf("redis: due: %w", err)
	}
	return page, nil
}

func (s *Store) due(ctx context.Context, query jobs.DueQuery) (jobs.DuePage, error) {
	args := dueArgs(query)
	keys := make([]string, len(s.partitions))
	for i := range s.partitions {
		keys[i] = s.partitions[i].due
	}
	if !s.sharded {
		reply, err := s.readList(ctx, dueScript, keys, args...)
		if err != nil {
			return jobs.DuePage{}, err
		}
		return assemble([][]any{reply}, query.Limit)
	}
	replies, err := s.readEach(ctx, dueScript, keys, args...)
	if err != nil {
		return jobs.DuePage{}, err
	}
	return assemble(replies, query.Limit)
}

// dueArgs writes the bounds of a query. The run's ID tells an item's kind, so
// that the kind, which ends a member, has no say in the order.
func dueArgs(query jobs.DueQuery) []any {
	low := "-"
	if a := query.After; a != (jobs.DueItem{}) {
		low = "[" + timeBytes(floor(a.WakeAt)) + nameBytes(a.OrganizationID) + nameBytes(a.JobID) +
			nameBytes(a.RunID) + "\xff"
	}
	later := after(timeBytes(floor(query.Until)))
	return []any{low, "(" + later, "[" + later, query.Limit}
}

// readEach runs a script for each key in the server that has it, all in one
// round trip.
func (s *Store) readEach(ctx context.Context, sc *script, keys []string, args ...any) ([][]any, error) {
	return await(ctx, func() ([][]any, error) {
		cmds := make([]*redis.Cmd, len(keys))
		pipe := s.client.Pipeline()
		for i, key := range keys {
			cmds[i] = redis.NewCmd(ctx, sc.args(false, []string{key}, args)...)
			_ = pipe.Process(ctx, cmds[i]) // queues, and fails with its command only
		}
		_, _ = pipe.Exec(ctx) // the error is that of a command
		replies := make([][]any, len(keys))
		for i, cmd := range cmds {
			reply, err := cmd.Result()
			if missing(err) {
				reply, err = s.process(ctx, redis.NewCmd(ctx, sc.args(true, []string{keys[i]}, args)...))
			}
			if err != nil {
				return nil, err
			}
			list, ok := reply.([]any)
			if !ok {
				return nil, errReply
			}
			replies[i] = list
		}
		return replies, nil
	})
}

// duePage is put together from what the partitions have.
type duePage struct {
	members []string
	later   string
	time    time.Time
}

func (p *duePage) add(reply []any) error {
	if len(reply) < 3 {
		return errReply
	}
	seconds, err1 := strconv.ParseInt(text(reply[0]), 10, 64)
	micros, err2 := strconv.ParseInt(text(reply[1]), 10, 64)
	if err1 != nil || err2 != nil {
		return errReply
	}
	if t := time.Unix(seconds, micros*1000).UTC(); p.time.IsZero() || t.Before(p.time) {
		p.time = t
	}
	if later := text(reply[2]); later != "" && (p.later == "" || later < p.later) {
		p.later = later
	}
	for _, member := range reply[3:] {
		p.members = append(p.members, text(member))
	}
	return nil
}

// assemble makes one page of several replies, whose members it sorts.
func assemble(replies [][]any, limit int) (jobs.DuePage, error) {
	p := duePage{}
	for _, reply := range replies {
		if err := p.add(reply); err != nil {
			return jobs.DuePage{}, err
		}
	}
	slices.Sort(p.members)
	page := jobs.DuePage{Time: p.time, Clock: true}
	for _, member := range p.members[:min(max(limit, 0), len(p.members))] {
		item, err := dueItem(member)
		if err != nil {
			return jobs.DuePage{}, err
		}
		page.Items = append(page.Items, item)
	}
	if len(p.later) >= 8 {
		page.Next = timeOf(p.later[:8])
	}
	return page, nil
}

// dueItem reads a member of the due set; see item in effects.lua.
func dueItem(member string) (jobs.DueItem, error) {
	if len(member) < 8 {
		return jobs.DueItem{}, errMember
	}
	item := jobs.DueItem{WakeAt: timeOf(member[:8])}
	rest := member[8:]
	for _, name := range []*string{&item.OrganizationID, &item.JobID, &item.RunID} {
		var err error
		if *name, rest, err = cutName(rest); err != nil {
			return jobs.DueItem{}, err
		}
	}
	kind, ok := dueKinds[rest]
	if !ok {
		return jobs.DueItem{}, errMember
	}
	item.Kind = kind
	return item, nil
}

var dueKinds = map[string]jobs.DueKind{"j": jobs.DueJob, "r": jobs.DueRun, "t": jobs.DueTombstone}
