package redis

import (
	"context"
	"fmt"

	"github.com/jobledger/jobledger/storage"
)

// lastSeq is greater than every Seq. The numbers of scripts are exact up to it.
const lastSeq = 1 << 53

// ListEvents implements [storage.Store].
func (s *Store) ListEvents(ctx context.Context, query storage.EventQuery) (storage.EventPage, error) {
	page, err := s.listEvents(ctx, query)
	if err != nil {
		return storage.EventPage{}, fmt.Errorf("redis: list events of organization %s: %w", query.OrganizationID, err)
	}
	return page, nil
}

func (s *Store) listEvents(ctx context.Context, query storage.EventQuery) (storage.EventPage, error) {
	page := storage.EventPage{}
	if err := query.Validate(); err != nil {
		return page, err
	}
	p, org := s.partition(query.OrganizationID), query.OrganizationID
	above, below := min(max(query.After, 0), lastSeq), min(query.Before, lastSeq)
	if below == 0 {
		below = lastSeq
	}
	keys := []string{p.records(org), p.order(storage.JobRef{OrganizationID: org, JobID: query.JobID})}
	reply, err := s.readList(ctx, eventsScript, keys,
		flag(query.JobID != ""), flag(!query.Ascending), above, below, min(query.Limit, storage.MaxLimit), storage.PageBytes)
	if err != nil {
		return page, err
	}
	if len(reply) < 3 {
		return page, errReply
	}
	found, err := pairs(reply[3:])
	for i := 0; err == nil && i < len(found); i++ {
		var event storage.EventRecord
		event, err = decodeEvent(org, newDecoder(found[i][0]).int(), found[i][1])
		page.Events = append(page.Events, event)
	}
	if err != nil {
		return storage.EventPage{}, err
	}
	page.Oldest, page.Newest = newDecoder(reply[0]).int(), newDecoder(reply[1]).int()
	page.More = text(reply[2]) == "1"
	return page, nil
}
