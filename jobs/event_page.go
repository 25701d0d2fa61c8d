package jobs

import (
	"context"
	"slices"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
)

// eventSource is where a page of events is read from, with the jobs that decide who
// may see them.
type eventSource interface {
	listEvents(ctx context.Context, query storage.EventQuery) (storage.EventPage, error)
	subjects(ctx context.Context, organizationID string, ids []string) (map[string]subject, error)
}

func (c *core) listEvents(ctx context.Context, query storage.EventQuery) (storage.EventPage, error) {
	page, err := c.store.ListEvents(ctx, query)
	if err != nil {
		return page, storeError("read the journal", err)
	}
	return page, nil
}

// maxEventScans bounds how often the journal is read for one page.
const maxEventScans = 4

// eventPage is a page of events while it is read.
type eventPage struct {
	actor teams.Actor
	query EventQuery
	from  eventSource

	list EventList
	// atEnd is whether the page has reached the end of the journal.
	atEnd bool
	// sees says, by job ID, whether the actor may see the job's events.
	sees map[string]bool
}

// readEvents reads one page of the journal.
func (s *Service) readEvents(ctx context.Context, actor teams.Actor, query EventQuery, from eventSource) (*eventPage, error) {
	p := &eventPage{actor: actor, query: query, from: from, sees: map[string]bool{}}
	if query.Ascending {
		p.list.Marker = query.After
	} else {
		p.list.Before = query.Before
	}
	if err := s.checkSubject(ctx, p); err != nil {
		return p, err
	}
	for scan := range maxEventScans {
		if over, err := s.scanEvents(ctx, p, scan == 0); over || err != nil {
			return p, err
		}
	}
	return p, nil
}

// checkSubject returns [ErrNotFound] when the query names a job that the actor may
// not see.
func (s *Service) checkSubject(ctx context.Context, p *eventPage) error {
	id := p.query.JobID
	if id == "" {
		return nil
	}
	if err := s.decideSubjects(ctx, p.actor, p.from, []string{id}, p.sees); err != nil {
		return err
	}
	if !p.sees[id] {
		return ErrNotFound
	}
	return nil
}

// scanEvents reads more of the journal, and reports whether the page is complete.
func (s *Service) scanEvents(ctx context.Context, p *eventPage, first bool) (over bool, err error) {
	limit := s.scanLength(p.query, len(p.sees))
	if limit < 1 {
		return true, nil
	}
	scanned, err := p.from.listEvents(ctx, p.next(limit))
	if err != nil {
		return false, err
	}
	if p.lost(scanned) {
		if first {
			return false, ErrCursorLost
		}
		return true, nil // what was read is valid; the next page returns the error
	}
	if first && !p.query.Ascending {
		p.list.Marker = scanned.Newest
		if p.query.Before > 0 {
			p.list.Marker = p.query.Before - 1
		}
	}
	place, full, err := s.takeEvents(ctx, p, scanned.Events)
	if err != nil {
		return false, err
	}
	if p.atEnd = !full && !scanned.More; p.atEnd {
		place = scanned.Newest
	}
	p.moveTo(place)
	return full || p.atEnd, nil
}

// scanLength is how many events one read of the journal asks for. asked is how many
// jobs the page has asked the policy about.
func (s *Service) scanLength(query EventQuery, asked int) int {
	switch {
	case query.JobID != "" && len(query.Kinds) == 0:
		return query.Limit
	case s.opts.Policy != nil:
		return MaxPage - asked // each event may be of another job
	}
	return storage.MaxLimit
}

// next is the query for the next events.
func (p *eventPage) next(limit int) storage.EventQuery {
	q := storage.EventQuery{OrganizationID: p.actor.OrganizationID, JobID: p.query.JobID, Ascending: p.query.Ascending, Limit: limit}
	if q.Ascending {
		q.After = p.list.Marker
	} else {
		q.Before = p.list.Before
	}
	return q
}

// lost reports whether the journal cannot be read on from the page's Marker: later
// events were erased, or the journal ends before it.
func (p *eventPage) lost(scanned storage.EventPage) bool {
	return p.query.Ascending && (p.list.Marker < scanned.Oldest-1 || p.list.Marker > scanned.Newest)
}

// moveTo notes that all events up to a place were read.
func (p *eventPage) moveTo(place int64) {
	switch {
	case p.query.Ascending:
		p.list.Marker = max(p.list.Marker, place)
	case p.atEnd:
		p.list.Before = 0
	case place > 0:
		p.list.Before = place
	}
}

// takeEvents adds those events to the page that it is to show. It returns the Seq
// of the last event that it decided about, and whether the page ends there.
func (s *Service) takeEvents(ctx context.Context, p *eventPage, records []storage.EventRecord) (place int64, full bool, err error) {
	events := make([]Event, len(records))
	var ids []string
	_, all := p.actor.VisibleTeams()
	all = all && s.opts.Policy == nil
	for i, record := range records {
		if events[i] = s.readEvent(ctx, record); !all && record.JobID != "" && p.query.wants(&events[i]) {
			ids = append(ids, record.JobID)
		}
	}
	if err := s.decideSubjects(ctx, p.actor, p.from, distinct(ids), p.sees); err != nil {
		return 0, false, err
	}
	for i := range events {
		e := &events[i]
		sees, known := p.sees[e.JobID]
		switch {
		case !p.query.wants(e):
		case all || e.JobID == "" || sees:
			p.list.Events = append(p.list.Events, *e)
		case !known:
			return place, true, nil // the next page decides about this job
		}
		if place = e.Seq; len(p.list.Events) == p.query.Limit {
			return place, true, nil
		}
	}
	return place, false, nil
}

// wants reports whether a query asks for events of this kind.
func (q *EventQuery) wants(e *Event) bool {
	return len(q.Kinds) == 0 || slices.Contains(q.Kinds, e.Kind)
}

// readEvent decodes an event. If that fails, it returns an [EventUnreadable]: a
// reader that went past the event would never come back to it.
func (s *Service) readEvent(ctx context.Context, record storage.EventRecord) Event {
	e, err := decodeEvent(record)
	if err != nil {
		s.unreadable.note(ctx, s.opts.Logger, record.JobRef, err)
		return Event{Seq: record.Seq, At: record.At, Kind: EventUnreadable, JobID: record.JobID, Actor: teams.Actor{OrganizationID: record.OrganizationID}}
	}
	return e
}
