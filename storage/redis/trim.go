package redis

import (
	"context"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// trimJournal erases up to limit events of one organization that are older than
// a time, and reports whether nothing is left. It looks at them first: the keys
// of their jobs must be known to the script that erases.
func (s *Store) trimJournal(
	ctx context.Context, p *partition, member string, before time.Time, limit int,
) (erased int, done bool, err error) {
	if len(member) < 8 {
		return 0, false, errMember
	}
	organization, _, err := cutName(member[8:])
	if err != nil {
		return 0, false, err
	}
	// One more tells the time of the first that stays. It may be the newest, which
	// is never erased.
	query := storage.EventQuery{OrganizationID: organization, Ascending: true, Limit: limit + 1}
	page, err := s.listEvents(ctx, query)
	if err != nil || len(page.Events) == 0 {
		return 0, true, err
	}
	events := page.Events
	if len(events) == 1 && page.More { // the first is as large as a page
		query.After, query.Limit = events[0].Seq, 1
		next, err := s.listEvents(ctx, query)
		if err != nil || len(next.Events) == 0 {
			return 0, true, err
		}
		events, page.More = append(events, next.Events...), next.More
	}
	old := 0
	for old < len(events)-1 && old < limit && events[old].At.Before(before) {
		old++
	}
	keys := []string{p.records(organization), p.journals()}
	for _, event := range events[:old] {
		keys = append(keys, p.order(event.JobRef))
	}
	reply, err := s.erase(ctx, p, trimScript, keys, nameBytes(organization),
		intBytes(page.Oldest), intBytes(events[old].Seq), timeBytes(events[old].At))
	n := count(reply)
	// A page that ended early for its size has more to erase.
	return n, n < old || old < len(events)-1 || !page.More, err
}
