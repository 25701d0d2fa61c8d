package jobs

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// EventQuery asks for part of the journal. The zero value is the newest 100
// events, the newest first.
type EventQuery struct {
	// JobID selects the events of one job, which may have been deleted; empty
	// selects all.
	JobID string
	// Ascending lists the events with a Seq above After, the oldest first.
	Ascending bool
	After     int64
	// Before selects, newest first, the events with a lower Seq; 0 selects all.
	Before int64
	// Kinds selects the events of these kinds; empty selects all.
	Kinds []EventKind
	// Limit is 1 to 100; 0 means 100.
	Limit int
	// Wait is for how long an ascending page without an event waits for one.
	Wait time.Duration
}

// EventList is one page of the journal. A page may be short, and even empty,
// before the end.
type EventList struct {
	Events []Event
	// Marker is the After that goes on behind what the page has looked at, to
	// newer events. It moves on past what the actor does not see.
	Marker int64
	// Before goes on to what is older, newest first; 0 at the end.
	Before int64
}

// EventKinds lists the kinds that a query can ask for.
func EventKinds() []EventKind {
	return []EventKind{
		JobCreated, JobUpdated, JobDeleted, DraftCreated, DraftUpdated, DraftDiscarded, VersionPublished, VersionActivated,
		TeamsGranted, TeamRevoked, ScheduleReset, RunCreated, RunReleased, RunCancelRequested, RunDeleted, HoldSet, HoldLifted,
		RunStarted, RunEndSucceeded, RunEndFailed, RunEndCancelled, RunEndTimeout,
		TickSkipped, TickMissed, TickCoalesced, TickSuperseded, TickPaused, EventUnreadable,
	}
}

func (q *EventQuery) validate() error {
	var errs versions.FieldErrors
	q.Limit = checkLimit(q.Limit, &errs)
	if q.After < 0 {
		errs.Add("after", "must be 0 or more")
	}
	if q.Before < 0 || q.Before > 0 && q.Ascending {
		errs.Add("before", "must be 1 or more, and not given with after")
	}
	known := EventKinds()
	for _, kind := range q.Kinds {
		if !slices.Contains(known, kind) {
			errs.Add("kind", fmt.Sprintf("%q is none of %s", clip(string(kind), 40), joined(known)))
		}
	}
	return errs.Err()
}

// ListEvents lists events of the jobs that the actor sees now, of a deleted job by
// the teams that it had at its end, and of the organization itself. A JobID of a
// job that the actor does not see is [ErrNotFound]. An ascending page that cannot
// begin where After says is [ErrCursorLost].
//
// Whoever has got an event, or a Marker, never finds an event below it later that
// it was not shown, while what it may see stays the same.
//
// The cost of a page is bounded, also for an actor who sees little, and with a
// policy, which is asked about at most 100 jobs: then pages are short.
func (s *Service) ListEvents(ctx context.Context, actor teams.Actor, query EventQuery) (EventList, error) {
	if err := checkActor(actor); err != nil {
		return EventList{}, err
	}
	if err := query.validate(); err != nil {
		return EventList{}, err
	}
	if query.JobID != "" && !validJobID.MatchString(query.JobID) {
		return EventList{}, ErrNotFound
	}
	if !query.Ascending || query.Wait <= 0 {
		p, err := s.readEvents(ctx, actor, query, s.core)
		return p.list, err
	}
	return s.awaitEvents(ctx, actor, query)
}

// awaitEvents reads a page, and reads on until it holds an event or the wait is
// over, also while it passes over what the actor does not see.
func (s *Service) awaitEvents(ctx context.Context, actor teams.Actor, query EventQuery) (EventList, error) {
	t := s.follow(actor.OrganizationID)
	defer s.tails.leave(t)
	waiting, cancel := context.WithTimeout(ctx, query.Wait)
	defer cancel()
	for {
		seen := t.state()
		p, err := s.readEvents(ctx, actor, query, t)
		if err != nil || len(p.list.Events) > 0 {
			return p.list, err
		}
		query.After = p.list.Marker
		if waiting.Err() != nil || p.atEnd && !t.wait(waiting, query.After, seen) {
			return p.list, ctx.Err()
		}
	}
}

// eventSource is where a page of events is read from, and what tells who sees them.
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

// eventPage is a page while it is made.
type eventPage struct {
	list EventList
	// atEnd is whether nothing is behind it.
	atEnd bool
	// sees says of which jobs the events are shown.
	sees map[string]bool
}

