package redis

import (
	"context"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// trimJournal erases up to limit events of one organization that are older than
// a time. Done is true when nothing is left to erase. It reads the events
// first, since the script that erases must be given the keys of their jobs.
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
	// One more event gives the time of the first that stays. It may be the newest event,
	// which is never erased.
	query := storage.EventQuery{OrganizationID: organization, Ascending: true, Limit: limit + 1}
	page, err := s.listEvents(ctx, query)
	if err != nil || len(page.Events) == 0 {
		return 0, true, err
	}
	events := page.Events
	if len(events) == 1 && page.More { // the first event is as large as a page
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
	// When the page ended early because of its size, there is more to erase.
	return n, n < old || old < len(events)-1 || !page.More, err
}