// readEvents reads one page of the journal.
func (s *Service) readEvents(ctx context.Context, actor teams.Actor, query EventQuery, from eventSource) (p eventPage, err error) {
	p.sees = map[string]bool{}
	if query.JobID != "" {
		if err := s.decideSubjects(ctx, actor, from, []string{query.JobID}, p.sees); err != nil {
			return p, err
		}
		if !p.sees[query.JobID] {
			return p, ErrNotFound
		}
	}
	if !query.Ascending {
		query.After = 0
	}
	q := storage.EventQuery{
		OrganizationID: actor.OrganizationID, JobID: query.JobID, Ascending: query.Ascending, After: query.After, Before: query.Before,
	}
	p.list.Marker = query.After
	for scan := range maxEventScans {
		if q.Limit = s.scanLength(query, len(p.sees)); q.Limit < 1 {
			break
		}
		page, err := from.listEvents(ctx, q)
		if err != nil {
			return p, err
		}
		switch {
		case !query.Ascending && query.Before > 0:
			p.list.Marker = query.Before - 1
		case !query.Ascending && scan == 0:
			p.list.Marker = page.Newest
		case query.Ascending && (q.After < page.Oldest-1 || q.After > page.Newest):
			if scan == 0 {
				return p, ErrCursorLost
			}
			return p, nil // what was read is whole, and the next page says it
		}
		place, full, err := s.takeEvents(ctx, actor, from, query, page.Events, &p)
		if err != nil {
			return p, err
		}
		if p.atEnd = !full && !page.More; p.atEnd {
			place = page.Newest
		}
		if p.moveTo(query, place); full || p.atEnd {
			return p, nil
		}
		q.After, q.Before = p.list.Marker, p.list.Before
		if !query.Ascending {
			q.After = 0
		}
	}
	return p, nil
}

// moveTo notes that all up to a place was looked at.
func (p *eventPage) moveTo(query EventQuery, place int64) {
	switch {
	case query.Ascending:
		p.list.Marker = max(p.list.Marker, place)
	case p.atEnd:
		p.list.Before = 0
	case place > 0:
		p.list.Before = place
	}
}

// scanLength is how many events are looked at in one go.
func (s *Service) scanLength(query EventQuery, asked int) int {
	switch {
	case query.JobID != "" && len(query.Kinds) == 0:
		return query.Limit
	case s.opts.Policy != nil:
		return MaxPage - asked // each may be of another job
	}
	return storage.MaxLimit
}

// takeEvents adds to a page what it shows of some events. It returns the place of
// the last one that it looked at, and whether the page ends there.
func (s *Service) takeEvents(ctx context.Context, actor teams.Actor, from eventSource, query EventQuery, records []storage.EventRecord, p *eventPage) (place int64, full bool, err error) {
	events := make([]Event, len(records))
	var ids []string
	_, all := actor.VisibleTeams()
	all = all && s.opts.Policy == nil
	for i, record := range records {
		if events[i] = s.readEvent(ctx, record); !all && record.JobID != "" && query.wants(&events[i]) {
			ids = append(ids, record.JobID)
		}
	}
	if err := s.decideSubjects(ctx, actor, from, distinct(ids), p.sees); err != nil {
		return 0, false, err
	}
	for i := range events {
		e := &events[i]
		sees, known := p.sees[e.JobID]
		switch {
		case !query.wants(e):
		case all || e.JobID == "" || sees:
			p.list.Events = append(p.list.Events, *e)
		case !known:
			return place, true, nil // it is for the next page to find out
		}
		if place = e.Seq; len(p.list.Events) == query.Limit {
			return place, true, nil
		}
	}
	return place, false, nil
}

// wants reports whether a query asks for events of this kind.
func (q *EventQuery) wants(e *Event) bool {
	return len(q.Kinds) == 0 || slices.Contains(q.Kinds, e.Kind)
}

// readEvent decodes an event. One that cannot be read is shown as far as the store
// knows it: a reader that has passed it would never come back.
func (s *Service) readEvent(ctx context.Context, record storage.EventRecord) Event {
	e, err := decodeEvent(record)
	if err != nil {
		s.unreadable.note(ctx, s.opts.Logger, record.JobRef, err)
		return Event{Seq: record.Seq, At: record.At, Kind: EventUnreadable, JobID: record.JobID, Actor: teams.Actor{OrganizationID: record.OrganizationID}}
	}
	return e
}

// joined lists texts for people.
func joined[S ~string](texts []S) string {
	all := ""
	for i, text := range texts {
		if i > 0 {
			all += ", "
		}
		all += string(text)
	}
	return all
}
